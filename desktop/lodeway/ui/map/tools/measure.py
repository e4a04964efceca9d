"""Measure: click the corners of a line or an area; lengths and bearings are those on the ellipsoid."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent

from lodeway.geo.curves import Floats
from lodeway.geo.measure import AREA_WORDS, METRES, LengthUnit, area_m2, drawn, segments
from lodeway.ui import numbers
from lodeway.ui.map.overlay import Shape
from lodeway.ui.map.tools.tool import Tool

if TYPE_CHECKING:
    from lodeway.ui.map.view import MapView

_OVERLAY = "measure"
_COLOUR = "#B3261E"
_CLICK_PX = 4.0
_SHOWN = 12


class Measure(Tool):
    """A line; a click adds a corner, Backspace takes one away, Enter or a double click ends, Escape clears."""

    id: ClassVar[str] = "measure"
    title: ClassVar[str] = "Measure a line"
    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.CrossCursor
    closed: ClassVar[bool] = False
    unit: ClassVar[LengthUnit] = "km"
    """Shared by all measuring: changed by the key U."""

    def __init__(self, view: MapView) -> None:
        super().__init__(view)
        self.points: list[tuple[float, float]] = []
        self._ended = False
        self._pressed: QPointF | None = None
        self._loose: tuple[float, float] | None = None

    def press(self, event: QMouseEvent) -> None:
        """The middle button drags the map; the left one marks."""
        self._pressed = event.position()

    def move(self, event: QMouseEvent) -> None:
        """Drag the map with the button down, else show the stretch to the pointer."""
        if self._pressed is not None and event.buttons():
            delta = event.position() - self._pressed
            if abs(delta.x()) + abs(delta.y()) > _CLICK_PX:
                self.view.pan_by(delta.x(), delta.y())
                self._pressed = event.position()
                self._dragged = True
            return
        if self.points and not self._ended:
            self._loose = self.view.lonlat_at(event.position())
            self._show()

    _dragged = False

    def release(self, event: QMouseEvent) -> None:
        """A click without a drag is a corner."""
        dragged, self._dragged, self._pressed = self._dragged, False, None
        if dragged or event.button() != Qt.MouseButton.LeftButton:
            return
        place = self.view.lonlat_at(event.position())
        if place is None:
            return
        if self._ended:
            self.points, self._ended = [], False
        if self.points and np.allclose(self.points[-1], place, atol=1e-9):
            self._end()
            return
        self.points.append(place)
        self._loose = None
        self._show()

    def double(self, event: QMouseEvent) -> bool:
        """The second click of a pair ends the line."""
        self._end()
        return True

    def key(self, event: QKeyEvent, down: bool) -> bool:
        """Backspace, Enter, Escape, and U for the next unit."""
        key = event.key()
        known = (Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_U)
        if key not in known:
            return False
        if not down:
            return True
        if key == Qt.Key.Key_Backspace:
            self.points = self.points[:-1]
            self._ended = False
        elif key == Qt.Key.Key_Escape:
            self.points, self._ended, self._loose = [], False, None
        elif key == Qt.Key.Key_U:
            units = list(METRES)
            Measure.unit = units[(units.index(Measure.unit) + 1) % len(units)]
        else:
            self._end()
        self._show()
        return True

    def leave(self) -> None:
        """Take the measured line away."""
        self.points = []
        self.view.set_overlay(_OVERLAY, ())
        self.view.measured.emit("")

    def _end(self) -> None:
        self._ended, self._loose = True, None
        self._show()

    def _line(self) -> Floats:
        points = [*self.points, self._loose] if self._loose is not None else self.points
        return np.array(points, dtype=np.float64).reshape(-1, 2)

    def _show(self) -> None:
        line = self._line()
        if not len(line):
            self.view.set_overlay(_OVERLAY, ())
            self.view.measured.emit("")
            return
        way = drawn(line, closed=self.closed)
        text = self.report(line)
        kind = "area" if self.closed and len(line) > 2 else "line"
        self.view.set_overlay(_OVERLAY, (
            Shape(kind, way, _COLOUR), Shape("dots", np.array(self.points).reshape(-1, 2), _COLOUR),  # type: ignore[arg-type]
            Shape("words", line[-1:], _COLOUR, text=text.splitlines()[0]),
        ))  # fmt: skip
        self.view.measured.emit(text)

    def report(self, line: Floats) -> str:
        """The result in words: the whole first, then each stretch with its bearing."""
        unit = Measure.unit
        closed = np.vstack([line, line[:1]]) if self.closed and len(line) > 2 else line
        stretches = segments(closed)
        total = sum(stretch.length_m for stretch in stretches)
        head = f"{_figure(total / METRES[unit])} {unit}"
        if self.closed:
            area = area_m2(line) / METRES[unit] ** 2
            head = f"{_figure(area)} {AREA_WORDS[unit]}, around it {head}"
        lines = [
            f"{number}. {_figure(stretch.length_m / METRES[unit])} {unit}, bearing {stretch.bearing_deg:.1f}°"
            for number, stretch in enumerate(stretches, 1)
        ]
        return "\n".join([head, *lines[-_SHOWN:]])


class MeasureArea(Measure):
    """An area: the ring is closed by itself."""

    id: ClassVar[str] = "measure-area"
    title: ClassVar[str] = "Measure an area"
    closed: ClassVar[bool] = True


def _figure(value: float) -> str:
    return numbers.plain(value, 0 if value >= 1_000 else 1 if value >= 100 else 2 if value >= 1 else 4)
