"use strict";
// The page draws what its address says, and every choice is written into the address: a link keeps it, and so does the
// way back. A browser may restore a drop-down without a word, so it is drawn again whenever the page is shown.
const element = id => document.getElementById(id);
const CHOICES = ["authority", "measure", "period", "breakdown"];
const BENCHMARKS = { statistical_neighbours: "Neighbours", region: "Region", england: "England" };
const DASHES = { statistical_neighbours: "7 3", region: "2 2", england: "7 3 2 3" };
const MANY = 12; // columns: with more, paper is turned on its side and words are broken
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const PERIOD_WORDS = { month: "each month", rolling_12_months: "twelve months to each month", quarter: "each financial quarter", financial_year_to_date: "financial year to date" };
let data, parts = null;

const unpacked = async id => {
  const text = element(id).textContent.trim();
  if (!text) return null;
  const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
};

// Words and numbers.

const monthName = month => `${MONTHS[month % 12]} ${Math.floor(month / 12)}`;
const monthDate = month => new Date(Date.UTC(Math.floor(month / 12), month % 12, 1));
const dayName = iso => { const [year, month, day] = iso.split("-"); return `${Number(day)} ${MONTHS[month - 1]} ${year}`; };
const sentenceCase = text => text.charAt(0).toUpperCase() + text.slice(1);
const spoken = name => sentenceCase(name.replaceAll("_", " "));

// Half up on the digits of the number, never on its binary fraction: 57.5 is 58, as it is everywhere in the project.
function halfUp(number, places) {
  const text = String(Math.abs(number));
  if (text.includes("e")) return Math.abs(number) < 1 ? "0" : text;
  const [whole, part = ""] = text.split(".");
  let digits = BigInt(whole + part.slice(0, places).padEnd(places, "0"));
  if ((part[places] ?? "0") >= "5") digits += 1n;
  const made = String(digits).padStart(places + 1, "0");
  const left = made.slice(0, made.length - places).replace(/\B(?=(\d{3})+$)/g, ",");
  const sign = number < 0 && digits > 0n ? "−" : "";
  return sign + left + (places ? "." + made.slice(-places) : "");
}
const isNumber = value => typeof value === "number";
const shown = (value, measure) => value === null || value === undefined ? "–" : isNumber(value) ? halfUp(value, measure.places) + (measure.unit === "percent" ? "%" : "") : value;
const counted = value => value === null || value === undefined ? "–" : isNumber(value) ? halfUp(value, value % 1 ? 1 : 0) : value;
const unitWords = measure => ({ percent: "Percent", count: "Number" })[measure.unit] ?? sentenceCase(measure.unit);

// Series.

function seriesOf(columns, index, measure) {
  const numerators = columns.numerators[index], denominators = columns.denominators[index];
  const points = columns.months[index].map((month, place) => {
    const numerator = numerators[place], denominator = denominators ? denominators[place] : null;
    const value = columns.values[index] ? columns.values[index][place]
      : measure.scale === null ? numerator
      : isNumber(numerator) && isNumber(denominator) && denominator !== 0 ? measure.scale * numerator / denominator : null;
    return { month, numerator, denominator, value };
  });
  return { category: columns.categories[index], points };
}
function found(columns, measure, period, breakdown) {
  const list = [];
  if (columns) columns.codes.forEach((code, index) => {
    if (code === measure.code && (period === undefined || columns.periods[index] === period)
      && (breakdown === undefined || columns.breakdowns[index] === breakdown)) list.push(index);
  });
  return list;
}
const at = (stretches, month) => stretches.find(one => (one.first === null || one.first <= month) && (one.last === null || month <= one.last));

// What is chosen: what the address says, where the page has it.

function chosen() {
  const said = new URLSearchParams(location.hash.slice(1));
  const authority = data.authorities.find(one => one.la_code === said.get("authority")) ?? data.authorities[0];
  const figures = data.figures[authority.la_code];
  const known = new Set(figures.codes);
  const measures = data.measures.filter(one => known.has(one.code));
  const measure = measures.find(one => one.code === said.get("measure")) ?? measures[0];
  const periods = Object.keys(data.periods).filter(period => found(figures, measure, period).length);
  const period = periods.includes(said.get("period")) ? said.get("period") : periods[0];
  const columns = parts ? parts[authority.la_code] : null;
  const breakdowns = [...new Set(found(columns, measure, period).map(index => columns.breakdowns[index]))].sort();
  const breakdown = breakdowns.includes(said.get("breakdown")) ? said.get("breakdown") : "";
  return { authority, figures, columns, measures, measure, periods, period, breakdowns, breakdown };
}
function address(choice) {
  const words = new URLSearchParams({ authority: choice.authority, measure: choice.measure, period: choice.period });
  if (choice.breakdown) words.set("breakdown", choice.breakdown);
  return location.href.split("#")[0] + "#" + words;
}

// Making elements: text only, never markup.

function made(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}
function table(id, caption, headings, rows, ownRow) {
  const numeric = place => place > 0 && headings[place] !== "Note";
  return made("table", { class: headings.length > MANY ? "long many" : "long" }, made("caption", { id }, made("span", {}, caption)),
    made("thead", {}, made("tr", {}, ...headings.map((heading, place) => made("th", numeric(place) ? { scope: "col", class: "number" } : { scope: "col" }, heading)))),
    made("tbody", {}, ...rows.map((row, number) => made("tr", number === ownRow ? { class: "own" } : {},
      ...row.map((cell, place) => place === 0 ? made("th", { scope: "row" }, cell) : made("td", numeric(place) ? { class: "number" } : {}, cell))))));
}
function fill(select, options, value) {
  select.replaceChildren(...options.map(option => option.group
    ? made("optgroup", { label: option.group }, ...option.options.map(one => made("option", { value: one.value }, one.text)))
    : made("option", { value: option.value }, option.text)));
  select.value = value;
}

// Charts: drawings that say in one sentence what they show; the table below has every figure.

function draw(holder, label, options) {
  const svg = Plot.plot({ ...options, style: { background: "none", color: "var(--ink)", overflow: "visible" } });
  // A picture with one name: what the library writes inside it would be read out as loose words.
  for (const part of svg.querySelectorAll("*")) for (const name of part.getAttributeNames()) if (name.startsWith("aria-")) part.removeAttribute(name);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  element(holder).replaceChildren(svg);
}
const widthOf = holder => Math.max(340, Math.min(920, element(holder).clientWidth || 920));
const axes = (measure, ticks) => [
  Plot.gridY({ stroke: "var(--line)", strokeOpacity: 1, ticks: 5 }),
  Plot.axisY({ label: unitWords(measure), labelAnchor: "top", labelArrow: "none", ticks: 5, tickFormat: value => counted(value) + (measure.unit === "percent" ? "%" : "") }),
  Plot.axisX({ label: null, ticks, tickFormat: date => `${MONTHS[date.getUTCMonth()].slice(0, 3)}\n${date.getUTCFullYear()}` }),
];
function ticksOf(months, every) {
  const last = months[months.length - 1];
  return months.filter(month => (last - month) % every === 0).map(monthDate);
}
function apart(ends, low, high, height) {
  const gap = (high - low) * 14 / height;
  let before = -Infinity;
  return [...ends].sort((one, other) => one.value - other.value).map(end => ({ ...end, place: before = Math.max(end.value, before + gap) }));
}

function drawTrend(choice, series, limits, benchmarks, targets) {
  const { measure, period } = choice;
  const points = series.points.filter(point => isNumber(point.value)).map(point => ({ ...point, date: monthDate(point.month) }));
  const name = `${measure.title}, ${PERIOD_WORDS[period]}`;
  if (points.length < 2) {
    element("trend").replaceChildren(made("p", {}, points.length ? "There is one figure only, so there is no line to draw; it stands in the table." : "There is no figure to draw."));
    element("trend-caption").textContent = "";
    return;
  }
  const months = points.map(point => point.month), first = months[0], last = months[months.length - 1];
  const inside = limits.filter(limit => limit.month >= first && limit.month <= last).map(limit => ({ ...limit, date: monthDate(limit.month) }));
  const lines = [];
  for (const [kind, label] of Object.entries(BENCHMARKS)) lines.push({ label, dash: DASHES[kind], stretches: benchmarks.filter(one => one.benchmark === kind) });
  lines.push({ label: "Target", dash: "1 3", stretches: targets });
  const marks = [], ends = [], all = points.map(point => point.value);
  for (const line of lines) {
    const rows = [];
    for (let month = first; month <= last; month += 1) {
      const stretch = at(line.stretches, month);
      rows.push({ date: monthDate(month), value: stretch ? stretch.value : NaN });
      if (stretch) all.push(stretch.value);
    }
    if (!rows.some(row => row.value === row.value)) continue;
    marks.push(Plot.lineY(rows, { x: "date", y: "value", stroke: "currentColor", strokeWidth: line.label === "Target" ? 2 : 1.2, strokeDasharray: line.dash, curve: "step-after" }));
    const end = rows[rows.length - 1];
    if (end.value === end.value) ends.push({ label: line.label, value: end.value });
  }
  for (const limit of inside) for (const value of [limit.lower, limit.upper]) if (isNumber(value)) all.push(value);
  const mean = [...inside].reverse().find(limit => isNumber(limit.mean));
  if (mean) ends.push({ label: "Mean", value: mean.mean });
  const width = widthOf("trend"), height = 340, low = Math.min(...all), high = Math.max(...all);
  const marked = inside.filter(limit => limit.note && points.some(point => point.month === limit.month)).map(limit => ({ ...limit, value: points.find(point => point.month === limit.month).value }));
  draw("trend", `Line chart of ${name}, ${monthName(first)} to ${monthName(last)}: from ${shown(points[0].value, measure)} to ${shown(points[points.length - 1].value, measure)}. The table has every figure.`, {
    width, height, marginRight: ends.length ? 84 : 16, marginLeft: 52, marginTop: 26, marginBottom: 38,
    x: { type: "utc", domain: [monthDate(first), monthDate(last)] }, y: { nice: true, domain: low === high ? [low - 1, high + 1] : [low, high] },
    marks: [
      Plot.areaY(inside, { x: "date", y1: "lower", y2: "upper", fill: "var(--shade)", curve: "step" }),
      ...axes(measure, ticksOf(months, months.length > 40 || width < 600 ? 12 : 6)),
      ...["lower", "upper"].map(side => Plot.lineY(inside, { x: "date", y: side, stroke: "var(--quiet)", strokeWidth: 0.8, strokeDasharray: "2 2", curve: "step" })),
      Plot.lineY(inside, { x: "date", y: limit => limit.mean ?? NaN, stroke: "var(--quiet)", strokeWidth: 1, curve: "step" }),
      ...marks,
      Plot.lineY(points, { x: "date", y: "value", stroke: "var(--accent)", strokeWidth: 2 }),
      Plot.dot(points, { x: "date", y: "value", r: 2.4, fill: "var(--accent)", title: point => `${monthName(point.month)}: ${shown(point.value, measure)}` }),
      Plot.dot(marked, { x: "date", y: "value", r: 6, stroke: "currentColor", strokeWidth: 1.3, title: point => `${monthName(point.month)}: ${point.note}` }),
      Plot.text(apart(ends, low, high, height - 64), { x: () => monthDate(last), y: "place", text: "label", textAnchor: "start", dx: 8, fill: "currentColor" }),
    ],
  });
  element("trend-caption").textContent = `${name}.` + (inside.length ? " Shaded: the process limits, and their mean. A ring: a month that stands out, as the note in the table says." : "");
}

function drawParts(choice, all, label) {
  const { measure, period } = choice;
  const width = widthOf("trend"), across = width < 600 ? 2 : 3;
  const points = [], names = [];
  all.forEach((series, number) => {
    const place = { across: number % across, down: Math.floor(number / across) };
    names.push({ ...place, label: series.category });
    for (const point of series.points) if (isNumber(label.of(point))) points.push({ ...place, date: monthDate(point.month), value: label.of(point), month: point.month, category: series.category });
  });
  const months = [...new Set(points.map(point => point.month))].sort((one, other) => one - other);
  const name = `${measure.title} by ${choice.breakdown.replaceAll("_", " ")}, ${PERIOD_WORDS[period]}`;
  if (months.length < 2) { element("trend").replaceChildren(made("p", {}, "There are too few figures for a line; they stand in the table.")); element("trend-caption").textContent = ""; return; }
  draw("trend", `${all.length} small line charts of ${name}, ${monthName(months[0])} to ${monthName(months[months.length - 1])}, one for each of: ${all.map(series => series.category).join(", ")}. The table has every figure.`, {
    width, height: 40 + 128 * Math.ceil(all.length / across), marginLeft: 44, marginTop: 24, marginBottom: 34,
    x: { type: "utc" }, y: { nice: true, zero: true }, fx: { axis: null, padding: 0.14 }, fy: { axis: null, padding: 0.26 },
    marks: [
      Plot.gridY({ stroke: "var(--line)", strokeOpacity: 1, ticks: 3 }),
      Plot.axisY({ label: null, ticks: 3, tickFormat: value => counted(value) + label.sign }),
      Plot.axisX({ label: null, ticks: 3, tickFormat: date => String(date.getUTCFullYear()) }),
      Plot.lineY(points, { x: "date", y: "value", fx: "across", fy: "down", z: "category", stroke: "var(--accent)", strokeWidth: 1.6, title: point => point.category }),
      Plot.dot(points, { x: "date", y: "value", fx: "across", fy: "down", r: 1.6, fill: "var(--accent)", title: point => `${point.category}, ${monthName(point.month)}: ${counted(Number(halfUp(point.value, 1).replaceAll(",", "")))}${label.sign}` }),
      Plot.text(names, { fx: "across", fy: "down", frameAnchor: "top-left", dy: -16, text: "label", fontWeight: 600, fill: "currentColor", textOverflow: "ellipsis", lineWidth: 18 }),
    ],
  });
  element("trend-caption").textContent = `${name}: ${label.words}. All have the same scale.`;
}

function drawNeighbours(choice) {
  const { authority, figures, measure } = choice;
  const rows = figures.neighbours.filter(one => one.measure_code === measure.code);
  element("beside").hidden = !rows.length;
  if (!rows.length) return;
  const [own] = found(figures, measure, measure.period).map(index => seriesOf(figures, index, measure));
  const latest = own && [...own.points].reverse().find(point => isNumber(point.value));
  const all = rows.map(one => ({ name: one.name, value: one.value, isOwn: false }));
  if (latest) all.push({ name: authority.name, value: latest.value, isOwn: true });
  all.sort((one, other) => other.value - one.value || one.name.localeCompare(other.name));
  const year = dayName(rows[0].year_end);
  const ownPeriod = latest ? `${measure.period === "month" ? "at the end of" : "twelve months to"} ${monthName(latest.month)}` : "";
  const caption = `${measure.title}: what statistical neighbours published for the year to ${year}` + (latest ? `, and ${authority.name}, ${ownPeriod}` : "");
  const width = widthOf("neighbours");
  draw("neighbours", `Bar chart, highest first. ${caption}. The table has every figure.`, {
    width, height: 30 + 26 * all.length, marginLeft: Math.min(220, width * 0.4), marginRight: 64, marginTop: 4, marginBottom: 8,
    x: { axis: null, domain: [Math.min(0, ...all.map(one => one.value)), Math.max(...all.map(one => one.value))] }, y: { domain: all.map(one => one.name), label: null, padding: 0.25 },
    marks: [
      Plot.barX(all, { x: "value", y: "name", fill: one => one.isOwn ? "var(--accent)" : "var(--shade)", stroke: "var(--quiet)", strokeWidth: one => one.isOwn ? 2 : 1 }),
      Plot.axisY({ label: null, tickSize: 0, fill: "currentColor" }),
      Plot.text(all, { x: "value", y: "name", text: one => (one.isOwn ? "◀ " : "") + shown(one.value, measure), textAnchor: "start", dx: 6, fill: "currentColor", fontWeight: one => one.isOwn ? 700 : 400 }),
    ],
  });
  element("neighbours-caption").textContent = `${caption}.`;
  element("ranked").replaceChildren(table("ranked-caption", "The same, highest first", ["Authority", unitWords(measure)], all.map(one => [one.name, shown(one.value, measure)]), all.findIndex(one => one.isOwn)));
}

// The page.

function trendTable(choice, series, limits, benchmarks, targets) {
  const { measure } = choice;
  const kinds = Object.entries(BENCHMARKS).filter(([kind]) => benchmarks.some(one => one.benchmark === kind));
  const hasLimits = limits.length > 0, hasCounts = series.points.some(point => point.denominator !== null), hasNumbers = measure.scale !== null || hasCounts;
  const headings = ["Month", unitWords(measure), ...(hasNumbers ? [measure.numerator] : []), ...(hasCounts ? [measure.denominator] : []),
    ...(hasLimits ? ["Lower limit", "Mean", "Upper limit"] : []), ...(targets.length ? ["Target"] : []), ...kinds.map(([, label]) => label), ...(hasLimits ? ["Note"] : [])];
  const rows = [...series.points].reverse().map(point => {
    const limit = limits.find(one => one.month === point.month) ?? {};
    const target = at(targets, point.month);
    return [monthName(point.month), shown(point.value, measure), ...(hasNumbers ? [counted(point.numerator)] : []), ...(hasCounts ? [counted(point.denominator)] : []),
      ...(hasLimits ? [limit.lower, limit.mean, limit.upper].map(value => shown(value, measure)) : []),
      ...(targets.length ? [target ? counted(target.value) + (measure.unit === "percent" ? "%" : "") : "–"] : []),
      ...kinds.map(([kind]) => shown(at(benchmarks.filter(one => one.benchmark === kind), point.month)?.value, measure)), ...(hasLimits ? [limit.note ?? "–"] : [])];
  });
  element("figures").replaceChildren(table("figures-caption", `${measure.title}, ${PERIOD_WORDS[choice.period]}: the figures, newest first`, headings, rows));
}
function partsTable(choice, all, label) {
  const months = [...new Set(all.flatMap(series => series.points.map(point => point.month)))].sort((one, other) => other - one);
  const by = all.map(series => new Map(series.points.map(point => [point.month, point])));
  const rows = months.map(month => [monthName(month), ...by.map(points => label.cell(points.get(month)))]);
  element("figures").replaceChildren(table("figures-caption", `${choice.measure.title} by ${choice.breakdown.replaceAll("_", " ")}, ${PERIOD_WORDS[choice.period]}: ${label.words}, newest first`, ["Month", ...all.map(series => series.category)], rows));
}

function show() {
  const choice = chosen(), { authority, figures, columns, measure, period, breakdown } = choice;
  fill(element("authority"), data.authorities.map(one => ({ value: one.la_code, text: one.name })), authority.la_code);
  element("authority").parentElement.hidden = data.authorities.length < 2;
  const groups = [...new Set(choice.measures.map(one => one.group))];
  fill(element("measure"), groups.map(group => ({ group, options: choice.measures.filter(one => one.group === group).map(one => ({ value: one.code, text: one.title })) })), measure.code);
  fill(element("period"), choice.periods.map(one => ({ value: one, text: sentenceCase(data.periods[one]) })), period);
  fill(element("breakdown"), [{ value: "", text: "nothing" }, ...choice.breakdowns.map(one => ({ value: one, text: spoken(one).toLowerCase() }))], breakdown);
  element("breakdown").parentElement.hidden = !element("packed-parts").textContent.trim();
  const series = seriesOf(figures, found(figures, measure, period)[0], measure);
  const kept = period === "month" ? figures.limits[measure.code] : null;
  const limits = kept ? kept.months.map((month, place) => ({ month, mean: kept.means[place], lower: kept.lower[place], upper: kept.upper[place], note: kept.notes[place] })) : [];
  const benchmarks = figures.benchmarks.filter(one => one.measure_code === measure.code && one.period === period && period === measure.period);
  const ofMeasure = figures.targets.filter(one => one.measure_code === measure.code);
  const targets = ofMeasure.some(one => one.scope === "local") ? ofMeasure.filter(one => one.scope === "local") : ofMeasure;
  element("title").textContent = `${measure.title}: ${authority.name}`;
  document.title = `${measure.title}, ${authority.name}: explore the figures`;
  const latest = series.points[series.points.length - 1];
  const before = [...series.points].reverse().find(point => point.month === latest.month - 12);
  const of = !data.is_public && isNumber(latest.denominator) && measure.unit === "percent" ? ` (${counted(latest.numerator)} of ${counted(latest.denominator)})` : "";
  element("summary").textContent = `${monthName(latest.month)}, ${data.periods[period]}: ${shown(latest.value, measure)}${of}` + (before ? `; a year before ${shown(before.value, measure)}.` : ".");
  element("sentence").textContent = !breakdown && figures.sentences[measure.code] ? figures.sentences[measure.code] : "";
  const notes = [];
  if (breakdown) {
    const all = found(columns, measure, period, breakdown).map(index => seriesOf(columns, index, measure));
    const hasValues = measure.scale !== null && all.some(one => one.points.some(point => isNumber(point.value)));
    const label = hasValues
      ? { of: point => point.value, cell: point => point ? shown(point.value, measure) : "–", words: `${unitWords(measure).toLowerCase()} of each category`, sign: measure.unit === "percent" ? "%" : "" }
      : { of: point => point.numerator, cell: point => point ? counted(point.numerator) : "–", words: measure.scale === null ? "number in each category" : `${measure.numerator.toLowerCase()}, by category`, sign: "" };
    drawParts(choice, all, label);
    partsTable(choice, all, label);
  } else {
    drawTrend(choice, series, limits, benchmarks, targets);
    trendTable(choice, series, limits, benchmarks, targets);
    const stretch = benchmarks.filter(one => one.last >= latest.month).map(one => one.year_end);
    if (stretch.length) notes.push(`Benchmarks are what DfE had published by the end of each month; the latest are of the year to ${dayName(stretch[0])}.`);
  }
  if (authority.provisional_from !== null) notes.push(`Figures from ${monthName(authority.provisional_from)} on are provisional.`);
  notes.push(`Extract of ${authority.extract}, version ${authority.version}. – : there is none.`);
  element("notes").textContent = notes.join(" ");
  drawNeighbours(choice);
  element("definition").textContent = measure.definition;
  element("source").textContent = `Source: ${measure.source}.`;
  for (const id of ["choices", "shown", "about"]) element(id).hidden = false;
}

async function changed() {
  const values = Object.fromEntries(CHOICES.map(name => [name, element(name).value]));
  try { history.replaceState(null, "", address(values)); } catch { location.hash = address(values).split("#")[1]; }
  await shownAgain();
}
async function shownAgain() {
  if (!data) return;
  if (parts === null && new URLSearchParams(location.hash.slice(1)).get("breakdown")) parts = await unpacked("packed-parts");
  show();
  // The rest is unpacked once the first chart stands, so that the list of breakdowns can be offered.
  if (parts === null && element("packed-parts").textContent.trim()) setTimeout(async () => { if (parts === null) { parts = await unpacked("packed-parts"); show(); } });
}
for (const name of CHOICES) element(name).addEventListener("change", changed);
addEventListener("hashchange", shownAgain);
addEventListener("pageshow", shownAgain);
unpacked("packed-figures").then(content => { data = content; return shownAgain(); }).catch(error => {
  element("failed").textContent = "The figures inside this page could not be read; a newer browser is needed, or the file was damaged on its way.";
  element("failed").hidden = false;
  throw error;
});
