"""The drawings of an overview: static, made offline, the same for the same figures, and clear without colour.

Every line differs from the others by its dash or its mark, and is named where it ends; colour only repeats that.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import font_source_sans_pro
import matplotlib as mpl
import typst
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

FONTS = Path(font_source_sans_pro.__file__).parent / "files"
INK, ACCENT, QUIET, SHADE = "#1b1f23", "#0b4f6c", "#5a6570", "#e4eaee"
_DOTS = 160
_MARKS = {"beyond_limits": ("D", "outside the limits"), "ewma": ("s", "higher or lower for months")}
_DASHES = {"statistical_neighbours": (0, (6, 2)), "region": (0, (1, 1.5)), "england": (0, (6, 2, 1, 2))}
_SHORT = {"statistical_neighbours": "Neighbours", "region": "Region", "england": "England"}

for _file in sorted(FONTS.glob("SourceSansPro-*.ttf")):
    font_manager.fontManager.addfont(_file)
_STYLE: Any = {
    "font.family": "sans-serif", "font.sans-serif": ["Source Sans Pro", "DejaVu Sans"], "font.size": 9,
    "svg.fonttype": "none", "svg.hashsalt": "overview",
    "axes.edgecolor": QUIET, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK, "text.color": INK,
    "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.8,
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """What a chart shows of one month; None where it is not known."""

    month: date
    value: float | None
    centre: float | None
    lower_limit: float | None
    upper_limit: float | None
    rule: str | None


def process_chart(lines: Sequence[Line], unit: str, benchmarks: Sequence[tuple[str, float]]) -> str:
    """A measure's months with its process limits and its benchmarks, as SVG.

    `benchmarks`: the kind (`england` …) and the value of each.
    """
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(7.0, 2.75))
        axes = figure.add_axes((0.075, 0.275, 0.795, 0.685))
        places = range(len(lines))
        values = [_number(line.value) for line in lines]
        _limits(axes, lines)
        axes.plot(places, values, color=ACCENT, linewidth=1.6, marker="o", markersize=3.5, zorder=3)
        ends: list[tuple[float, str]] = []
        for name, value in benchmarks:
            axes.axhline(value, color=INK, linewidth=1.0, linestyle=_DASHES[name], zorder=2)
            ends.append((value, _SHORT[name]))
        last_centre = next((line.centre for line in reversed(lines) if line.centre is not None), None)
        if last_centre is not None:
            ends.append((last_centre, "Mean"))
        _signals(axes, lines)
        axes.margins(x=0.02, y=0.12)
        axes.set_ylabel(unit)
        steps = [place for place in places if place % 3 == (len(lines) - 1) % 3]
        axes.set_xticks(steps, [lines[place].month.strftime("%b\n%Y") for place in steps])
        axes.grid(axis="y", color=SHADE, linewidth=0.6)
        axes.set_axisbelow(True)
        _name_ends(axes, ends, len(lines) - 1)
        return _drawn(figure)


def sparkline(values: Sequence[float | None]) -> str:
    """A line of a few months, the last one marked, as SVG."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(1.15, 0.3))
        axes = figure.add_axes((0.02, 0.08, 0.96, 0.84))
        axes.axis("off")
        axes.plot([_number(value) for value in values], color=ACCENT, linewidth=1.2)
        if values and values[-1] is not None:
            axes.plot([len(values) - 1], [values[-1]], color=ACCENT, marker="o", markersize=3, clip_on=False)
        axes.margins(x=0.06, y=0.15)
        return _drawn(figure)


def _limits(axes: Axes, lines: Sequence[Line]) -> None:
    places = list(range(len(lines)))
    lower, upper = [_number(line.lower_limit) for line in lines], [_number(line.upper_limit) for line in lines]
    axes.fill_between(places, lower, upper, step="mid", color=SHADE, linewidth=0, zorder=0)
    for limit in (lower, upper):
        axes.plot(places, limit, drawstyle="steps-mid", color=QUIET, linewidth=0.8, linestyle=(0, (2, 2)), zorder=1)
    axes.plot(
        places, [_number(line.centre) for line in lines], drawstyle="steps-mid", color=QUIET, linewidth=1.0, zorder=1
    )


def _signals(axes: Axes, lines: Sequence[Line]) -> None:
    for rule, (mark, words) in _MARKS.items():
        places = [place for place, line in enumerate(lines) if rule == line.rule and line.value is not None]
        if places:
            axes.plot(
                places, [_number(lines[place].value) for place in places], linestyle="none", marker=mark, markersize=8,
                markerfacecolor="none", markeredgecolor=INK, markeredgewidth=1.1, label=words, zorder=4,
            )  # fmt: skip
    if any(line.rule for line in lines):
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.21), ncols=4, frameon=False, fontsize=8)


def _name_ends(axes: Axes, ends: Sequence[tuple[float, str]], last: int) -> None:
    """Name each line at its right end, names that would cover each other moved apart."""
    low, high = axes.get_ylim()
    gap = (high - low) * 0.085
    height = -float("inf")
    for value, name in sorted(ends):
        height = max(value, height + gap)
        axes.annotate(
            name, xy=(last, value), xytext=(last + 0.9, height), fontsize=8, va="center", annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": QUIET, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 0},
        )  # fmt: skip
    axes.set_ylim(low, high)


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def png(svg: str) -> bytes:
    """A drawing as an image of dots, for what cannot show SVG."""
    made: bytes = typst.compile(
        str(Path(__file__).parent / "drawing.typ"),
        sys_inputs={"svg": svg},
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="png",
        ppi=_DOTS,
    )
    return made


def _drawn(figure: Figure) -> str:
    svg = io.StringIO()
    figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    return svg.getvalue()
