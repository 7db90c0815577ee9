#!/bin/sh
# d3 7.9.0 (d3-dsv 3.0.1): autoType reads some financial years as months; it and utcParse roll an impossible day into the next
# month.
# Guessed: 2010-11 stays text like any other label, and 31/09/2020 is no day (null is documented for text that does not parse).
# 2000-01 to 2011-12 become months, the years after them Invalid Date; 31/09/2020 is the 1st of October, 30 February the 1st of
# March.
# Why it matters: a chart of published figures by financial year loses its later years, and puts the earlier ones in the wrong
# place; an event whose day was mistyped counts in the month after, where a contract would set it aside.
# Here: years are written by the pipeline as dates, impossible days are refused before anything is drawn (definitions 1.4).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund d3-dsv@3.0.1 d3-time-format@4.1.0
cat > shown.mjs <<'JAVASCRIPT'
import assert from "node:assert";
import { readFileSync } from "node:fs";
import { autoType } from "d3-dsv";
import { utcParse } from "d3-time-format";

for (const name of ["d3-dsv", "d3-time-format"]) {
  console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version);
}
const day = (date) => (date === null ? "null" : isNaN(date) ? "Invalid Date" : date.toISOString().slice(0, 10));
const years = ["2009-10", "2010-11", "2011-12", "2012-13", "2019-20"].map((year) => [year, day(autoType({ year }).year)]);
for (const [year, read] of years) console.log("financial year", year, "by autoType:", read);
const parsed = ["30/09/2020", "31/09/2020", "31/02/2020"].map((text) => day(utcParse("%d/%m/%Y")(text)));
console.log("30/09/2020, 31/09/2020 and 31/02/2020 by utcParse:", ...parsed);
console.log("2020-02-30 by autoType:", day(autoType({ day: "2020-02-30" }).day));
assert.deepStrictEqual(years.map(([, read]) => read), ["2009-10-01", "2010-11-01", "2011-12-01", "Invalid Date", "Invalid Date"]);
assert.deepStrictEqual(parsed, ["2020-09-30", "2020-10-01", "2020-03-02"]);
assert.strictEqual(day(autoType({ day: "2020-02-30" }).day), "2020-03-01");
JAVASCRIPT
node shown.mjs
