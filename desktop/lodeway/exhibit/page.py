"""Pages in millimetres: sizes, margins, and where the parts of an exhibit lie."""

from __future__ import annotations

from dataclasses import dataclass

from lodeway.carto.display import Record

PAPER_MM: dict[str, tuple[float, float]] = {
    "A4": (297.0, 210.0), "A3": (420.0, 297.0), "Letter": (279.4, 215.9), "Tabloid": (431.8, 279.4),
}  # fmt: skip
"""Paper name to (width, height), landscape."""

MM_PER_PX = 25.4 / 96.0
"""Millimetres of one CSS pixel."""
MM_PER_PT = 25.4 / 72.0

Box = tuple[float, float, float, float]
"""(left, top, width, height) in mm."""


@dataclass(frozen=True)
class Layout:
    """Boxes of a page's parts."""

    paper: str
    width_mm: float
    height_mm: float
    title: Box
    map: Box
    figures: Box
    legend: Box
    sources: Box


@dataclass(frozen=True)
class Page:
    """A composed page: records in mm, and words about it for the file's metadata."""

    layout: Layout
    records: tuple[Record, ...]
    title: str
    description: str


def layout(paper: str = "A3") -> Layout:
    """Map to the left, figures and legend in a column to the right, sources below."""
    width, height = PAPER_MM[paper]
    margin = 12.0 if width > 350 else 9.0
    column = 88.0 if width > 350 else 70.0
    top, bottom, gap = (20.0, 12.0, 5.0) if width > 350 else (16.0, 10.5, 4.0)
    map_height = height - 2 * margin - top - bottom
    side = width - margin - column
    figures = map_height * 0.46
    return Layout(
        paper, width, height,
        (margin, margin, width - 2 * margin, top - gap),
        (margin, margin + top, width - 2 * margin - column - gap, map_height),
        (side, margin + top, column, figures),
        (side, margin + top + figures + gap, column, map_height - figures - gap),
        (margin, height - margin - bottom + 3.0, width - 2 * margin, bottom - 3.0),
    )  # fmt: skip
