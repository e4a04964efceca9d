"""The display list: flat records of what to draw, in picture units (pixels or mm), y down.

Whoever draws (a painter, an SVG writer, a test) needs nothing else. Colours are ``#rrggbb`` or ``#rrggbbaa``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shape = Literal["triangle-down", "square", "circle", "port", "diamond", "hexagon", "dot", "cross", "cluster"]
Face = Literal["regular", "bold", "italic"]
Anchor = Literal["left", "middle", "right"]
SOLID: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Pen:
    """A stroke: width in picture units, dash pattern in multiples of the width (empty = solid)."""

    colour: str
    width: float
    dash: tuple[float, ...] = SOLID
    round: bool = False


@dataclass(frozen=True, slots=True)
class Polygons:
    """Rings ``xy[start[i]:start[i + 1]]``, filled by winding; holes are bridged into their ring."""

    layer: str
    xy: Floats
    start: Ints
    fill: str
    pen: Pen | None = None
    hatch: str = ""
    """Colour of diagonal hatching over the fill; empty = none."""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Polylines with an optional casing under them."""

    layer: str
    xy: Floats
    start: Ints
    pen: Pen
    casing: Pen | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Symbol:
    """One point symbol; ``size`` is its height in picture units, ``text`` a count or sign inside."""

    layer: str
    id: str
    shape: Shape
    x: float
    y: float
    size: float
    fill: str
    pen: Pen
    text: str = ""
    text_colour: str = "#ffffff"


@dataclass(frozen=True, slots=True)
class Font:
    """Size is the em in picture units; ``spacing`` is extra space between letters in em."""

    size: float
    face: Face = "regular"
    spacing: float = 0.0


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; (x, y) is on the baseline. ``angle_deg`` turns clockwise about (x, y)."""

    layer: str
    x: float
    y: float
    text: str
    font: Font
    colour: str
    anchor: Anchor = "left"
    halo: str = ""
    halo_width: float = 0.0
    angle_deg: float = 0.0
    id: str = ""


@dataclass(frozen=True, slots=True)
class Clip:
    """Everything until the matching :class:`Unclip` stays inside this box (left, top, width, height)."""

    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Unclip:
    """Ends the last :class:`Clip`."""


@dataclass(frozen=True, slots=True)
class Points:
    """Many equal discs of one layer; ``size`` is their height in picture units."""

    layer: str
    xy: Floats
    size: float
    fill: str
    pen: Pen


Record = Polygons | Lines | Symbol | Points | Text | Clip | Unclip


def with_alpha(colour: str, share: float) -> str:
    """``#rrggbb`` or ``#rrggbbaa`` let through by a share 0..1; no colour stays none, an opaque one has six digits."""
    if not colour:
        return colour
    alpha = round((int(colour[7:9], 16) if len(colour) == 9 else 255) * share)
    return colour[:7] if alpha == 255 else f"{colour[:7]}{alpha:02X}"


def faded(record: Record, share: float) -> Record:
    """The record drawn with an opacity of ``share`` 0..1."""

    def pen(of: Pen) -> Pen:
        return replace(of, colour=with_alpha(of.colour, share))

    def pen_or_none(of: Pen | None) -> Pen | None:
        return None if of is None else pen(of)

    match record:
        case Polygons():
            fill, hatch = with_alpha(record.fill, share), with_alpha(record.hatch, share)
            return replace(record, fill=fill, hatch=hatch, pen=pen_or_none(record.pen))
        case Lines():
            return replace(record, pen=pen(record.pen), casing=pen_or_none(record.casing))
        case Symbol():
            text = with_alpha(record.text_colour, share)
            return replace(record, fill=with_alpha(record.fill, share), pen=pen(record.pen), text_colour=text)
        case Points():
            return replace(record, fill=with_alpha(record.fill, share), pen=pen(record.pen))
        case Text():
            return replace(record, colour=with_alpha(record.colour, share), halo=with_alpha(record.halo, share))
    return record


@dataclass(frozen=True, slots=True)
class Hotspot:
    """A place of the picture that answers a pointer: a site, gate, link or route by id."""

    id: str
    text: str
    x: float
    y: float
    radius: float


@dataclass
class DisplayList:
    """Records in drawing order, and what the pointer can meet."""

    records: list[Record] = field(default_factory=list)
    hotspots: list[Hotspot] = field(default_factory=list)


def polyline(xy: Floats | list[tuple[float, float]]) -> tuple[Floats, Ints]:
    """One line or ring as the (xy, start) pair of a record."""
    points = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    return points, np.array([0, len(points)], dtype=np.int64)


def box_ring(left: float, top: float, width: float, height: float) -> tuple[Floats, Ints]:
    """A rectangle as the (xy, start) pair of a record."""
    right, bottom = left + width, top + height
    return polyline([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)])
