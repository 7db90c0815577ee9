"""Overviews and their index in a real browser: what a person sees, opens, filters and follows; and who cannot see.

Needs Chromium (`make browser` installs Debian's); without it these tests are skipped, and the summary says so.
"""

import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from support.at_length import first_of
from support.browser import DESKTOP, PHONE, browser, needs_chromium, opened_page, violations, without_pdf_and_word
from support.landed import land
from support.published import process

from schemas.settings import Settings
from warehouse.landing.extracts import Extract
from warehouse.report.coverage import page as coverage
from warehouse.report.explore import files as explore
from warehouse.report.overview.files import write, write_month

__all__ = ["browser"]
pytestmark = needs_chromium
WORDS = "---\nauthor: Head of MASH\ndate: 2020-09-04\n---\nTwo posts were vacant.\n\n- filled in August\n"


def landed(folder: Path, la_code: str, extract_date: str, decided: str) -> Extract:
    """Land an extract with referrals, assessments, plans and children looked after, and words on one measure."""
    extract = Extract(la_code, date.fromisoformat(extract_date), folder / "landing" / la_code / extract_date)
    land(
        extract.folder,
        person="person_id | dob\nP1 | 2012-01-01\nP2 | 2013-01-01",
        referral=f"referral_date | received_at | mash_completed_at\n2019-07-01 | 2019-07-01 | 2019-07-02\n"
        f"2020-07-01 | 2020-07-01 | 2020-07-02\n2020-08-03 | 2020-08-03 | {decided}",
        assessment="start_date | authorised_date\n2020-06-01 | 2020-08-03\n2020-08-03 |",
        cp_plan="person_id | start_date\nP1 | 2020-03-02",
        cla_episode="person_id | decom\nP2 | 2020-02-03",
        cla_care_plan="person_id | start_date | authorised_date\nP2 | 2020-02-03 | 2020-02-20",
    )
    words = extract.folder / "commentary" / "2020-08" / "mash_timeliness.md"
    words.parent.mkdir(parents=True, exist_ok=True)
    words.write_text(WORDS)
    return extract


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of overviews of two authorities; the first overview of 941 has been restated since."""
    folder = tmp_path_factory.mktemp("browser")
    extracts = [
        landed(folder, "302", "2020-09-01", "2020-08-04"),
        landed(folder, "941", "2020-09-01", "2020-08-04"),
        landed(folder, "941", "2020-09-02", "2020-08-17"),
    ]
    settings = Settings(local_target={"mash_timeliness": 95, "authorised_care_plan": 95})
    assert process(folder / "warehouse", extracts, settings) == [1, 2, 3]
    with without_pdf_and_word():
        write(folder / "warehouse", "941", date(2020, 7, 1), version=2)
        write(folder / "warehouse", "941", date(2020, 8, 1), version=2)
        write_month(folder / "warehouse", date(2020, 8, 1))
    coverage.write(folder / "warehouse", ["302", "941"])
    return folder / "warehouse" / "reports"


def pages(reports: Path) -> tuple[Path, ...]:
    """One page of each sort."""
    return restated(reports), reports / "941" / "coverage.html", reports / "index.html"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with opened_page(browser) as opened:
        yield opened


def restated(reports: Path) -> Path:
    return reports / "941" / "2020-08" / "performance_overview_v2.html"


@pytest.mark.parametrize("size", first_of([PHONE, DESKTOP]), ids=["phone", "desktop"])
def test_the_checker_finds_no_violation_of_wcag_2_2_aa_nothing_is_too_wide_and_no_request_leaves_the_file(
    page: Page, reports: Path, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    for path in pages(reports):
        page.goto(path.as_uri())
        page.wait_for_load_state("networkidle")
        assert violations(page) == [], path.name
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path.name
    assert page.asked_for == []  # type: ignore[attr-defined]


def test_the_checker_has_teeth(page: Page) -> None:
    page.set_content("<html lang='en'><title>x</title><main><h1>x</h1><img src='data:,'></main></html>")
    assert any(found.startswith("image-alt") for found in violations(page))


def test_a_restated_overview_says_so_before_anything_else(page: Page, reports: Path) -> None:
    page.goto(restated(reports).as_uri())
    first = page.locator("main > *").first
    assert first.inner_text().startswith("Restated since.")
    assert first.bounding_box()["y"] < DESKTOP["height"]  # type: ignore[index]


def test_every_link_of_the_page_leads_somewhere(page: Page, reports: Path) -> None:
    page.goto((reports / "941" / "coverage.html").as_uri())
    page.get_by_role("link", name="All pages").click()
    page.get_by_role("link", name="West Northamptonshire", exact=True).click()
    assert page.locator("h1").inner_text() == "What the extract gives"
    page.goto(restated(reports).as_uri())
    targets = page.eval_on_selector_all("a[href^='#']", "links => links.map(link => link.getAttribute('href'))")
    assert len(targets) > 10
    for target in set(targets):
        assert page.locator(f"[id='{target[1:]}']").count() == 1, target
    page.get_by_role("link", name="All overviews").click()
    assert page.title() == "Performance overviews"


def test_the_keyboard_alone_reaches_the_content_and_every_table(page: Page, reports: Path) -> None:
    page.goto(restated(reports).as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    reached = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('aria-label') || ''"))
    assert (
        set(page.eval_on_selector_all("div.scroll", "all => all.map(one => one.getAttribute('aria-label'))")) <= reached
    )


def test_meaning_does_not_hang_on_colour(page: Page, reports: Path) -> None:
    page.goto(restated(reports).as_uri())
    glance = page.locator("table").filter(has=page.locator("caption", has_text="what they compare with"))
    placed = glance.locator("tbody td:last-child").all_inner_texts()
    assert placed
    assert all(text[0] in "▲▼●■" and len(text) > 3 for text in placed)


def test_the_index_lists_authorities_months_and_versions_newest_first(page: Page, reports: Path) -> None:
    page.goto((reports / "index.html").as_uri())
    rows = [row.split("\t") for row in page.locator("tbody tr").all_inner_texts()]
    assert [[cell.strip() for cell in row[:3]] for row in rows] == [
        ["Barnet", "August 2020", "1"],
        ["West Northamptonshire", "August 2020", "3"],
        ["West Northamptonshire", "August 2020", "2"],
        ["West Northamptonshire", "July 2020", "2"],
    ]
    assert ["restated since" in row[4] for row in rows] == [False, False, True, False]


def test_the_index_filters_without_a_server_and_its_links_open(page: Page, reports: Path) -> None:
    page.goto((reports / "index.html").as_uri())
    shown = page.locator("tbody tr:visible")
    assert shown.count() == 4
    page.get_by_label("Authority").select_option("941")
    assert shown.count() == 3
    page.get_by_label("Month").select_option("2020-08")
    page.get_by_label("Figures").select_option("restated")
    assert shown.count() == 1
    assert page.get_by_role("status").inner_text() == "1 overview"
    shown.get_by_role("link", name="Page").click()
    assert page.locator("h1").inner_text() == "Children’s services performance overview"
    assert "version 2" in page.locator(".subtitle").inner_text()


def test_after_the_way_back_the_list_is_that_of_the_choice(page: Page, reports: Path) -> None:
    page.goto((reports / "index.html").as_uri())
    page.get_by_label("Authority").select_option("941")
    assert page.url.endswith("index.html#authority=941")
    page.locator("tbody tr:visible").first.get_by_role("link", name="Page").click()
    page.wait_for_url("**/performance_overview_v3.html")
    page.go_back()
    page.wait_for_url("**/index.html#authority=941")
    assert page.get_by_label("Authority").input_value() == "941"
    assert page.locator("tbody tr:visible").count() == 3
    assert page.get_by_role("status").inner_text() == "3 overviews"
    page.goto(f"{(reports / 'index.html').as_uri()}#authority=999&state=current")
    assert page.get_by_label("Authority").input_value() == ""
    assert page.locator("tbody tr:visible").count() == 3


def test_each_of_several_authorities_has_a_page_of_its_own_to_explore(page: Page, reports: Path) -> None:
    written = explore.write(reports.parent, ["302"])
    assert [path.relative_to(reports).as_posix() for path in written] == ["explore.html", "302/explore.html"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o600}
    page.goto(f"{written[0].as_uri()}#measure=mash_timeliness&authority=941")
    page.locator("#shown").wait_for()
    assert page.get_by_label("Authority").locator("option").all_inner_texts() == ["Barnet", "West Northamptonshire"]
    assert page.locator("#title").inner_text().endswith(": West Northamptonshire")
    assert not page.get_by_label("Broken down by").is_visible()
    page.get_by_label("Authority").select_option("302")
    assert page.locator("#title").inner_text().endswith(": Barnet")


def test_the_page_prints_on_a4_without_cutting_a_table_off(page: Page, reports: Path) -> None:
    page.goto(restated(reports).as_uri())
    page.emulate_media(media="print")
    upright, sideways = 680, 1032  # A4 less its margins, at 96 dots an inch
    for width, shown in ((upright, "table:not(.wide), figure img"), (sideways, "table.wide")):
        page.set_viewport_size({"width": width, "height": 960})
        rights = page.eval_on_selector_all(shown, "all => all.map(one => one.getBoundingClientRect().right)")
        assert rights
        assert max(rights) <= width + 2
    assert page.pdf(format="A4").startswith(b"%PDF")
