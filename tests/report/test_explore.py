"""The page to explore: it holds what is published, exactly, and a person finds it, with or without eyes, pointer or colour.

The tests in a browser need Chromium (`make browser`); without it they are skipped.
"""

import base64
import grp
import hashlib
import json
import os
import re
import stat
import zlib
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, Page
from support.browser import DESKTOP, PHONE, browser, needs_chromium, opened_page, violations, without_pdf_and_word
from support.landed import land
from support.published import process

from schemas.settings import Settings
from warehouse.landing.extracts import Extract
from warehouse.published.meanings import SMALL_NUMBERS
from warehouse.published.public_copy import copying as public
from warehouse.report.explore import files
from warehouse.report.explore import page as explore
from warehouse.report.index import page as index
from warehouse.report.overview.files import write
from warehouse.report.published_files import opened_figures

__all__ = ["browser"]

MASH, REFERRALS = "mash_timeliness", "referrals"
# Of 40 decisions in August 2020 23 were in time: 57.5%, which is 58%. In the months before: 6 of 8 in each.
MONTHS = [f"{2019 + month // 12}-{month % 12 + 1:02}" for month in range(1, 19)]
LATE = [(month, number >= 6) for month in MONTHS for number in range(8)]
LATE += [("2020-08", number >= 23) for number in range(40)]
DECISIONS = "referral_date | received_at | mash_completed_at | team\n" + "\n".join(
    f"{month}-03 | {month}-03 | {month}-{12 if is_late else 4:02} | {'North' if number % 2 else '<b>South</b>'}"
    for number, (month, is_late) in enumerate(LATE)
)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A council with referrals of nineteen months, and a child looked after."""
    folder = tmp_path_factory.mktemp("explore")
    extract = Extract("330", date(2020, 9, 1), folder / "landing" / "330" / "2020-09-01")
    land(
        extract.folder, person="person_id | dob\nP1 | 2012-01-01", referral=DECISIONS,
        cla_episode="person_id | decom\nP1 | 2019-02-04",
    )  # fmt: skip
    process(folder / "warehouse", [extract], Settings(local_target={MASH: 95}))
    with without_pdf_and_word():
        write(folder / "warehouse", "330", date(2020, 8, 1))
    files.write(folder / "warehouse")
    files.write_public(folder / "warehouse")
    with opened_figures(folder / "warehouse") as kpi:
        index.write(kpi, folder / "warehouse")
    return folder / "warehouse"


@pytest.fixture(scope="module")
def path(warehouse: Path) -> Path:
    return warehouse / "reports" / "explore.html"


def packed(path: Path, name: str) -> Any:
    """What a page holds, unpacked as its script unpacks it."""
    found = re.search(rf'id="packed-{name}">([^<]*)<', path.read_text())
    assert found is not None
    return json.loads(zlib.decompress(base64.b64decode(found[1]))) if found[1] else None


def figures(columns: dict[str, list[Any]]) -> set[tuple[Any, ...]]:
    """Every figure of some columns, its value computed where it does not stand there."""
    found = set()
    for place, code in enumerate(columns["codes"]):
        made = explore.MEASURES[code].kind.scale
        for at, month in enumerate(columns["months"][place]):
            n = columns["numerators"][place][at]
            d = columns["denominators"][place][at] if columns["denominators"][place] else None
            if columns["values"][place]:
                value = columns["values"][place][at]
            else:
                value = n if made is None else made * n / d if n is not None and d else None
            first = date(month // 12, month % 12 + 1, 1)
            key = (code, columns["periods"][place], columns["breakdowns"][place], columns["categories"][place], first)
            found.add((*key, n, d, value))
    return found


def test_it_holds_every_published_figure_and_breakdown_and_no_other(path: Path, warehouse: Path) -> None:
    with duckdb.connect(str(warehouse / "kpi.duckdb"), read_only=True) as kpi:
        whole = kpi.sql(
            "select measure_code, period, null, null, month, numerator, denominator, value from monthly_kpi_ended"
        )
        parts = kpi.sql(
            "select measure_code, period, breakdown, category, month, numerator, denominator, value "
            "from monthly_kpi_breakdown_current where status in ('provisional', 'final')"
        )
        assert figures(packed(path, "figures")["figures"]["330"]) == set(whole.fetchall())
        assert figures(packed(path, "parts")["330"]) == set(parts.fetchall())


def test_its_owner_alone_reads_it_or_a_group(path: Path, warehouse: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    files.write(warehouse, group=grp.getgrgid(os.getgid()).gr_name)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.read_bytes() == before, "the same publication gives the same bytes"
    assert SMALL_NUMBERS in path.read_text()


def test_the_public_page_holds_the_public_copy_and_nothing_else(warehouse: Path) -> None:
    page = warehouse / "public" / "explore.html"
    assert stat.S_IMODE(page.stat().st_mode) == 0o644
    assert packed(page, "parts") is None
    held = packed(page, "figures")["figures"]["330"]
    assert {name: held[name] for name in ("limits", "neighbours", "targets", "sentences")} == {
        "limits": {}, "neighbours": [], "targets": [], "sentences": {},
    }  # fmt: skip
    assert set(held["codes"]) == {"mash_timeliness", "looked_after_rate"} <= set(public.MEASURES)
    with duckdb.connect(str(warehouse / "public" / "public.duckdb"), read_only=True) as copy:
        for place, (code, period) in enumerate(zip(held["codes"], held["periods"], strict=True)):
            rows = copy.execute(
                "select coalesce(numerator::varchar, numerator_symbol), coalesce(denominator::varchar, denominator_symbol), "
                "coalesce(value::varchar, value_symbol) from public_kpi where (measure_code, period) = (?, ?) order by month",
                [code, period],
            ).fetchall()
            shown = zip(held["numerators"][place], held["denominators"][place],
                        held["values"][place] or [None] * len(rows), strict=True)  # fmt: skip
            assert [
                [str(float(cell)) if re.match(r"[\d.]+$", str(cell)) else cell for cell in row] for row in rows
            ] == [[str(float(cell)) if isinstance(cell, int | float) else cell for cell in row] for row in shown]
    assert "c" in held["numerators"][held["codes"].index("looked_after_rate")], "one child is not told"


def test_the_libraries_are_those_that_were_reviewed() -> None:
    folder = Path(explore.__file__).parent / "vendored"
    assert {path.parent.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*/*.js")} == {
        "d3": "912111098ea99503a6f4967361d2bbdc9dbf58cf9c678c8e27e5b02d1a07f0c1",
        "plot": "4358086467740777dd788d6b27a95cebdbaefdd50c730a3060117073bd7134cb",
    }
    assert {path.parent.name for path in folder.glob("*/LICENSE")} == {"d3", "plot"}


# In the browser.

pytestmark = needs_chromium


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with opened_page(browser) as opened_one:
        yield opened_one


def shown(page: Page, path: Path, words: str = "") -> None:
    page.goto("about:blank")
    page.goto(f"{path.as_uri()}{words}")
    page.locator("#shown").wait_for()
    page.wait_for_function(
        "document.querySelectorAll('#breakdown option').length > 1 || !document.querySelector('#packed-parts').textContent"
    )


def test_the_figures_stand_in_the_table_that_a_screen_reader_reads(page: Page, path: Path) -> None:
    shown(page, path, f"#measure={MASH}")
    table = page.get_by_role("table", name="the figures, newest first")
    first = table.get_by_role("row").nth(1)
    assert first.get_by_role("rowheader").inner_text() == "August 2020"
    assert first.get_by_role("cell").all_inner_texts()[:3] == ["58%", "23", "40"], "half up: 57.5 is 58"
    assert table.get_by_role("row").count() == 20
    label = page.get_by_role("img").first.get_attribute("aria-label") or ""
    assert label.startswith("Line chart of Referrals decided by MASH")
    assert label.endswith("from 75% to 58%. The table has every figure.")
    assert page.get_by_role("status").inner_text() == "August 2020, month: 58% (23 of 40); a year before 75%."


def test_the_checker_finds_nothing_wrong_and_nothing_leaves_the_page(page: Page, path: Path, warehouse: Path) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for size, one, words in (
        (DESKTOP, path, "#measure=looked_after_rate"), (PHONE, path, f"#measure={MASH}"),
        (PHONE, path, f"#measure={REFERRALS}&breakdown=team"), (DESKTOP, warehouse / "public" / "explore.html", ""),
    ):  # fmt: skip
        page.set_viewport_size(size)
        shown(page, one, words)
        assert violations(page) == [], words
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert said == []
    assert page.asked_for == []  # type: ignore[attr-defined]


def test_a_choice_is_in_the_address_and_the_address_is_the_choice(page: Page, path: Path, browser: Browser) -> None:
    shown(page, path)
    page.get_by_label("Measure").select_option(REFERRALS)
    page.get_by_label("Period").select_option("rolling_12_months")
    page.get_by_label("Broken down by").select_option("team")
    assert page.url.endswith("#authority=330&measure=referrals&period=rolling_12_months&breakdown=team")
    with opened_page(browser) as other:
        other.goto(page.url)
        other.locator("#shown").wait_for()
        assert other.get_by_label("Broken down by").input_value() == "team"
        assert other.locator("#figures table").inner_text() == page.locator("#figures table").inner_text()
    headings = page.locator("#figures thead th").all_inner_texts()
    assert headings == ["Month", "<b>South</b>", "North"], "names are texts"
    shown(page, path, "#measure=no_such&period=never&breakdown=none&authority=999")
    assert page.get_by_label("Measure").input_value() != ""


def test_after_the_way_back_choice_and_figures_agree(page: Page, path: Path) -> None:
    shown(page, path, f"#measure={MASH}")
    page.get_by_label("Measure").select_option(REFERRALS)
    page.goto((path.parent / "index.html").as_uri())
    page.go_back()
    page.locator("#shown").wait_for()
    assert page.get_by_label("Measure").input_value() == REFERRALS
    assert page.locator("#title").inner_text().startswith("Referrals received")


def test_the_keyboard_alone_chooses(page: Page, path: Path) -> None:
    shown(page, path, f"#measure={MASH}")
    for _ in range(2):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "measure"
    before = page.locator("#title").inner_text()
    page.keyboard.press("ArrowDown")
    assert page.locator("#title").inner_text() != before
    assert page.evaluate("document.activeElement.id") == "measure"


def test_a_number_is_rounded_half_up_on_its_digits(page: Page, path: Path) -> None:
    shown(page, path)
    numbers = [57.5, 0.5, 2.5, 1.005, 99.5, 0.05, 1234567.5, 0, 12, 0.1 + 0.2, 1e-7, -0.5, -0.4, 57.49999999999999]
    for places in (0, 1, 2):
        made = page.evaluate("([all, places]) => all.map(one => halfUp(one, places))", [numbers, places])
        slow = [Decimal(str(number)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) for number in numbers]
        assert [Decimal(one.replace(",", "").replace("−", "-")) for one in made] == slow


def test_paper_holds_the_newest_months_the_names_of_the_lines_and_every_column_of_a_table_of_many_teams(
    page: Page, path: Path
) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    shown(page, path, "#measure=looked_after_rate")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 960})  # A4 less its margins, at 96 dots an inch
    rights = page.eval_on_selector_all(
        "svg, svg text, #figures table", "all => all.map(one => one.getBoundingClientRect().right)"
    )
    assert len(rights) > 10
    assert max(rights) <= 682
    assert "England" in (page.locator("#trend svg").text_content() or "")
    page.evaluate(
        """() => {
            const teams = Array.from({ length: 20 }, (_, number) => `Safeguarding Team ${number}`);
            element("figures").replaceChildren(
                table("many", "By team", ["Month", ...teams], [["September 2020", ...teams.map(() => "100%")]], -1));
        }"""
    )
    rights = page.eval_on_selector_all(
        "#figures th, #figures td", "all => all.map(one => one.getBoundingClientRect().right)"
    )
    assert len(rights) == 42
    assert max(rights) <= 682


def test_the_caption_of_a_wide_table_is_read_without_scrolling(page: Page, path: Path) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    shown(page, path, "#measure=looked_after_rate")
    assert page.locator("#figures table").bounding_box()["width"] > PHONE["width"]  # type: ignore[index]
    caption = page.locator("#figures caption span").bounding_box()
    assert caption is not None
    assert caption["x"] + caption["width"] <= PHONE["width"]


def test_labels_are_seen_in_forced_colours(browser: Browser, path: Path) -> None:
    with opened_page(browser, forced_colors="active", color_scheme="dark") as forced:
        shown(forced, path, "#measure=looked_after_rate")
        ground = forced.evaluate("getComputedStyle(document.querySelector('#trend svg')).backgroundColor")
        inks = forced.eval_on_selector_all("#trend svg text", "all => all.map(one => getComputedStyle(one).fill)")
        assert inks
        assert ground not in inks


def test_without_scripts_no_control_is_shown_that_does_nothing(browser: Browser, path: Path) -> None:
    with opened_page(browser, java_script_enabled=False) as still:
        still.goto(path.as_uri())
        assert "your browser runs none" in still.locator("main").inner_text()
        assert not still.locator("select").first.is_visible()
        still.goto((path.parent / "index.html").as_uri())
        assert not still.locator("select").first.is_visible()
        assert still.get_by_role("link", name="Explore all figures").is_visible()
