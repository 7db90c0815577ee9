"""The measures of a group of extracts: what every case contributes, and the figures of the single months.

One pass over each fact serves all its measures and breakdowns. What a figure of several months is made of depends on what
is published already, so that is left to the publication, but for kinds that are counted anew from the cases.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from schemas.kinds import MEDIAN, Making
from schemas.measures import CATALOGUE, Measure, Need
from warehouse.parallel import at_once

FOLDER = Path(__file__).parent
# The columns of a case that are published where its fact has them.
CASE_COLUMNS = {
    "person_id": "varchar", "record_id": "varchar", "clock_start": "date", "event_date": "date", "due_date": "date",
    "working_days": "bigint", "reason": "varchar", "table_name": "varchar", "row_number": "bigint", "place": "varchar",
}  # fmt: skip
# Breakdowns that a fact states itself; the others follow from the child.
_OF_FACT = ("legal_status", "placement_type", "category_of_abuse", "referral_source")
_OF_CHILD = ("sex", "ethnicity", "disability", "unaccompanied", "locality")
BREAKDOWNS = ("age_band", *_OF_CHILD, *_OF_FACT, "team")
_PLACE = ("la_code", "extract_date")
# What else a case keeps of its fact, which is not published.
_OF_CASE = ("attribute_date", "referral_team", "is_start_missing", "period_number", "age_band")
# Fractions are added as decimals: as floats their sum would depend on the order of the rows.
_EXACT = "decimal(38, 12)"


def sql(name: str) -> str:
    """The text of a query of this layer."""
    return (FOLDER / f"{name}.sql").read_text()


def evaluate(connection: duckdb.DuckDBPyConnection, catalogue: Sequence[Measure] = CATALOGUE) -> None:
    """Evaluate the catalogue over the facts in `connection`. Leaves in the schema `measures`:

    - `measure`: the catalogue as it is published;
    - `not_computable`, `unmet_need`, `measure_coverage`, `covered_month`: which figures the extracts can give, and why
      not others;
    - `case_<fact>`: one row per row of a fact that any measure counts, with `counted_<measure>` and
      `achieved_<measure>`;
    - `month_figure`: one row per extract, measure and covered month of the kinds that add up, cases or none;
    - `period_figure`: one row per extract, measure, month and period of the kinds that are counted anew;
    - `month_breakdown`, `period_breakdown`: the same by breakdown and category, where there is a case.
    """
    connection.execute("create schema if not exists measures")
    write_catalogue(connection, catalogue)
    _write("population_of_month", connection)
    _write("unmet_need", connection)
    connection.execute(f"create or replace table measures.not_computable as {sql('lacking')}")
    connection.execute(f"create or replace table measures.history_asked as {_history_asked(catalogue)}")
    for name in ("covered_month", "measure_coverage", "child_attribute", "team_of_child"):
        _write(name, connection)
    connection.execute(sql("structure"))
    sizes = dict(
        connection.execute(
            "select table_name, estimated_size from duckdb_tables() where schema_name = 'facts'"
        ).fetchall()
    )
    # The largest first: none is waited for alone at the end.
    facts = sorted(dict.fromkeys(measure.fact for measure in catalogue), key=lambda fact: -sizes.get(fact, 0))
    at_once(connection, {
        fact: partial(_evaluate_fact, fact, [measure for measure in catalogue if measure.fact == fact]) for fact in facts
    })  # fmt: skip
    names = ("month_figure", "month_breakdown", "period_figure", "period_breakdown", "dfe_count")
    at_once(connection, {name: partial(_write, name) for name in names})


def _write(name: str, connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(f"create or replace table measures.{name} as {sql(name)}")


def _evaluate_fact(fact: str, of_fact: Sequence[Measure], connection: duckdb.DuckDBPyConnection) -> None:
    """The cases of a fact, and what they add up to by measure."""
    if not _write_cases(connection, fact, of_fact):
        return  # figures of no cases come from the covered months
    if summed := [measure for measure in of_fact if measure.kind.month is Making.POOLED]:
        connection.execute(_tally(connection, fact, summed))
    for measure in of_fact:
        if Making.ANEW in (measure.kind.month, measure.kind.twelve_months) or _is_distinct_rate(measure):
            connection.execute(_anew(connection, measure))


def _is_distinct_rate(measure: Measure) -> bool:
    """Whether a rate of events counts distinct children, so that months cannot be summed."""
    return measure.kind.twelve_months is Making.OVER_POPULATION and measure.of is None


# --- the catalogue --------------------------------------------------------------------------------------------------


def write_catalogue(connection: duckdb.DuckDBPyConnection, catalogue: Sequence[Measure] = CATALOGUE) -> None:
    """Write `measures.measure` and `measures.need`: the catalogue, and what its measures need of an extract."""
    words = (
        "measure_code short_code title definition numerator denominator unit polarity decimal_places source "
        "benchmark_indicator benchmark_note definition_version"
    ).split()
    rows = [
        {
            "position": position,
            **{name: str(value) if isinstance(value := getattr(one, name), str) else value for name in words},
            "kind": one.kind.name,
            "scale": one.kind.scale,
            "is_snapshot": one.kind.is_snapshot,
            "is_count": one.kind.is_count,
            "is_rate": one.kind.is_rate,
            "adds_up": one.kind.adds_up,
            "month_making": one.kind.month.value,
            "twelve_months_making": "anew" if _is_distinct_rate(one) else one.kind.twelve_months.value,
            "quarter_making": one.kind.quarter.value,
            "compared_period": one.kind.compared_period,
            "interval": one.kind.interval.value,
            "made_of": one.of or one.measure_code,
            "is_now_only": one.is_now_only,
        }
        for position, one in enumerate(catalogue, start=1)
    ]
    connection.from_arrow(pa.Table.from_pylist(rows)).query(
        "catalogue", "create or replace table measures.measure as from catalogue"
    )
    needs = [
        {
            "measure_code": measure.measure_code, "position": place, "table_name": need.table,
            "any_of": list(need.any_of), "reason": reason, "run_in_months": need.run_in_months, "asks": need.asks,
            "after_month_end": need.after_month_end,
            "latest_is_enough": need.latest_is_enough, "because": need.because, "is_waivable": need.unless != "",
            "instead_table": need.instead[0] if need.instead else None,
            "instead_column": need.instead[1] if need.instead else None,
        }
        for measure in catalogue
        for place, declared in enumerate(measure.needs)
        if _is_asked(connection, declared)
        for need, reason in _reasons(_resolved(connection, declared))
    ]  # fmt: skip
    schema = pa.schema(
        [
            ("measure_code", pa.string()), ("position", pa.int64()), ("table_name", pa.string()),
            ("any_of", pa.list_(pa.string())), ("reason", pa.string()), ("run_in_months", pa.int64()),
            ("after_month_end", pa.bool_()), ("asks", pa.string()), ("latest_is_enough", pa.bool_()), ("because", pa.string()),
            ("is_waivable", pa.bool_()), ("instead_table", pa.string()), ("instead_column", pa.string()),
        ]
    )  # fmt: skip
    connection.from_arrow(pa.Table.from_pylist(needs, schema=schema)).query(
        "needs", "create or replace table measures.need as from needs"
    )


def _is_asked(connection: duckdb.DuckDBPyConnection, need: Need) -> bool:
    """Whether the table is needed under the settings in force."""
    return need.when is None or _setting(connection, need.when[0]) == need.when[1]


def _resolved(connection: duckdb.DuckDBPyConnection, need: Need) -> Need:
    """The need under the settings in force."""
    if need.named_by is None:
        return need
    return replace(need, any_of=(_setting(connection, need.named_by),), named_by=None)


def _setting(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    row = connection.table("reference.setting").select(duckdb.ColumnExpression(name)).fetchone()
    return str(row[0]) if row else ""


def _reasons(need: Need) -> Iterator[tuple[Need, str]]:
    yield replace(need, any_of=()), f"The table {need.table} was not sent."
    if need.any_of:
        yield need, f"The table {need.table} has no column {' or '.join(need.any_of)}."


def _history_asked(catalogue: Sequence[Measure]) -> str:
    """The query of `measures.history_asked`: one row per extract, measure and month with a case that keeps a need."""
    parts = [
        f"select la_code, extract_date, month, '{measure.measure_code}' as measure_code from facts.{measure.fact} "
        f"where coalesce({measure.counted}, false) and not coalesce({need.unless}, false)"
        for measure in catalogue
        for need in measure.needs
        if need.unless
    ]
    none = "select la_code, extract_date, month, null::varchar as measure_code from facts.reporting_month where false"
    return f"select distinct * from ({' union all '.join([none, *parts])})"


# --- the cases ------------------------------------------------------------------------------------------------------


def _columns(connection: duckdb.DuckDBPyConnection, fact: str) -> list[str]:
    return connection.table(f"facts.{fact}").columns


def _write_cases(connection: duckdb.DuckDBPyConnection, fact: str, of_fact: Sequence[Measure]) -> int:
    """How many cases there are in `measures.case_<fact>` now: rows of the fact that any of its measures counts."""
    columns = _columns(connection, fact)
    kept = [*_PLACE, "month", *(name for name in CASE_COLUMNS if name in columns)]
    kept += [name for name in (*_OF_CASE, *_OF_FACT, "team") if name in columns]
    chosen = [f'fact."{name}"' for name in kept]
    for measure in of_fact:
        code = measure.measure_code
        chosen += [f"coalesce({measure.counted}, false) as counted_{code}",
                   f"coalesce({measure.achieved}, false) as achieved_{code}"]  # fmt: skip
        if measure.amount != "1":
            chosen.append(f"({measure.amount})::double as amount_{code}")
        if measure.weight != "1":
            chosen.append(f"({measure.weight})::double as weight_{code}")
        if measure.achieved_later is not None:
            chosen.append(f"coalesce({measure.achieved_later}, false) as later_{code}")
        chosen += [f"({expression}) as {name}_of_{code}" for name, expression in measure.case.items()]
    counted = " or ".join(f"coalesce({measure.counted}, false)" for measure in of_fact)
    made = connection.execute(
        f"create or replace table measures.case_{fact} as select {', '.join(chosen)} "
        f"from facts.{fact} as fact where fact.month is not null and ({counted})"
    ).fetchone()
    return made[0] if made else 0


def _case_of_measure(measure: Measure, columns: tuple[str, ...]) -> str:
    code, kind = measure.measure_code, measure.kind
    own = [
        f"({f'{name}_of_{code}' if name in measure.case else name if name in columns else 'null'})::{kind_of}"
        for name, kind_of in CASE_COLUMNS.items()
    ]
    numerator = f"amount_{code}" if measure.amount != "1" else "1.0"
    denominator = f"weight_{code}" if measure.weight != "1" else "1.0"
    if kind is MEDIAN:
        numerator = "null"
    elif not (kind.is_count or kind.is_rate):
        numerator = f"case when achieved_{code} then {numerator} else 0.0 end"
    if kind.is_count or kind.is_rate:
        denominator = "null"
    own = [
        f"{f'case when not achieved_{code} then {one} end' if name == 'reason' else one} as {name}"
        for name, one in zip(CASE_COLUMNS, own, strict=True)
    ]
    return (
        f"select la_code, '{code}' as measure_code, month, {', '.join(own)}, {numerator}::double as numerator, "
        f"{denominator}::double as denominator from case_{measure.fact} "
        f"inner join (from covered where measure_code = '{code}') as covered using (la_code) "
        f"where counted_{code} and month between covered.first_month and covered.last_month"
    )


def case_view(columns: dict[str, list[str]], catalogue: Sequence[Measure] = CATALOGUE) -> str:
    """The query of `kpi_case`: one row per measure, month and case, from the tables `case_<fact>` and `covered`.

    `columns` gives the columns of each fact's table; a measure whose columns are not in it is left out.
    """
    parts = [
        _case_of_measure(measure, tuple(columns[measure.fact]))
        for measure in catalogue
        if f"counted_{measure.measure_code}" in columns.get(measure.fact, ())
    ]
    return " union all by name ".join(parts)


# --- the months -----------------------------------------------------------------------------------------------------


def breakdowns_of(columns: Sequence[str]) -> list[str]:
    """The breakdowns that a fact with these columns has, its team among them."""
    has_child = "person_id" in columns and "attribute_date" in columns
    found = ["age_band", *_OF_CHILD] if has_child else []
    found += [name for name in _OF_FACT if name in columns]
    return [*found, "team"] if has_child or "team" in columns else found


def _attributed(fact: str, columns: Sequence[str], more: str = "") -> str:
    """The cases of a fact with the category of every breakdown, never NULL; `more`: further columns."""
    chosen, joins = ["cases.*"], [f"from measures.case_{fact} as cases"]
    replaced = []
    if "person_id" in columns and "attribute_date" in columns:
        joins.append("left join measures.child_attribute as child using (la_code, extract_date, person_id)")
        joins.append(
            "left join measures.team_of_child as allocated on allocated.la_code = cases.la_code "
            "and allocated.extract_date = cases.extract_date and allocated.person_id = cases.person_id "
            "and allocated.from_date <= cases.attribute_date and allocated.until_date > cases.attribute_date"
        )
        age = "age_band(cases.attribute_date, child.birth_date, child.expected_birth_date)"
        if "age_band" in columns:
            replaced.append("coalesce(cases.age_band, 'not recorded') as age_band")
        else:
            chosen.append(f"{age} as age_band")
        chosen += [f"coalesce(child.{name}, 'not recorded') as {name}" for name in _OF_CHILD]
        team = [f"cases.{name}" for name in ("team", "referral_team") if name in columns]
        team.insert(1 if "team" in columns else 0, "allocated.team")
        team_of = f"coalesce({', '.join(team)}, 'not recorded') as team"
        if "team" in columns:
            replaced.append(team_of)
        else:
            chosen.append(team_of)
    elif "team" in columns:
        replaced.append("coalesce(cases.team, 'not recorded') as team")
    for name in _OF_FACT:
        if name in columns:
            joins.append(
                f"left join reference.category as {name}_category on {name}_category.breakdown = '{name}' "
                f"and {name}_category.code = cases.{name}"
            )
            replaced.append(f"coalesce({name}_category.category, 'not recorded') as {name}")
    if replaced:
        chosen[0] = f"cases.* replace ({', '.join(replaced)})"
    return f"select {', '.join(chosen)}{more} {' '.join(joins)}"


def _tally(connection: duckdb.DuckDBPyConnection, fact: str, summed: Sequence[Measure]) -> str:
    """The statement that adds to `measures.tally` what the fact's cases give, in all and by category."""
    columns = _columns(connection, fact)
    broken_down = breakdowns_of(columns)
    # Measures that count the same rows share a column, so that DuckDB adds them up once.
    counted: dict[str, str] = {}
    achieved: dict[str, str] = {}
    figures = []
    for measure in summed:
        code = measure.measure_code
        counts = counted.setdefault(measure.counted, f"counted_{code}")
        achieves = counts
        if measure.achieved != "true":
            achieves += f" and {achieved.setdefault(measure.achieved, f'achieved_{code}')}"
        cases, numerator = (f"count(*) filter ({rows})" for rows in (counts, achieves))
        denominator = "null" if measure.kind.is_count or measure.kind.is_rate else cases
        if measure.amount != "1":
            numerator = f"sum(amount_{code}::{_EXACT}) filter ({achieves})"
        if measure.weight != "1":
            denominator = f"sum(weight_{code}::{_EXACT}) filter ({counts})"
        missing = f"count(*) filter ({counts} and is_start_missing)" if measure.is_timed else "0::bigint"
        figures.append(
            f"{{'measure_code': '{code}', 'cases': {cases}, 'numerator': ({numerator})::double, "
            f"'denominator': ({denominator})::double, 'missing_start': {missing}}}"
        )
    sets = ["(la_code, extract_date, month)"]
    sets += [f"(la_code, extract_date, month, {name})" for name in broken_down]
    named = "".join(f" when grouping({name}) = 0 then '{name}'" for name in broken_down)
    breakdown = f"case{named} end" if named else "null::varchar"
    category = f"coalesce({', '.join(broken_down)})" if broken_down else "null::varchar"
    wanted = " ".join(
        f"when measure_code = '{measure.measure_code}' then list_contains({list(measure.breakdowns)}, breakdown)"
        for measure in summed if measure.breakdowns is not None
    )  # fmt: skip
    kept = f"and (breakdown is null or case {wanted} else true end)" if wanted else ""
    return (
        "insert into measures.tally by name select * from ("
        f"select la_code, extract_date, month, {breakdown} as breakdown, {category} as category, "
        f"unnest([{', '.join(figures)}], recursive := true) from ({_attributed(fact, columns)}) "
        f"group by grouping sets ({', '.join(sets)})) where cases > 0 {kept}"
    )


# --- kinds that are counted anew ------------------------------------------------------------------------------------


def _anew(connection: duckdb.DuckDBPyConnection, measure: Measure) -> str:
    """The statement that adds to `measures.tally_anew` the measure's figures of every period it covers."""
    columns, code = _columns(connection, measure.fact), measure.measure_code
    broken_down = breakdowns_of(columns)
    if measure.breakdowns is not None:
        broken_down = [name for name in broken_down if name in measure.breakdowns]
    named = "".join(f" when grouping({name}) = 0 then '{name}'" for name in broken_down)
    breakdown = f"case{named} end" if named else "null::varchar"
    category = f"coalesce({', '.join(broken_down)})" if broken_down else "null::varchar"
    members = (
        "inner join measures.period_member as member on member.la_code = attributed.la_code "
        "and member.extract_date = attributed.extract_date and member.member_month = attributed.month "
        f"and member.measure_code = '{code}'"
    )
    head = f"insert into measures.tally_anew by name select la_code, extract_date, month, period, '{code}' as measure_code, "
    if measure.kind is MEDIAN:
        # A month's amounts are gathered once, and the lists of a period's months are put together.
        amount = f"amount_{code}" if measure.amount != "1" else "working_days::integer"
        of_month = ", ".join(
            f"(la_code, extract_date, month{name})" for name in ("", *(f", {one}" for one in broken_down))
        )
        return (
            f"{head} breakdown, category, null::double as numerator, len(amounts)::double as denominator, "
            "list_median(amounts)::double as value from (select member.la_code, member.extract_date, member.month, "
            "member.period, breakdown, category, flatten(list(attributed.amounts)) as amounts from ("
            f"select la_code, extract_date, month, {breakdown} as breakdown, {category} as category, "
            f"list({amount}) filter ({amount} is not null) as amounts from ({_attributed(measure.fact, columns)}) "
            f"where counted_{code} group by grouping sets ({of_month})) as attributed {members} group by all)"
        )
    sets = ["(la_code, extract_date, month, period)"]
    sets += [f"(la_code, extract_date, month, period, {name})" for name in broken_down]
    later = f"case when member.member_month = member.first_month then achieved_{code} else later_{code} end" \
        if measure.achieved_later is not None else f"achieved_{code}"  # fmt: skip
    # Of each child what it is on the period's last day: of what a case says, its last case in the period.
    last_day = "least(last_day(child.month), child.extract_date)"
    on_last_day = {}
    if "age_band" not in columns:
        on_last_day["age_band"] = f"age_band({last_day}, attributed.birth_date, attributed.expected)"
    if "team" not in columns:
        on_last_day["team"] = "coalesce(allocated.team, 'not recorded')"
    shown = ", ".join(f"{on_last_day.get(name, f'attributed.{name}')} as {name}" for name in broken_down)
    born = ", child.birth_date, child.expected_birth_date as expected" if "attribute_date" in columns else ""
    latest_first = [name for name in ("event_date", "period_number", "row_number") if name in columns]
    return (
        f"{head} {breakdown} as breakdown, {category} as category, "
        "count(*) filter (is_achieved)::double as numerator, count(*)::double as denominator, "
        f"null::double as value from (with attributed as ({_attributed(measure.fact, columns, born)}), "
        "child as (select member.la_code, member.extract_date, member.month, member.period, attributed.person_id, "
        f"bool_or({later}) as is_achieved, max(attributed.month) as last_month from measures.case_{measure.fact} "
        f"as attributed {members} where counted_{code} "
        "group by member.la_code, member.extract_date, member.month, member.period, attributed.person_id), "
        "last_case as (select distinct on (la_code, extract_date, person_id, month) * from attributed "
        f"where counted_{code} order by {', '.join(f'{name} desc nulls last' for name in latest_first)}) "
        f"select child.la_code, child.extract_date, child.month, child.period, child.is_achieved, {shown} from child "
        "inner join last_case as attributed on attributed.la_code = child.la_code "
        "and attributed.extract_date = child.extract_date and attributed.person_id = child.person_id "
        "and attributed.month = child.last_month left join measures.team_of_child as allocated "
        "on allocated.la_code = child.la_code and allocated.extract_date = child.extract_date "
        f"and allocated.person_id = child.person_id and allocated.from_date <= {last_day} "
        f"and allocated.until_date > {last_day}) group by grouping sets ({', '.join(sets)})"
    )
