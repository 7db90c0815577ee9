"""What signals find and miss: series of the kinds and sizes that councils have, drawn with seeds and put through the
product's own queries. `make bench-signals` writes docs/signals.md from it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import click
import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from warehouse.published import publishing
from warehouse.published.signals import points
from warehouse.reference import loading

PAGE = Path(__file__).parents[2] / "docs" / "signals.md"
_MONTHS, _STEP, _WINDOW = 48, 24, 8
_FIRST = np.datetime64("2015-01", "M")
Drawn = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int, Drawn], tuple[Drawn, Drawn | None]]


@dataclass(frozen=True)
class Simulated:
    """A kind of series and how to draw it: `draw` takes a generator, how many series, and by how many standard
    deviations each month is away, and gives numerators and denominators (None for a figure without)."""

    name: str
    kind: str
    draw: Draw


# ---------------------------------------------------------------------------------------------- drawing


def _share(cases: Callable[[np.random.Generator, int], Drawn], part: float) -> Draw:
    def draw(generator: np.random.Generator, series: int, away: Drawn) -> tuple[Drawn, Drawn]:
        of = cases(generator, series)
        chance = np.clip(part - away * np.sqrt(part * (1 - part) / of), 0, 1)
        return generator.binomial(of.astype(int), chance).astype(float), of

    return draw


def _of(cases: int) -> Callable[[np.random.Generator, int], Drawn]:
    return lambda _, series: np.full((series, _MONTHS), float(cases))


def _between(fewest: int, most: int) -> Callable[[np.random.Generator, int], Drawn]:
    return lambda generator, series: generator.integers(fewest, most + 1, (series, _MONTHS)).astype(float)


# Families of one to five children, who share one outcome: the variance of a share is 2.5 times that of single children.
_FAMILIES = {1: 0.50, 2: 0.27, 3: 0.14, 4: 0.06, 5: 0.03}


def _families(generator: np.random.Generator, series: int, away: Drawn) -> tuple[Drawn, Drawn]:
    part, children = 0.8, 40
    chance = np.clip(part - away * np.sqrt(2.5 * part * (1 - part) / children), 0, 1)
    numerator, denominator = np.zeros((2, series, _MONTHS))
    for size, of_families in _FAMILIES.items():
        mean = sum(one * of for one, of in _FAMILIES.items())
        families = generator.poisson(children / mean * of_families, (series, _MONTHS))
        numerator += size * generator.binomial(families, np.broadcast_to(chance, families.shape))
        denominator += size * families
    return numerator, denominator


def _count(mean: float) -> Draw:
    return lambda generator, series, away: (
        generator.poisson(np.broadcast_to(mean + away * np.sqrt(mean), (series, _MONTHS))).astype(float), None,
    )  # fmt: skip


def _stock(size: int, stay: int) -> Draw:
    """Children who arrive by chance and stay so many months on average; a step is so many more at once."""

    def draw(generator: np.random.Generator, series: int, away: Drawn) -> tuple[Drawn, None]:
        jump = np.diff(np.broadcast_to(away, (series, _MONTHS)), axis=1, prepend=0) * np.sqrt(2 * size / stay)
        there, found = np.full(series, size), np.zeros((series, _MONTHS))
        for month in range(-stay, _MONTHS):
            there = there - generator.binomial(there, 1 / stay) + generator.poisson(size / stay, series)
            if month >= 0:
                there = np.maximum(there + np.round(jump[:, month]).astype(int), 0)
                found[:, month] = there
        return found, None

    return draw


def _median(generator: np.random.Generator, series: int, away: Drawn) -> tuple[Drawn, None]:
    return np.round(30 + 3 * (generator.normal(0, 1, (series, _MONTHS)) + away)), None


KINDS = (
    Simulated("share, 8 cases, 80%", "share_of_events", _share(_of(8), 0.8)),
    Simulated("share, 15 cases, 80%", "share_of_events", _share(_of(15), 0.8)),
    Simulated("share, 40 cases, 80%", "share_of_events", _share(_of(40), 0.8)),
    Simulated("share, 200 cases, 90%", "share_of_events", _share(_of(200), 0.9)),
    Simulated("share, 8 to 200 cases, 90%", "share_of_events", _share(_between(8, 200), 0.9)),
    Simulated("share, about 40 children in families", "share_of_events", _families),
    Simulated("count, mean 0.5", "count_of_events", _count(0.5)),
    Simulated("count, mean 1", "count_of_events", _count(1)),
    Simulated("count, mean 2", "count_of_events", _count(2)),
    Simulated("count, mean 5", "count_of_events", _count(5)),
    Simulated("count, mean 30", "count_of_events", _count(30)),
    Simulated("median", "median", _median),
    Simulated("stock, 12 who stay 9 months", "count_of_snapshot", _stock(12, 9)),
    Simulated("stock, 400 who stay 9 months", "count_of_snapshot", _stock(400, 9)),
    Simulated("stock, 488 who stay 24 months", "count_of_snapshot", _stock(488, 24)),
)


def table(kind: str, numerator: Drawn, denominator: Drawn | None) -> pa.Table:
    """Series, one a row, as the table that signals read; a month without cases has no value."""
    series, months = numerator.shape
    with np.errstate(invalid="ignore", divide="ignore"):
        value = numerator if denominator is None else 100 * numerator / denominator
    flat = [part.ravel() for part in (numerator, numerator * np.nan if denominator is None else denominator, value)]
    return pa.table({
        "la_code": pa.array(["501"] * numerator.size),
        "measure_code": np.repeat([f"m{number:05}" for number in range(series)], months),
        "month": np.tile((_FIRST + np.arange(months)).astype("datetime64[D]"), series),
        "kind": pa.array([kind] * numerator.size),
        **{name: pa.array(part, from_pandas=True)
           for name, part in zip(("numerator", "denominator", "value"), flat, strict=True)},
    })  # fmt: skip


def judge(series: pa.Table, before: pa.Table | None = None) -> pa.Table:
    """The points of the series."""
    with duckdb.connect() as connection:
        connection.register("series", series)
        connection.execute("create table spc_rebase (la_code varchar, measure_code varchar, month date)")
        connection.register("spc_published", points.nothing_published() if before is None else before)
        return points.points(connection)


def signalled(found: pa.Table) -> NDArray[np.bool_]:
    """By series and month, whether the month is part of a signal, be it marked or on the way to a new level."""
    with duckdb.connect() as connection:
        connection.register("spc_point", found)
        connection.execute("create table measure as select distinct measure_code, 'neutral' as polarity from spc_point")
        connection.execute(f"create table spc_signal as {points.sql('spc_signal')}")
        rows = connection.sql(
            "select coalesce(bool_or(signal.since is not null), false) as is_part from spc_point "
            "left join spc_signal as signal on signal.measure_code = spc_point.measure_code "
            "and spc_point.month between signal.first_month and signal.last_month "
            "group by spc_point.measure_code, spc_point.month order by spc_point.measure_code, spc_point.month"
        ).fetchnumpy()["is_part"]
    return np.asarray(rows, bool).reshape(-1, len(set(found["month"].to_pylist())))


def marked(found: pa.Table) -> NDArray[np.bool_]:
    """By series and month, whether the month is marked by its own limits: what was raised in the month itself."""
    rules = found["rule"].is_valid().to_numpy()
    return np.asarray(rules, bool).reshape(-1, len(set(found["month"].to_pylist())))


def phases(found: pa.Table) -> NDArray[np.int64]:
    """By series and month, the number of the phase; 0 where there is none."""
    numbers = found["phase"].fill_null(0).to_numpy()
    return np.asarray(numbers).reshape(-1, len(set(found["month"].to_pylist())))


# ---------------------------------------------------------------------------------------------- sections


def _found_and_missed(series: int) -> Iterator[str]:
    yield "| series of 48 months | months in a signal | series with one | with a new level | step seen | seen without |"
    yield "|---|---|---|---|---|---|"
    for number, one in enumerate(KINDS):
        shown = []
        for step in (0.0, 1.0):
            away = np.where(np.arange(_MONTHS) >= _STEP, step, 0.0)
            found = judge(table(one.kind, *one.draw(np.random.default_rng([number, int(step)]), series, away)))
            part = signalled(found)
            seen = 100 * marked(found)[:, _STEP : _STEP + _WINDOW].any(axis=1).mean()
            shown.append(
                (100 * part.mean(), 100 * part.any(axis=1).mean(), 100 * (phases(found)[:, -1] > 1).mean(), seen)
            )
        (false, any_of, levels, without), (*_, seen) = shown
        yield (f"| {one.name} | {false:.1f}% | {any_of:.0f}% | {levels:.1f}% | {seen:.0f}% | {without:.0f}% |")


_FALLS = ((12, 0.90, 0.40), (25, 0.90, 0.60), (40, 0.95, 0.75), (48, 0.95, 0.75), (60, 0.98, 0.85))


def _falls(series: int) -> Iterator[str]:
    yield "| cases a month | from | to | series with a signal in these eight months | without a fall |"
    yield "|---|---|---|---|---|"
    for cases, before, after in _FALLS:
        seen = []
        for level in (after, before):
            generator = np.random.default_rng([cases, int(100 * level)])
            chance = np.where(np.arange(36) >= 28, level, before)
            of = np.full((series, 36), float(cases))
            found = judge(table("share_of_events", generator.binomial(cases, chance, of.shape).astype(float), of))
            seen.append(100 * marked(found)[:, 28:].any(axis=1).mean())
        yield f"| {cases} | {before:.0%} | {after:.0%} | {seen[0]:.0f}% | {seen[1]:.0f}% |"


def _levels(series: int) -> Iterator[str]:
    yield "| standard deviations | confirmed within 12 months | 18 | 24 | date off by no more, half | nine in ten |"
    yield "|---|---|---|---|---|---|"
    months = 60
    for step in (1.0, 1.5, 2.0, 3.0):
        generator = np.random.default_rng([7, int(10 * step)])
        chance = 0.8 - np.where(np.arange(months) >= 30, step, 0.0) * np.sqrt(0.16 / 40)
        of = np.full((series, months), 40.0)
        found = judge(table("share_of_events", generator.binomial(40, chance, of.shape).astype(float), of))
        with duckdb.connect() as connection:
            connection.register("found", found)
            told = connection.execute(
                "select date_diff('month', $step, min(rebased_on)) as confirmed, "
                "abs(date_diff('month', $step, min(since))) as off "
                "from found where phase = 2 group by measure_code",
                {"step": (_FIRST + 30).astype("datetime64[D]").item()},
            ).fetchnumpy()
        confirmed = [int((told["confirmed"] < within).sum()) for within in (12, 18, 24)]
        off = told["off"]
        shown = " | ".join(f"{100 * one / series:.0f}%" for one in confirmed)
        half, most = np.quantile(off, [0.5, 0.9]) if len(off) else (np.nan, np.nan)
        yield f"| {step:g} | {shown} | {half:.0f} months | {most:.0f} months |"


def published_monthly(series: int, months: int = 60) -> tuple[int, int, int]:
    """Stepped series published month by month: months with limits, how many changed, and series with a new level."""
    generator = np.random.default_rng(300)
    steps = generator.integers(20, 44, series)[:, None]
    sizes = generator.choice([-3.0, -2.0, 2.0, 3.0], series)[:, None]
    chance = np.clip(0.75 + np.where(np.arange(months) >= steps, sizes, 0.0) * np.sqrt(0.75 * 0.25 / 40), 0, 1)
    numerator = generator.binomial(40, chance).astype(float)
    before = points.nothing_published()
    changed = 0
    with duckdb.connect() as connection:
        for known in range(12, months + 1):
            of = numerator[:, :known]
            found = judge(table("share_of_events", of, np.full(of.shape, 40.0)), before)
            connection.register("before", before)
            connection.register("found", found)
            changed += connection.sql(
                "select count(*) from before left join found using (la_code, measure_code, month) "
                "where before.lower_limit is not null and (before.lower_limit is distinct from found.lower_limit "
                "or before.upper_limit is distinct from found.upper_limit "
                "or before.centre is distinct from found.centre)"
            ).fetchall()[0][0]
            before = found
    limited = before.num_rows - before["lower_limit"].null_count
    return limited, changed, int((phases(before)[:, -1] > 1).sum())


# NHS England, Making Data Count, "SPC charts - XmR testing": the checks that any chart must pass to give the same as
# its Single Chart Tool v5.0; document and data as in NHSDigital/fdp-react-design-system. Each month that is coloured
# there is marked with an x, one where document and data differ with a question mark.
_SPECIAL_CAUSE = (8, 27, 32, 26, 20, 21, 23, 21, 23, 22, 26, 23, 20, 20, 29, 28, 22, 23, 25, 26, 28, 29, 26, 24, 36, 29,
                  35, 22, 30, 18)  # fmt: skip
_CONFLICT = (43, 41, 37, 36, 31, 23, 15, 13, 15, 18, 23, 27, 31, 36, 27, 19, 17, 27, 15, 22)
_RECALCULATION = (16, 24, 22, 19, 19, 18, 24, 25, 18, 17, 16, 25, 15, 23, 19, 35, 32, 35, 31, 27, 33, 28, 38, 35, 30,
                  28, 29, 27, 24, 23)  # fmt: skip
_VARIATION = (16, 20, 22, 18, 21, 18, 26, 28, 24, 26, 19, 18, 25, 32, 43, 28, 22)
_TWO_SIGMA = (24, 22, 29, 32, 22, 20, 23, 25, 26, 22, 24, 27, 7, 19)
WORKED_EXAMPLES: Mapping[str, tuple[Sequence[int], str]] = {
    "process limits": ((20, 24, 20, 26, 22, 16, 18, 16, 31, 28, 34, 26, 30, 19, 18), "..............."),
    "special cause": (_SPECIAL_CAUSE, "x...xxxxxx......xxxxxx..x.x..."),
    "single point at the ends": ((45, 29, 20, 22, 25, 20, 27, 24, 22, 23, 20, 26, 20, 15, 5), "x.............x"),
    "single point in the middle": ((29, 32, 35, 45, 43, 23, 18, 20, 16, 7, 28, 26, 22, 19, 20), "...xx....x....."),
    "shift at the ends": ((31, 35, 34, 29, 29, 32, 26, 26, 32, 35, 30, 18, 31, 25, 27, 22, 18, 25, 25, 17),
                          "xxxxxx.......xxxxxxx"),
    "shift in the middle": ((31, 22, 19, 21, 18, 18, 22, 22, 29, 25, 23, 26, 31, 26, 28, 29, 32, 24, 31, 22),
                            ".xxxxxxx...xxxxxx..."),
    "trend without pauses": ((11, 14, 18, 20, 22, 23, 18, 21, 17, 23, 26, 20, 16, 25, 23, 22, 19, 16, 15, 12),
                             "xxxxxx.......xxxxxxx"),
    "trend with pauses": ((23, 30, 28, 25, 25, 20, 18, 24, 16, 13, 14, 18, 18, 24, 26, 29, 19, 20, 28, 16),
                          "...................."),
    "two sigma": ((42, 40, 39, 26, 39, *_TWO_SIGMA, 24, 7, 7, 32), "xxx.x...............xx."),
    "two sigma and a single point": ((42, 40, 39, 26, 39, *_TWO_SIGMA, 24, 7, 2, 32), "xxx.x................x."),
    "two sigma on two sides": ((42, 40, 39, 24, 39, *_TWO_SIGMA, 26, 7, 7, 32), "xxx...................."),
    "conflict": (_CONFLICT, "xxxxxxxxxxxxxx?....."),
    "before a recalculation": (_RECALCULATION, "xxxxxxxxxxxxxxxxxxxxxxxxxxxx.."),
    "variation, last point high": ((*_VARIATION, 45), "xxxxxx........x..x"),
    "variation, last point as usual": ((*_VARIATION, 25), "xxxxxx........x..."),
    "variation, last point low": ((*_VARIATION, 5), "xxxxxx........x..x"),
}  # fmt: skip


def marked_here(values: Sequence[float]) -> str:
    """The months of a worked example that are marked here: b beyond a limit, e by the average, else a dot."""
    found = judge(table("median", np.array([values], float), None))
    rules = found["rule"].to_pylist()
    return "".join({"beyond_limits": "b", "ewma": "e", None: "."}[rule] for rule in rules)


def _examples() -> Iterator[str]:
    yield "| worked example | marked there | marked here |"
    yield "|---|---|---|"
    for name, (values, there) in WORKED_EXAMPLES.items():
        yield f"| {name} | `{there}` | `{marked_here(values)}` |"


_COMPARED = {"ICPC_15WD_PCT": "share_of_events", "REREF_12M_PCT": "share_of_events", "REF_NFA_PCT": "share_of_events",
             "CPP_REPEAT_PCT": "share_of_events", "CPP_RATE": "rate_of_snapshot", "CLA_RATE": "rate_of_snapshot",
             "CIN_RATE": "rate_of_snapshot"}  # fmt: skip


def _funnels() -> Iterator[str]:
    yield "| indicator, year to 31 March 2024 | authorities | differ by their own interval | outside the funnel |"
    yield "|---|---|---|---|"
    with duckdb.connect() as connection:
        loading.load(connection)
        connection.execute(publishing.sql("comparisons/chance"))
        connection.execute(
            "create table spc_point (la_code varchar, measure_code varchar, month date, chart varchar, spread double); "
            "create table family_design (la_code varchar, measure_code varchar, design_factor double)"
        )
        connection.execute("create table measure (measure_code varchar, kind varchar, polarity varchar, "
                           "benchmark_indicator varchar, made_of varchar)")  # fmt: skip
        for code, kind in _COMPARED.items():
            connection.execute("insert into measure values (?, ?, 'neutral', ?, ?)", [code, kind, code, code])
        connection.execute(
            """
            create table monthly_kpi_current as
            select
                la_code, indicator_code as measure_code, date '2024-11-01' as month,
                if(kind = 'rate_of_snapshot', 'month', 'rolling_12_months') as period,
                value * denominator / if(kind = 'rate_of_snapshot', 10000, 100) as numerator, denominator, value,
                'final' as status
            from reference.benchmark
            semi join reference.geography using (geography_code)
            inner join measure on measure.measure_code = indicator_code
            where la_code is not null and denominator > 0 and value is not null and period_end = '2024-03-31'
            """
        )
        rows = connection.sql(
            f"""
            select
                measure_code, count(*), avg(is_beyond_chance::int),
                avg(is_beyond_chance(benchmark_value, kind, period, numerator, denominator, null, null)::int)
            from ({publishing.sql("comparisons/benchmark_comparison")}) as compared
            inner join measure using (measure_code)
            inner join monthly_kpi_current using (la_code, measure_code, month, period)
            where benchmark = 'england'
            group by measure_code
            order by measure_code
            """  # noqa: S608 - the project's own query
        ).fetchall()
    for code, authorities, by_funnel, by_interval in rows:
        yield f"| `{code}` | {authorities} | {by_interval:.0%} | {by_funnel:.0%} |"


def page(series: int) -> str:
    """The page of results, as Markdown; the same for the same number of series."""
    limited, changed, moved = published_monthly(min(series, 300))
    of_published = min(series, 300)
    blocks = [
        "# Signals, simulated",
        "<!-- Generated by `make bench-signals`; change pipelines/benchmark/signals.py, not this page. -->",
        f"{series:,} series of each kind, drawn with fixed seeds and put through the product's own queries. The rules: "
        "[definitions 12](definitions.md#12-signals-and-chance). Why these: "
        "[decision 0009](decisions/0009-signals.md).",
        "## What is found and what is invented",
        "Nothing changes in the first three columns. *Months in a signal*: marked, or on the way to a new level that "
        "was confirmed later. *Step seen*: the level moves by one standard deviation of a month's figure (of a stock, "
        "of its monthly change) at the 25th month, and one of the eight months from then on is marked; beside it the "
        "same eight months without a step. One standard deviation of a change is what any month makes of a stock, so "
        "there is nothing to be seen: what lasts shows in the counts of who comes and goes.",
        "\n".join(_found_and_missed(series)),
        "## Good and small services that fall",
        "36 months, of which the last eight lie lower.",
        "\n".join(_falls(series)),
        "## New levels",
        "Shares of 40 cases at 80% that step down in the 31st of 60 months. Until a level is confirmed, its months are "
        "marked by the limits of the level before.",
        "\n".join(_levels(series)),
        "## Limits that stay",
        f"{of_published} series of 60 months step by two or three standard deviations in a month of their own and are "
        f"published month by month from the twelfth on: of {limited:,} months with limits, the centre or a limit "
        f"changed in a later publication {changed:,} times. {moved} series came to a new level.",
        "## Worked examples of Making Data Count",
        "Limits of no more than 24 months, and single points beyond them, are as NHS England published them. Its other "
        "three rules are not used here: six in a row on one side, six rising or falling, two of three near a limit. "
        "On the same centre the four rules mark 4 to 8% of months in which nothing happened and see a step of one "
        "standard deviation in about half of the series; a limit and an average mark 1 to 3% and see three of five. So "
        "a run or a trend is marked here only once its months together are far from the centre. The examples of 30 "
        "months differ in their limits as well, which are here those of the first 24. `x` marked there, `?` where "
        "document and data differ; `b` beyond a limit, `e` by the average.",
        "\n".join(_examples()),
        "## Against England",
        "How many authorities differ from England: by the interval of their own figure, and by the funnel of all.",
        "\n".join(_funnels()),
    ]
    return "\n\n".join(blocks) + "\n"


@click.command()
@click.option("--series", default=1500, show_default=True, help="How many series of each kind.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), default=PAGE, show_default=False)
def main(series: int, output: Path) -> None:
    """Simulate signals and write what was found to docs/signals.md."""
    begun = perf_counter()
    output.write_text(page(series))
    click.echo(f"{output}: {series} series of each of {len(KINDS)} kinds, {perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
