"""An attack on the public copy: an integer program over everything that was said, which finds what each count can be.

The attacker has every copy that was ever made, knows how they are made, runs the method backwards on every cell, knows
the populations, that counts are whole numbers, that no more cases can fail than there are, and that the children of
`authorised_care_plan` are those of `looked_after_rate`. The informed attacker knows besides, for every count, whether
it is the same in a later copy.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

# A count: of which cases, in which month, as of which copy (of several that have the same number, the first).
Count = tuple[str, date, int]
Sum = dict[Count, float]
Truth = dict[tuple[str, date], int]
POSSIBLE = 100_000  # more children than an authority has
RATES = {"looked_after_rate": "looked after", "child_protection_plan_rate": "on plan"}


def counts_of(measure: str) -> tuple[str, str]:
    """The names of a measure's two counts: its cases, and those that did not meet it."""
    cases = {"authorised_care_plan": "looked after", **RATES}.get(measure, f"{measure}: cases")
    return cases, f"{measure}: not met"


@dataclass(frozen=True)
class Statement:
    """A sum of counts lies between two numbers, both included."""

    sum: Sum
    low: float
    high: float

    def holds(self, numbers: dict[Count, int]) -> bool:
        return self.low - 1e-6 <= sum(times * numbers[count] for count, times in self.sum.items()) <= self.high + 1e-6


@dataclass
class Attack:
    """What an attacker knows: statements; and what follows from them."""

    statements: list[Statement]
    counts: list[Count] = field(init=False)

    def __post_init__(self) -> None:
        self.counts = sorted({count for statement in self.statements for count in statement.sum})
        index = {count: column for column, count in enumerate(self.counts)}
        self._index = index
        cells = [
            (row, index[count], times)
            for row, statement in enumerate(self.statements)
            for count, times in statement.sum.items()
        ]
        rows, columns, times = zip(*cells, strict=True)
        matrix = csr_array((times, (rows, columns)), shape=(len(self.statements), len(self.counts)))
        self._constraint = LinearConstraint(
            matrix, [one.low - 1e-7 for one in self.statements], [one.high + 1e-7 for one in self.statements]
        )

    def possible(self, what: Sum) -> tuple[int, int]:
        """The least and the greatest that a sum of counts can be."""
        ends = []
        for sign in (1, -1):
            objective = np.zeros(len(self.counts))
            for count, times in what.items():
                objective[self._index[count]] = sign * times
            solved = milp(objective, constraints=self._constraint, integrality=np.ones(len(self.counts)),
                          bounds=Bounds(0, POSSIBLE))  # fmt: skip
            assert solved.status == 0, solved.message
            ends.append(round(sign * solved.fun))
        return ends[0], ends[1]


def names(truths: list[Truth], is_informed: bool) -> dict[tuple[str, date, int], Count]:
    """The count that each number of each copy is; to the informed, one that has not changed is the same."""
    found: dict[tuple[str, date, int], Count] = {}
    for copy, truth in enumerate(truths):
        for (count, month), number in truth.items():
            same = copy > 0 and is_informed and truths[copy - 1].get((count, month)) == number
            found[count, month, copy] = found[count, month, copy - 1] if same else (count, month, copy)
    return found


def range_of(number: int) -> tuple[int, int]:
    """The range of numbers that are told alike."""
    below = (number - 1) // 5 * 5
    return (below + 1, below + 5) if number else (0, 0)


def told_range(cell: str) -> tuple[int, int]:
    """The range that a count in the copy stands for."""
    return (1, 5) if cell == "c" else range_of(int(cell))


def ranges_of_not_met(row: dict[str, str]) -> tuple[int, int]:
    """What a month's share says of the cases that did not meet it: the method, run backwards over every range."""
    low, high = told_range(row["denominator"])
    fitting = []
    for of in sorted({range_of(number) for number in range(high + 1)}):
        met = (max(low - of[1], 0), high - of[0])
        is_hidden = any(least <= 5 and most > 0 for least, most in ((low, high), of, met))
        numerator = "c" if is_hidden else str(round(((low + high) - sum(of)) / 2 / 5) * 5)
        ends = ["c", "c"] if row["denominator"] == "c" else ["z", "z"]
        if high > 5:
            ends = [str(int(np.floor(max(100 * (low - of[1]) / low, 0)))), str(int(np.ceil(100 * met[1] / high)))]
        if [numerator, *ends] == [row["numerator"], row["value_low"], row["value_high"]]:
            fitting.append(of)
    assert fitting, f"no count gives {row}"
    return min(least for least, _ in fitting), max(most for _, most in fitting)


def read(folder: Path, la_code: str, copy: int, named: dict[tuple[str, date, int], Count]) -> Iterator[Statement]:
    """Everything that one copy says of an authority."""
    with (folder / "public_kpi.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["la_code"] != la_code:
                continue
            month = date.fromisoformat(row["month"])
            cases_name, not_met_name = counts_of(row["measure_code"])
            if row["measure_code"] in RATES:
                cases = named[cases_name, month, copy]
                yield Statement({cases: 1}, *told_range(row["numerator"]))
                if row["value_low"].isdigit():
                    of = 10_000 / int(row["denominator"])
                    yield Statement({cases: of}, int(row["value_low"]), int(row["value_high"]))
                continue
            months = [date(month.year - (month.month - back < 1), (month.month - back - 1) % 12 + 1, 1)
                      for back in range(12 if row["period"] == "rolling_12_months" else 1)]  # fmt: skip
            all_cases = [named[cases_name, one, copy] for one in months]
            all_not_met = [named[not_met_name, one, copy] for one in months]
            if row["period"] == "month":
                yield Statement({all_cases[0]: 1}, *told_range(row["denominator"]))
                yield Statement({all_not_met[0]: 1}, *ranges_of_not_met(row))
                yield Statement({all_cases[0]: 1, all_not_met[0]: -1}, 0, POSSIBLE)
            if row["value_low"].isdigit():  # low <= 100 * (cases - not met) / cases <= high
                for end, (least, most) in (("value_low", (0, np.inf)), ("value_high", (-np.inf, 0))):
                    share = 100 - int(row[end])
                    yield Statement(
                        {**dict.fromkeys(all_cases, share), **dict.fromkeys(all_not_met, -100)}, least, most
                    )
