"""Placing text: by priority, without overlaps, on points, in areas and along lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin

import numpy as np

from lodeway.carto.display import Anchor, Floats, Font, Text

Box = tuple[float, float, float, float]
"""(left, top, right, bottom) in picture units."""

ASCENT, DESCENT = 0.76, 0.22
"""Of the em, for the boxes that must not overlap."""


class Placer:
    """Remembers which parts of the picture are taken; a grid of cells keeps the search short."""

    def __init__(self, width: float, height: float, cell: float = 64.0) -> None:
        """Size of the picture and of the cells, in picture units."""
        self.width, self.height, self._cell = width, height, cell
        self._taken: dict[tuple[int, int], list[Box]] = {}

    def free(self, boxes: Sequence[Box], *, inside: bool = True) -> bool:
        """Whether all boxes lie in the picture (if ``inside``) and on nothing taken."""
        for box in boxes:
            if inside and (box[0] < 2 or box[1] < 2 or box[2] > self.width - 2 or box[3] > self.height - 2):
                return False
            for cell in self._cells(box):
                for other in self._taken.get(cell, ()):
                    if box[0] < other[2] and box[2] > other[0] and box[1] < other[3] and box[3] > other[1]:
                        return False
        return True

    def take(self, boxes: Sequence[Box]) -> None:
        """Mark boxes as taken."""
        for box in boxes:
            for cell in self._cells(box):
                self._taken.setdefault(cell, []).append(box)

    def _cells(self, box: Box) -> list[tuple[int, int]]:
        c = self._cell
        return [
            (i, j)
            for i in range(int(box[0] // c), int(box[2] // c) + 1)
            for j in range(int(box[1] // c), int(box[3] // c) + 1)
        ]


@dataclass(frozen=True)
class Label:
    """A text that asks for a place. ``gap`` is the free distance from the point to the text (0 = centred on it).

    A label with a ``line`` (n, 2) runs along it. Lower ``priority`` is placed earlier.
    """

    priority: float
    layer: str
    text: str
    font: Font
    colour: str
    halo: str
    x: float = 0.0
    y: float = 0.0
    gap: float = 0.0
    line: Floats | None = None
    offset: float = 0.0
    """Of the baseline from the line, upwards."""
    id: str = ""
    width: float = 0.0
    """Measured width."""


def place(labels: Sequence[Label], placer: Placer, halo_width: float) -> list[Text]:
    """Place what fits, in order of priority; of equals the first id, then text."""
    done = []
    for label in sorted(labels, key=lambda one: (one.priority, one.id, one.text)):
        text = (
            _along_line(label, placer, halo_width) if label.line is not None else _at_point(label, placer, halo_width)
        )
        if text is not None:
            done.append(text)
    return done


def _at_point(label: Label, placer: Placer, halo_width: float) -> Text | None:
    size, width, gap = label.font.size, label.width, label.gap
    middle = (ASCENT - DESCENT) * size / 2
    choices: list[tuple[float, float, Anchor]]
    if gap <= 0:
        choices = [(label.x, label.y + middle, "middle")]
    else:
        near = gap * 0.75
        choices = [
            (label.x + gap, label.y + middle, "left"),
            (label.x - gap, label.y + middle, "right"),
            (label.x, label.y - gap - DESCENT * size * 0.6, "middle"),
            (label.x, label.y + gap + ASCENT * size, "middle"),
            (label.x + near, label.y - near, "left"),
            (label.x + near, label.y + near + ASCENT * size * 0.8, "left"),
            (label.x - near, label.y - near, "right"),
            (label.x - near, label.y + near + ASCENT * size * 0.8, "right"),
        ]
    for x, y, anchor in choices:
        left = x - {"left": 0.0, "middle": width / 2, "right": width}[anchor]
        box = (
            left - halo_width,
            y - ASCENT * size - halo_width,
            left + width + halo_width,
            y + DESCENT * size + halo_width,
        )
        if placer.free([box]):
            placer.take([box])
            return Text(
                label.layer, x, y, label.text, label.font, label.colour, anchor, label.halo, halo_width, 0.0, label.id
            )
    return None


def _along_line(label: Label, placer: Placer, halo_width: float) -> Text | None:
    """The straightest free stretch of the line, nearest to its middle; the text reads from left to right."""
    line = label.line
    assert line is not None
    if len(line) < 2:
        return None
    travelled = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    total, width = float(travelled[-1]), label.width
    if total < width * 1.15:
        return None
    starts = np.linspace(0.0, total - width, max(int((total - width) / (width * 0.25)) + 2, 2))
    ax, bx, mx = (np.interp(starts + shift, travelled, line[:, 0]) for shift in (0.0, width, width / 2))
    ay, by, my = (np.interp(starts + shift, travelled, line[:, 1]) for shift in (0.0, width, width / 2))
    chord = np.hypot(bx - ax, by - ay)
    bulge = np.abs((bx - ax) * (my - ay) - (by - ay) * (mx - ax)) / np.maximum(chord, 1e-9)
    steep = np.abs(by - ay) / np.maximum(chord, 1e-9)
    cost = bulge / label.font.size + np.abs(starts + width / 2 - total / 2) / total + 0.8 * steep**3
    usable = np.flatnonzero((chord >= width * 0.9) & (bulge < label.font.size * 0.8))
    options = sorted(zip(*(v[usable].tolist() for v in (cost, ax, ay, bx, by)), strict=True))
    for _, x0, y0, x1, y1 in options:
        angle = float(np.degrees(np.arctan2(y1 - y0, x1 - x0)))
        if angle > 90 or angle < -90:
            angle = angle - 180 if angle > 90 else angle + 180
        turn = radians(angle)
        cx, cy = (x0 + x1) / 2 + sin(turn) * label.offset, (y0 + y1) / 2 - cos(turn) * label.offset
        boxes = _tilted(cx, cy, angle, width, label.font.size, halo_width)
        if placer.free(boxes):
            placer.take(boxes)
            return Text(
                label.layer,
                cx,
                cy,
                label.text,
                label.font,
                label.colour,
                "middle",
                label.halo,
                halo_width,
                angle,
                label.id,
            )
    return None


def _tilted(x: float, y: float, angle: float, width: float, size: float, halo: float) -> list[Box]:
    """Square boxes that cover a tilted line of text, centred at (x, y) on its baseline."""
    turn = radians(angle)
    count = max(int(width / size) + 1, 1)
    half = size * 0.55 + halo
    boxes = []
    for k in range(count):
        along = (k + 0.5) / count * width - width / 2
        up = (ASCENT - DESCENT) / 2 * size
        bx, by = x + cos(turn) * along + sin(turn) * up, y + sin(turn) * along - cos(turn) * up
        boxes.append((bx - half, by - half, bx + half, by + half))
    return boxes
