"""The children in need census: one XML file a year, a child with everything that happened in its cases.

One query nests what the census nests, under the names of its elements and in their order; here it only becomes XML.
The year is that to 31 March 2020, whose census still asks for `GenderCurrent`.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from pipelines.demonstration.queries import Tabled, answer, connected

YEAR = 2020  # the year to 31 March 2020, the last that had ended
HERE = Path(__file__).parent


def write(council: Tabled, folder: Path) -> None:
    """Writes `CIN_Census_2020.xml`, the census of the year to 31 March 2020."""
    with connected(council) as connection:
        connection.execute("set variable year_start = make_date($1, 4, 1)", [YEAR - 1])
        connection.execute("set variable year_end = make_date($1, 3, 31)", [YEAR])
        children = answer(connection, HERE / "child.sql").to_pylist()
    message = ElementTree.Element("Message")
    message.extend(elements(_header(council.la_code)))
    ElementTree.SubElement(message, "Children").extend(elements({"Child": children}))
    ElementTree.indent(message)
    ElementTree.ElementTree(message).write(folder / f"CIN_Census_{YEAR}.xml", encoding="utf-8", xml_declaration=True)


def _header(la_code: str) -> dict[str, Any]:
    return {
        "Header": {
            "CollectionDetails": {"Collection": "CIN", "Year": YEAR, "ReferenceDate": date(YEAR, 3, 31)},
            "Source": {
                "SourceLevel": "L",
                "LEA": la_code,
                "SoftwareCode": "Demonstration",
                "Release": "1",
                "SerialNo": "001",
                "DateTime": f"{YEAR}-07-31T09:00:00",
            },
        }
    }


def elements(values: Mapping[str, Any]) -> Iterator[ElementTree.Element]:
    """An element for each value, one after the other for those of a list; none for what is not known."""
    for name, value in values.items():
        for one in value if isinstance(value, list) else [value]:
            if one is None:
                continue
            element = ElementTree.Element(name)
            if isinstance(one, Mapping):
                element.extend(elements(one))
            else:
                element.text = str(int(one)) if isinstance(one, bool) else str(one)
            yield element
