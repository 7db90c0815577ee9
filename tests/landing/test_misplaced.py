"""What lies in the landing folder where nothing reads it is found."""

from pathlib import Path

import pytest

from warehouse.landing.extracts import misplaced


@pytest.mark.parametrize(
    ("file", "folder"),
    [
        ("852/2020-09-01/person.csv", None),
        ("852/2020-09-01/annex/Annex A.xlsx", None),
        ("852/2020-09-01/2020/annex/Annex A.xlsx", "852/2020-09-01/2020/annex"),
        ("852/2020/09/01/person.csv", "852/2020/09/01"),
        ("852/01-10-2020/episodes.csv", "852/01-10-2020"),
        ("852/01-10-2020/person (1).csv", "852/01-10-2020"),
        ("852/01-10-2020/child 1.json", "852/01-10-2020"),
        ("852/2020-09-01.zip", "852"),
        ("852/census.xml", "852"),
        ("852/person.csv", "852"),
        ("Southampton/2020-09-01/person.csv", "Southampton/2020-09-01"),
        ("Southampton/2020-09-01/notes.csv", None),
        ("852/targets.csv", None),
        ("852/notes.csv", None),
        ("852/letters/notes.txt", None),
        ("852/.old/person.csv", None),
        ("statistics/2024-10-31/person.csv", None),
    ],
)
def test_a_folder_of_data_that_is_no_extract_is_found(tmp_path: Path, file: str, folder: str | None) -> None:
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).write_text("person_id\nP1\n")
    assert misplaced(tmp_path) == ([tmp_path / folder] if folder else [])
