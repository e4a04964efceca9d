"""What lies over the map and moves with it: measured lines, marks, chosen features. Drawn at each frame: kept short."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from lodeway.geo.curves import Floats
from lodeway.geo.projection import NOWHERE_M, Projection
from lodeway.geo.viewport import Viewport
from lodeway.paint.painter import paths_of

_DOT_PX, _PIN_PX = 3.5, 7.0
_PAD_PX = 4.0


@dataclass(frozen=True)
class Shape:
    """Vertices (n, 2) in degrees, drawn as a line, a filled area, dots, a pin, or words beside a place."""

    kind: Literal["line", "area", "dots", "pin", "ring", "words"]
    lonlat: Floats
    colour: str
    width: float = 2.0
    text: str = ""


@dataclass(frozen=True)
class Placed:
    """A shape on the map plane: runs of vertices without a jump over the seam."""

    shape: Shape
    runs: tuple[Floats, ...]


def placed(shape: Shape, projection: Projection) -> Placed:
    """The shape on the plane; what the projection does not show is left out, and jumps over the seam part it."""
    lonlat = np.asarray(shape.lonlat, dtype=np.float64).reshape(-1, 2)
    xy = projection.forward_points(lonlat)
    shown = xy[:, 0] < NOWHERE_M
    lon = projection.wrapped(lonlat[:, 0])
    apart = np.ones(max(len(xy) - 1, 0), dtype=bool)
    apart[:] = (np.abs(np.diff(lon)) > 180.0) | ~shown[1:] | ~shown[:-1]
    runs = [run[np.isfinite(run).all(axis=1)] for run in np.split(xy, np.flatnonzero(apart) + 1)]
    return Placed(shape, tuple(run for run in runs if len(run) and run[0, 0] < NOWHERE_M))


def draw(painter: QPainter, things: list[Placed], view: Viewport, ground: str) -> None:
    """Over the picture, in CSS pixels; ``ground`` is the colour behind lines and words, so that they stand out."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for thing in things:
        shape = thing.shape
        ink = QColor(shape.colour)
        for run in thing.runs:
            xy = view.to_picture(run)
            match shape.kind:
                case "line":
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    for colour, width in ((QColor(ground), shape.width + 2.5), (ink, shape.width)):
                        painter.setPen(_pen(colour, width))
                        for path in paths_of(xy, np.array([0, len(xy)]), 2):
                            painter.drawPath(path)
                case "area":
                    fill = QColor(ink)
                    fill.setAlpha(48)
                    painter.setBrush(fill)
                    painter.setPen(_pen(ink, shape.width))
                    closed = np.vstack([xy, xy[:1]])
                    for path in paths_of(closed, np.array([0, len(closed)]), 3):
                        painter.drawPath(path)
                case "dots":
                    painter.setBrush(QColor(ground))
                    painter.setPen(_pen(ink, 1.6))
                    for x, y in xy.tolist():
                        painter.drawEllipse(QPointF(x, y), _DOT_PX, _DOT_PX)
                case "ring":
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    for colour, width in ((QColor(ground), shape.width + 2.0), (ink, shape.width)):
                        painter.setPen(_pen(colour, width))
                        for x, y in xy.tolist():
                            painter.drawEllipse(QPointF(x, y), _PIN_PX, _PIN_PX)
                case "pin":
                    painter.setPen(_pen(QColor(ground), 1.5))
                    painter.setBrush(ink)
                    for x, y in xy.tolist():
                        painter.drawEllipse(QPointF(x, y), _PIN_PX, _PIN_PX)
                    painter.setBrush(QColor(ground))
                    for x, y in xy.tolist():
                        painter.drawEllipse(QPointF(x, y), 2.0, 2.0)
                case "words":
                    pass
        if shape.text and thing.runs:
            _words(painter, shape, view.to_picture(thing.runs[0])[0], ground)


def _words(painter: QPainter, shape: Shape, at: Floats, ground: str) -> None:
    metrics = QFontMetricsF(painter.font())
    lines = shape.text.splitlines()
    width = max(metrics.horizontalAdvance(line) for line in lines) + 2 * _PAD_PX
    height = metrics.height() * len(lines) + _PAD_PX
    left, top = float(at[0]) + 10.0, float(at[1]) - height / 2
    back = QColor(ground)
    back.setAlpha(225)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(back)
    painter.drawRoundedRect(QRectF(left, top, width, height), 3.0, 3.0)
    painter.setPen(QColor(shape.colour))
    for number, line in enumerate(lines):
        painter.drawText(
            QPointF(left + _PAD_PX, top + _PAD_PX / 2 + metrics.ascent() + number * metrics.height()), line
        )


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
