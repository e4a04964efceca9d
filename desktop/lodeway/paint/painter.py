"""Display list to QPainter, for screen, picture and page alike.

Every call to Qt is short, so that a thread that paints lets the window breathe: rings and lines go in paths of about a
thousand vertices, copied as blocks from numpy memory. ``drawPolygon`` and ``drawPolyline`` are not used: PySide turns
their vertices into Python objects one by one, which takes five times as long as the drawing. Pens of up to one device
pixel take Qt's fast stroker; wider ones are drawn as separate segments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from ctypes import memmove
from functools import lru_cache
from math import ceil, cos, pi, sin, sqrt
from typing import Any

import numpy as np
import shiboken6
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen, QPixmap, QPolygonF, QTransform

from lodeway.carto.display import Clip, Floats, Font, Ints, Lines, Pen, Points, Polygons, Record, Symbol, Text, Unclip
from lodeway.geo.curves import closed, outlines, thin
from lodeway.paint.fonts import measure, qfont

_SEGMENTS_FROM = 300  # vertices: below, a wide pen strokes the polyline itself and keeps its joins
_PATH_VERTICES = 1_000  # the rasteriser slows down with the square of the edges on a line of pixels
_SPRITES_FROM = 400  # points: below, each is drawn for itself
_WINDING = Qt.FillRule.WindingFill


def paint(
    records: Iterable[Record], painter: QPainter, *, vector: bool = False, stop: Callable[[], bool] | None = None
) -> bool:
    """Draw records in order; ``False`` if ``stop`` asked to give up in between.

    The painter is already scaled to picture units. ``vector`` is for PDF and printers: no tricks of raster drawing.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    device = _Device(painter, vector)
    for number, record in enumerate(records):
        if stop is not None and number % 8 == 0 and stop():
            return False
        match record:
            case Polygons():
                device.polygons(record)
            case Lines():
                device.lines(record)
            case Symbol():
                device.symbol(record)
            case Points():
                device.points(record)
            case Text():
                device.text(record)
            case Clip(box):
                painter.save()
                painter.setClipRect(QRectF(*box), Qt.ClipOperation.IntersectClip)
            case Unclip():
                painter.restore()
    return True


def colour(text: str) -> QColor:
    """``#rrggbb`` or ``#rrggbbaa`` as Qt's colour."""
    made = QColor(text[:7])
    if len(text) == 9:
        made.setAlpha(int(text[7:9], 16))
    return made


def qpen(pen: Pen | None) -> QPen:
    """A record's pen; ``None`` draws no outline."""
    if pen is None or pen.width <= 0:
        return QPen(Qt.PenStyle.NoPen)
    made = QPen(colour(pen.colour), pen.width)
    made.setCapStyle(Qt.PenCapStyle.RoundCap if pen.round else Qt.PenCapStyle.FlatCap)
    made.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if pen.dash:
        made.setDashPattern(list(pen.dash))
    return made


def paths_of(xy: Floats, start: Ints, fewest: int) -> Iterator[QPainterPath]:
    """Pieces of at least ``fewest`` vertices, some of them to a path; filled by winding, overlaps once."""
    count = np.diff(start)
    if not len(count) or (longest := int(count.max())) < fewest:
        return
    vertices = np.ascontiguousarray(xy, dtype=np.float64)
    held = QPolygonF()
    held.resize(longest)  # its memory stays where it is while it shrinks and grows below this
    target, source = shiboken6.getCppPointer(held.data())[0], vertices.ctypes.data
    path, size = QPainterPath(), 0
    path.setFillRule(_WINDING)
    for first, length in zip(start[:-1].tolist(), count.tolist(), strict=True):
        if length < fewest:
            continue
        if size and size + length > _PATH_VERTICES:
            yield path
            path, size = QPainterPath(), 0
            path.setFillRule(_WINDING)
        held.resize(length)
        memmove(target, source + 16 * first, 16 * length)
        path.addPolygon(held)
        size += length
    if size:
        yield path


class _Device:
    """One painter and how it is best used."""

    def __init__(self, painter: QPainter, vector: bool) -> None:
        self.painter = painter
        self.vector = vector
        self.unit = sqrt(abs(painter.worldTransform().determinant())) or 1.0
        self.fast_width = 1.0 / self.unit

    def polygons(self, record: Polygons) -> None:
        painter, pen = self.painter, record.pen
        rings = (record.xy, record.start) if pen is None else closed(record.xy, record.start)
        paths = list(paths_of(*rings, 3))
        if record.fill:
            # where an opaque outline covers the edge, the filling need not be smooth: five times as fast
            covers = pen is not None and pen.width >= 0.9 * self.fast_width and not pen.dash and len(pen.colour) == 7
            rough = covers and not self.vector
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, not rough)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(colour(record.fill)))
            for path in paths:
                painter.drawPath(path)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if record.hatch:
            self._hatch(record)
        if pen is not None:
            edge = outlines(*rings)
            if edge[0] is rings[0] and pen.width <= self.fast_width:
                painter.setPen(qpen(pen))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                for path in paths:
                    painter.drawPath(path)
            else:
                self._stroke(*edge, pen)

    def _hatch(self, record: Polygons) -> None:
        """Diagonal lines inside the rings: drawn lines, not a pattern brush, so that paper stays vector."""
        path = QPainterPath()
        path.setFillRule(_WINDING)
        for part in paths_of(record.xy, record.start, 3):
            path.addPath(part)
        area = path.boundingRect()
        step = 4.0 if not self.vector else 1.1
        self.painter.save()
        self.painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
        self.painter.setPen(QPen(colour(record.hatch), step * 0.3))
        clip = self.painter.clipBoundingRect()
        area = area.intersected(clip)
        first = np.floor((area.left() - area.bottom()) / step) * step
        offsets = np.arange(first, area.right() - area.top() + step, step)
        lines = np.column_stack(
            [
                offsets + area.top(),
                np.full_like(offsets, area.top()),
                offsets + area.bottom(),
                np.full_like(offsets, area.bottom()),
            ]
        )
        self._segments(lines)
        self.painter.restore()

    def lines(self, record: Lines) -> None:
        for pen in (record.casing, record.pen):
            if pen is not None:
                self._stroke(record.xy, record.start, pen)

    def _stroke(self, xy: Floats, start: Ints, pen: Pen) -> None:
        made = qpen(pen)
        painter = self.painter
        painter.setBrush(Qt.BrushStyle.NoBrush)
        solid_wide = pen.width > self.fast_width and not pen.dash and not self.vector
        if solid_wide and len(xy) > _SEGMENTS_FROM and len(pen.colour) == 7:
            made.setCapStyle(Qt.PenCapStyle.SquareCap)
            painter.setPen(made)
            xy, start = thin(xy, start, max(2.0 * pen.width, self.fast_width))  # overlapping caps thicken a curve
            inside = np.ones(len(xy), dtype=bool)
            inside[start[1:] - 1] = False
            first = np.flatnonzero(inside)
            self._segments(np.hstack([xy[first], xy[first + 1]]))
            return
        painter.setPen(made)
        for path in paths_of(xy, start, 2):
            painter.drawPath(path)

    def _segments(self, ends: Floats) -> None:
        """Separate segments (n, 4)."""
        memory = np.ascontiguousarray(ends, dtype=np.float64)
        for a in range(0, len(memory), 2000):
            block = memory[a : a + 2000]
            first: Any = shiboken6.wrapInstance(block.ctypes.data, QLineF)
            self.painter.drawLines(first, len(block))

    def symbol(self, record: Symbol) -> None:
        painter = self.painter
        painter.setPen(qpen(record.pen))
        painter.setBrush(QBrush(colour(record.fill)) if record.fill else Qt.BrushStyle.NoBrush)
        painter.drawPath(symbol_path(record.shape, record.x, record.y, record.size))
        if record.shape == "port":
            self._anchor(record)
        if record.text:
            font = Font(record.size * (0.52 if len(record.text) < 3 else 0.42), "bold")
            self.text(
                Text(
                    record.layer, record.x, record.y + font.size * 0.36, record.text, font, record.text_colour, "middle"
                )
            )

    def points(self, record: Points) -> None:
        painter = self.painter
        if self.vector or len(record.xy) < _SPRITES_FROM:
            painter.setPen(qpen(record.pen))
            painter.setBrush(QBrush(colour(record.fill)))
            radius = record.size / 2
            for x, y in record.xy.tolist():
                painter.drawEllipse(QPointF(x, y), radius, radius)
            return
        sprite = _sprite(record.size, record.fill, record.pen, self.unit)
        side = sprite.width()
        fragments = np.zeros((len(record.xy), 10))  # x, y, source left, top, width, height, scales, rotation, opacity
        fragments[:, :2] = record.xy
        fragments[:, 4:6] = side
        fragments[:, 6:8] = 1.0 / self.unit
        fragments[:, 9] = 1.0
        for a in range(0, len(fragments), 5000):
            block = np.ascontiguousarray(fragments[a : a + 5000])
            first: Any = shiboken6.wrapInstance(block.ctypes.data, QPainter.PixmapFragment)
            painter.drawPixmapFragments(first, len(block), sprite)

    def _anchor(self, record: Symbol) -> None:
        """The notch that makes a circle a port: a stem and a fluke in the outline's colour."""
        if record.size * self.unit < 7:
            return
        r = record.size / 2
        mark = record.text_colour if record.fill else record.pen.colour
        self.painter.setPen(QPen(colour(mark), max(r * 0.2, record.pen.width * 0.8)))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawLine(QPointF(record.x, record.y - r * 0.5), QPointF(record.x, record.y + r * 0.5))
        self.painter.drawArc(QRectF(record.x - r * 0.5, record.y - r * 0.5, r, r), 200 * 16, 140 * 16)

    def _stamp(self, record: Text) -> None:
        """Upright labels with a halo come from a cache of small pictures: outlining letters is slow."""
        made = _label_image(record.text, record.font, record.colour, record.halo, record.halo_width, self.unit)
        width = measure(record.text, record.font)
        shift = {"left": 0.0, "middle": -width / 2, "right": -width}[record.anchor]
        pad, up = record.halo_width + 1, record.font.size * 1.1 + record.halo_width
        unit = self.unit
        x, y = round((record.x + shift - pad) * unit) / unit, round((record.y - up) * unit) / unit
        self.painter.drawImage(QPointF(x, y), made)

    def text(self, record: Text) -> None:
        painter = self.painter
        if not self.vector and not record.angle_deg and record.halo and abs(self.unit - round(self.unit)) < 1e-6:
            self._stamp(record)
            return
        width = measure(record.text, record.font)
        shift = {"left": 0.0, "middle": -width / 2, "right": -width}[record.anchor]
        painter.save()
        painter.translate(record.x, record.y)
        if record.angle_deg:
            painter.rotate(record.angle_deg)
        font, enlarge = qfont(record.font, self.unit)
        scale = self.unit / enlarge
        painter.scale(1 / scale, 1 / scale)  # the font is made at device size: sharp at any scale
        origin = QPointF(shift * scale, 0.0)
        if record.halo and record.halo_width:
            path = QPainterPath()
            path.addText(origin, font, record.text)
            pen = QPen(colour(record.halo), 2 * record.halo_width * scale)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.strokePath(path, pen)
            if not self.vector:
                painter.fillPath(path, QBrush(colour(record.colour)))
                painter.restore()
                return
        painter.setFont(font)
        painter.setPen(colour(record.colour))
        painter.drawText(origin, record.text)
        painter.restore()


@lru_cache(maxsize=3000)
def _label_image(text: str, font: Font, ink: str, halo: str, halo_width: float, unit: float) -> QImage:
    pad, up = halo_width + 1, font.size * 1.1 + halo_width
    made, enlarge = qfont(font, unit)
    path = QPainterPath()
    path.addText(QPointF(0.0, 0.0), made, text)
    path = QTransform(enlarge, 0.0, 0.0, enlarge, pad * unit, up * unit).map(path)
    width, height = path.boundingRect().right() + pad * unit, (up + font.size * 0.4 + halo_width) * unit
    image = QImage(ceil(width), ceil(height), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(colour(halo), 2 * halo_width * unit)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(path, pen)
        painter.fillPath(path, QBrush(colour(ink)))
    finally:
        painter.end()
    image.setDevicePixelRatio(unit)
    return image


@lru_cache(maxsize=64)
def _sprite(size: float, fill: str, pen: Pen, unit: float) -> QPixmap:
    """A small picture of a disc."""
    side = ceil((size + 2 * pen.width) * unit) + 2
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(unit, unit)
        painter.setPen(qpen(pen))
        painter.setBrush(QBrush(colour(fill)))
        painter.drawEllipse(QPointF(side / unit / 2, side / unit / 2), size / 2, size / 2)
    finally:
        painter.end()
    return QPixmap.fromImage(image)


def symbol_path(shape: str, x: float, y: float, size: float) -> QPainterPath:
    """The outline of a point symbol of a height, centred on (x, y); all shapes of one size cover the same area."""
    path = QPainterPath()
    r = size / 2
    match shape:
        case "triangle-down":
            side = r * sqrt(pi) * 2 / 3**0.25  # area of the circle of radius r
            high = side * sqrt(3) / 2
            corners = [(-side / 2, -high / 3), (side / 2, -high / 3), (0.0, high * 2 / 3)]
        case "square":
            half = r * sqrt(pi) / 2
            corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
        case "diamond":
            half = r * sqrt(pi / 2)
            corners = [(0.0, -half), (half, 0.0), (0.0, half), (-half, 0.0)]
        case "hexagon":
            radius = r * sqrt(2 * pi / (3 * sqrt(3)))
            corners = [(radius * cos(a), radius * sin(a)) for a in (k * pi / 3 for k in range(6))]
        case "cross":
            for a, b in (((-r, -r), (r, r)), ((-r, r), (r, -r))):
                path.moveTo(x + a[0], y + a[1])
                path.lineTo(x + b[0], y + b[1])
            return path
        case _:
            path.addEllipse(QPointF(x, y), r, r)
            return path
    path.addPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in corners]))
    path.closeSubpath()
    return path


def new_image(width: int, height: int, backdrop: str) -> QImage:
    """An image ready to be painted on."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(colour(backdrop))
    return image


def scaled(painter: QPainter, factor: float) -> None:
    """Let one picture unit be ``factor`` device units."""
    painter.setTransform(QTransform.fromScale(factor, factor))
