"""The user's notes: a dot at the place, the words in a box beside it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import numpy as np

from lodeway.carto.display import Font, Hotspot, Pen, Polygons, Record, Symbol, Text, box_ring
from lodeway.carto.scene import Frame, Scene
from lodeway.geo.projection import NOWHERE_M

_WRAP = 34
_SIZE_PX, _LINE_PX, _PAD_PX, _APART_PX = 12.0, 15.5, 6.0, 9.0


def notes(scene: Scene, frame: Frame) -> tuple[list[Record], list[Hotspot]]:
    """Records of the notes in view, and where the pointer meets them."""
    records: list[Record] = []
    spots: list[Hotspot] = []
    if not scene.notes:
        return records, spots
    xy = frame.projection.forward_points(np.array([(note.lon, note.lat) for note in scene.notes]))
    for note, (east, north) in zip(scene.notes, xy.tolist(), strict=True):
        if abs(east) >= NOWHERE_M:
            continue
        x, y = frame.on_picture((east, north))
        if not (-200 <= x <= frame.view.width + 200 and -200 <= y <= frame.view.height + 200):
            continue
        records += _note(note.text, note.id, x, y, scene, frame)
        spots.append(Hotspot(note.id, note.text, x, y, 8 * frame.px))
    return records, spots


def _note(text: str, identifier: str, x: float, y: float, scene: Scene, frame: Frame) -> Iterator[Record]:
    px, theme = frame.px, scene.theme
    font = Font(_SIZE_PX * px)
    lines = textwrap.wrap(text, _WRAP) or [text]
    width = max(frame.measure(line, font) for line in lines) + 2 * _PAD_PX * px
    height = len(lines) * _LINE_PX * px + 1.2 * _PAD_PX * px
    left = x + _APART_PX * px if x + _APART_PX * px + width <= frame.view.width else x - _APART_PX * px - width
    top = y - height / 2
    pen = Pen(theme.text, 1.0 * px)
    yield Polygons("notes", *box_ring(left, top, width, height), theme.panel, Pen(theme.text_muted, 0.8 * px))
    yield Symbol("notes", identifier, "circle", x, y, 8 * px, theme.panel, pen)
    yield Symbol("notes", identifier, "circle", x, y, 3 * px, theme.text, pen)
    for number, line in enumerate(lines):
        at = top + 0.6 * _PAD_PX * px + (number + 0.76) * _LINE_PX * px
        yield Text("notes", left + _PAD_PX * px, at, line, font, theme.text, id=identifier)
