"""What an overview is made from: everything that kpi.duckdb knows of an authority's month, as one version left it."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb

from schemas.measures import SEED
from schemas.settings import Settings
from warehouse.published import publishing
from warehouse.published.signals import points
from warehouse.report.document.blocks import Cell
from warehouse.report.published_files import NoAnswerError, authority_name, queried


@dataclass(frozen=True)
class Point:
    """One published figure."""

    la_code: str
    measure_code: str
    month: date
    period: str
    numerator: float
    denominator: float | None
    value: float | None
    extract_date: date
    version: int

    def cell(self, column: str) -> Cell:
        """The cell of monthly_kpi that holds one of its parts."""
        return Cell(
            "monthly_kpi", column,
            (("la_code", self.la_code), ("measure_code", self.measure_code), ("month", str(self.month)),
             ("period", self.period), ("extract_date", str(self.extract_date)), ("version", str(self.version))),
        )  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """One benchmark beside a figure, quoted by the council at the time or computed from what DfE published."""

    cell_key: tuple[tuple[str, str], ...]
    measure_code: str
    period: str
    benchmark: str
    name: str
    period_end: date | None
    value: float | None
    basis: str
    neighbours_used: int | None
    is_beyond_chance: bool | None
    authorities_used: int | None = None
    cases: float | None = None
    left_out: str | None = None

    def cell(self, column: str) -> Cell:
        """The cell of benchmark_version that holds one of its parts."""
        return Cell("benchmark_version", column, self.cell_key)


@dataclass(frozen=True)
class Measure:
    """A measure as it is catalogued in kpi.duckdb."""

    measure_code: str
    title: str
    definition: str
    numerator: str
    denominator: str
    kind: str
    unit: str
    polarity: str
    decimal_places: int
    source: str
    benchmark_note: str
    definition_version: str

    @property
    def is_snapshot(self) -> bool:
        """Whether it describes the end of the month rather than what happened in it."""
        return "snapshot" in self.kind

    @property
    def is_rate(self) -> bool:
        """Whether its denominator is a population."""
        return self.kind.startswith("rate")

    @property
    def is_share(self) -> bool:
        """Whether it is a percentage."""
        return self.unit == "percent"

    @property
    def shown_period(self) -> str:
        """The period whose figure a month is shown by: a rate of events has one of twelve months alone."""
        return "rolling_12_months" if self.kind == "rate_of_events" else "month"

    @property
    def like_for_like(self) -> str:
        """The period that compares with a yearly statistic."""
        return "month" if self.is_snapshot else "rolling_12_months"

    def rounded(self, number: float) -> Decimal:
        """Half up, to the places of the measure."""
        return Decimal(str(number)).quantize(Decimal(1).scaleb(-self.decimal_places), ROUND_HALF_UP)

    def cell(self, column: str) -> Cell:
        """The cell of the catalogue that holds one of its parts."""
        return Cell("measure", column, (("measure_code", self.measure_code),))


@dataclass(frozen=True)
class Reading:
    """Everything about an authority's month at one version; rows as dictionaries where they are only shown."""

    la_code: str
    authority: str
    month: date
    version: int
    extract_date: date
    published_at: datetime
    earlier_version: int | None
    measures: tuple[Measure, ...]
    catalogue: tuple[Measure, ...]  # all that have a figure in the month; `measures` are those of the overview
    card: dict[str, dict[str, Any]]
    targets: dict[str, dict[str, Any]]
    news: frozenset[str]
    points: dict[tuple[str, str, date], Point]
    comparisons: dict[tuple[str, str, str], tuple[Comparison, ...]]
    changes: dict[str, float | None]
    settings: dict[str, Any]
    spc_points: dict[tuple[str, date], dict[str, Any]]
    sentences: dict[str, str]
    moved: tuple[dict[str, Any], ...]
    changed: tuple[dict[str, Any], ...]
    pending: dict[str, dict[str, Any]]
    row_total: dict[str, Any]
    rows: tuple[dict[str, Any], ...]
    issues: tuple[dict[str, Any], ...]
    refused: tuple[dict[str, Any], ...]
    not_computable: tuple[dict[str, Any], ...]
    commentary: dict[str, dict[str, Any]]
    reconciled: tuple[dict[str, Any], ...]
    attribution: str

    def compared(self, measure: Measure) -> dict[str, tuple[Comparison, ...]]:
        """By benchmark, what the measure is compared with; the month's, as long as there are no twelve months."""
        for period in (measure.like_for_like, "month"):
            found = {
                benchmark: comparisons
                for (code, of, benchmark), comparisons in self.comparisons.items()
                if (code, of) == (measure.measure_code, period)
            }
            if found:
                return found
        return {}

    def point(self, measure: Measure, period: str, month: date | None = None) -> Point | None:
        """A figure of the measure, of the month reported where none is named."""
        return self.points.get((measure.measure_code, period, month or self.month))

    def marks(self, measure: Measure) -> dict[date, dict[str, Any]]:
        """By month, the points of the measure that stand out."""
        return {
            month: point
            for (code, month), point in self.spc_points.items()
            if code == measure.measure_code and point["rule"] is not None
        }


def read(connection: duckdb.DuckDBPyConnection, la_code: str, month: date, version: int | None = None) -> Reading:
    """Read what a version (the authority's latest, if none is named) says of a month.

    Raises NoAnswerError where there is nothing, saying what there is.
    """
    publications = queried(connection, "month/publication", la_code=la_code)
    if not publications:
        known = ", ".join(
            code for (code,) in connection.sql("select distinct la_code from kpi_version order by 1").fetchall()
        )
        raise NoAnswerError(f"Nothing is published for authority {la_code}; there is {known or 'none yet'}.")
    named = {row["version"]: row for row in publications}
    if version is not None and version not in named:
        raise NoAnswerError(
            f"Version {version} is no publication of authority {la_code}; its versions are "
            f"{', '.join(map(str, named))}."
        )
    publication = _latest(publications) if version is None else named[version]
    chosen = int(publication["version"])
    catalogue = {row["measure_code"]: Measure(**row) for row in queried(connection, "month/catalogue")}
    points = _points(connection, la_code, month, chosen)
    if not any(of == month for _, _, of in points):
        months = [row["month"] for row in queried(connection, "month/ended_month", version=chosen)]
        there = f"its ended months are {_name(months[0])} to {_name(months[-1])}" if months else "it has no ended month"
        raise NoAnswerError(
            f"{_name(month)} is not among the figures of authority {la_code} in version {chosen}: {there}."
        )
    _show_as_of(connection, chosen, month)
    parameters: dict[str, Any] = {"la_code": la_code, "month": month, "version": chosen}
    said = queried(connection, "month/sentence", la_code=la_code, month=month)
    return Reading(
        la_code=la_code,
        authority=authority_name(connection, la_code),
        month=month,
        version=chosen,
        extract_date=publication["extract_date"],
        published_at=publication["published_at"],
        earlier_version=max((number for number in named if number < chosen), default=None),
        measures=tuple(catalogue[code] for code in SEED if code in catalogue and (code, "month", month) in points),
        catalogue=tuple(
            measure for measure in catalogue.values() if (measure.measure_code, measure.shown_period, month) in points
        ),
        card={row["measure_code"]: row for row in queried(connection, "month/card", la_code=la_code, month=month)},
        targets={row["measure_code"]: row for row in queried(connection, "month/target", **parameters)},
        news=frozenset(row["measure_code"] for row in said if row["is_news"]),
        points=points,
        comparisons=_comparisons(connection, parameters),
        changes={
            row["measure_code"]: row["change_on_month"]
            for row in queried(connection, "month/change_on_month", month=month)
        },
        settings=_settings(connection, chosen),
        spc_points={
            (row["measure_code"], row["month"]): row
            for row in queried(connection, "month/process", la_code=la_code, month=month)
        },
        sentences={row["measure_code"]: row["sentence"] for row in said},
        moved=tuple(queried(connection, "month/moved", month=month, version=chosen)),
        changed=tuple(queried(connection, "month/changed", **parameters)),
        pending={row["measure_code"]: row for row in queried(connection, "month/pending_count", version=chosen)},
        row_total=next(iter(queried(connection, "month/row_total", version=chosen)), {}),
        rows=tuple(queried(connection, "month/row_count", version=chosen)),
        issues=tuple(queried(connection, "month/issue_count", version=chosen)),
        refused=tuple(queried(connection, "month/refused", la_code=la_code, version=chosen)),
        not_computable=tuple(
            row for row in queried(connection, "month/not_computable", version=chosen) if row["measure_code"] in SEED
        ),
        commentary={row["measure_code"]: row for row in queried(connection, "month/commentary", **parameters)},
        reconciled=tuple(queried(connection, "month/reconciled", **parameters)),
        attribution=str(queried(connection, "month/attribution")[0]["text"]),
    )


def _latest(publications: list[dict[str, Any]]) -> dict[str, Any]:
    """The publication that the current view shows: of the latest extract, the latest version."""
    return max(publications, key=lambda row: (row["extract_date"], row["version"]))


def _points(
    connection: duckdb.DuckDBPyConnection, la_code: str, month: date, version: int
) -> dict[tuple[str, str, date], Point]:
    rows = queried(connection, "month/figure", month=month, version=version)
    return {(row["measure_code"], row["period"], row["month"]): Point(la_code=la_code, **row) for row in rows}


def _comparisons(
    connection: duckdb.DuckDBPyConnection, parameters: dict[str, Any]
) -> dict[tuple[str, str, str], tuple[Comparison, ...]]:
    found: dict[tuple[str, str, str], tuple[Comparison, ...]] = {}
    for row in queried(connection, "month/comparison", month=parameters["month"], version=parameters["version"]):
        place = (row["measure_code"], row["period"], row["benchmark"])
        key = (
            ("la_code", str(parameters["la_code"])), ("measure_code", row["measure_code"]),
            ("month", str(parameters["month"])), ("period", row["period"]), ("benchmark", row["benchmark"]),
            ("benchmark_basis", row["benchmark_basis"]), ("version", str(row["version"])),
        )  # fmt: skip
        comparison = Comparison(
            key, row["measure_code"], row["period"], row["benchmark"], row["benchmark_name"],
            row["benchmark_period_end"], row["benchmark_value"], row["benchmark_basis"], row["neighbours_used"],
            row["is_beyond_chance"], row["authorities_used"], row["cases"], row["left_out"],
        )  # fmt: skip
        found[place] = (*found.get(place, ()), comparison)
    return found


def _settings(connection: duckdb.DuckDBPyConnection, version: int) -> dict[str, Any]:
    kept = {row["key"]: json.loads(row["value"]) for row in queried(connection, "month/setting", version=version)}
    return {
        **Settings.model_validate({}).model_dump(mode="json"),
        **kept,
    }  # a version from before a setting was made has its default


def _show_as_of(connection: duckdb.DuckDBPyConnection, version: int, month: date) -> None:
    """Let queries see figures and points as the version left them, up to the month."""
    connection.execute(publishing.sql("comparisons/chance"))
    connection.execute("set variable at_version = ?::integer", [version])
    connection.execute("set variable reported_month = ?::date", [month])
    connection.execute(
        "create or replace temp view monthly_kpi_current as "
        "from monthly_kpi_at_version(getvariable('at_version')) where month <= getvariable('reported_month')"
    )
    connection.execute(
        "create or replace temp table spc_point as "
        "from spc_point_at_version(getvariable('at_version')) where month <= getvariable('reported_month')"
    )
    connection.execute(f"create or replace temp view spc_sentence as {points.sql('spc_sentence')}")
    for view, source in (
        ("monthly_kpi_ended", "monthly_kpi_current where status in ('provisional', 'final')"),
        ("target", "target_version where version = getvariable('at_version')"),
        ("benchmark_comparison", "benchmark_at_version(getvariable('at_version'))"),
    ):
        connection.execute(f"create or replace temp view {view} as from {source}")
    connection.execute(f"create or replace temp view scorecard as {publishing.sql('targets/scorecard')}")


def _name(month: date) -> str:
    return month.strftime("%B %Y")
