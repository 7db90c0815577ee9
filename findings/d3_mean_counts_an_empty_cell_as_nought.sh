#!/bin/sh
# d3 7.9.0 (d3-array 3.2.4): mean, median, sum and count take an empty cell of a CSV file as the number 0.
# Guessed: what has no value is left out. It is so of null, undefined and NaN; but csvParse gives an empty cell as the empty
# text, and that becomes 0. After autoType, which makes it null, the same mean leaves it out.
# Why it matters: assessments that are not finished have no days. As noughts they make the mean and the median shorter: here 15
# and 10 days where the finished ones took 30 and 30.
# Here: the page to explore reads JSON, in which an empty value is null, and computes no mean of its own.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund d3-array@3.2.4 d3-dsv@3.0.1
cat > shown.mjs <<'JAVASCRIPT'
import assert from "node:assert";
import { readFileSync } from "node:fs";
import { count, mean, median } from "d3-array";
import { autoType, csvParse } from "d3-dsv";

for (const name of ["d3-array", "d3-dsv"]) {
  console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version);
}
const text = "assessment_id,days\nA1,20\nA2,40\nA3,\nA4,\n";
const told = (rows) => [count, mean, median].map((of) => of(rows, (row) => row.days));
const asText = told(csvParse(text)), asTyped = told(csvParse(text, autoType));
console.log("days 20, 40, empty, empty: count, mean and median by csvParse:", ...asText, "| with autoType:", ...asTyped);
assert.deepStrictEqual(asText, [4, 15, 10]);
assert.deepStrictEqual(asTyped, [2, 30, 30]);
JAVASCRIPT
node shown.mjs
