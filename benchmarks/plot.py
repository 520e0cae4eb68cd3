"""Draws the time of an overdue page against how much there is."""

import statistics
from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot

from benchmarks.overdue_pages import Page, Times


def draw(found: Mapping[str, Mapping[Page, Mapping[int, Times]]], file: Path) -> None:
    """One panel for each database; milliseconds of an uncached response over HTTP, medians."""
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "duban", "font.size": 9})
    figure, panels = pyplot.subplots(1, len(found), figsize=(11, 4.5), sharey=True, squeeze=False)
    for panel, (name, pages) in zip(panels[0], found.items(), strict=True):
        for number, (page, times) in enumerate(pages.items()):
            panel.plot(
                list(times),
                [statistics.median(one.http) for one in times.values()],
                label=str(page),
                color=f"C{number // 4}",
                linestyle="--" if page.as_of else "-",
                marker="s" if page.deep else "o",
                markersize=4,
            )
        panel.set(title=name, xscale="log", yscale="log", xlabel="obligations")
        panel.grid(alpha=0.3)
    panels[0][0].set_ylabel("ms for a page of 50, over HTTP")
    panels[0][-1].legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(file, format="svg", metadata={"Date": None})
