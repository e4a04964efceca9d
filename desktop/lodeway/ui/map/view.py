"""The map widget: it only moves the last picture, and asks the render thread for the next one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from lodeway.carto.display import Hotspot
from lodeway.carto.scene import Scene
from lodeway.carto.store import LayerStore
from lodeway.carto.themes import THEMES, Theme
from lodeway.geo.projection import NOWHERE_M, Projection, equal_earth
from lodeway.geo.viewport import Viewport
from lodeway.model.atlas import Atlas
from lodeway.model.result import Result
from lodeway.session.document import View
from lodeway.ui.map import overlay
from lodeway.ui.map.history import ViewHistory
from lodeway.ui.map.overlay import Placed, Shape, placed
from lodeway.ui.map.tools import TOOLS, Tool
from lodeway.ui.map.worker import MapPainter, Picture, RenderThread, Request

HOME = (8.0, -26.0, 42.0, 0.0)
"""West, south, east, north in degrees: the corridors of the Copperbelt."""
_MARGIN = 0.18  # of the size, painted beyond each edge so that dragging shows no blank
_REACH_PX = 8.0
_SETTLE_MS = 70
_FINEST_M, _COARSEST_M = 5.0, 60_000.0


class MapView(QWidget):
    """The map of one scene. All positions in signals are CSS pixels of the widget."""

    hovered = Signal(str, str)
    """Id and words of what is under the pointer; both empty where there is nothing."""
    pointed = Signal(object, object)
    """Longitude and latitude under the pointer in degrees, or ``None`` twice off the Earth."""
    contextRequested = Signal(str, QPoint)
    """Id under a right click (may be empty) and the place on the screen."""
    picked = Signal(str)
    """Id under a click; empty where there is nothing."""
    asked_at = Signal(float, float)
    """Longitude and latitude that everything is asked about."""
    selected = Signal(object, str)
    """A ring (n, 2) in map metres around features, and ``new``, ``add`` or ``take``."""
    noted = Signal(float, float, str, bool)
    """Longitude and latitude in degrees, id of a note or empty, and whether it was moved there."""
    measured = Signal(str)
    """The result of measuring in words, or empty."""
    toolChanged = Signal(str)
    """Id of the tool that is chosen now."""
    viewChanged = Signal(object)
    """The :class:`~lodeway.session.document.View` after a move."""
    painted = Signal(float)
    """Seconds that the newest picture took, when it is shown."""
    failed = Signal(str)
    """One sentence, when the map cannot be drawn."""

    def __init__(self, parent: QWidget | None = None, projection: Projection | None = None) -> None:
        """An empty map of the Copperbelt; give it an atlas and a result."""
        super().__init__(parent)
        self.setMinimumSize(160, 120)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Map")
        self.setAccessibleDescription("Drag or arrow keys move, the wheel or plus and minus zoom, Home returns.")
        self._projection = projection or equal_earth()
        self._scene = Scene()
        self._painter = MapPainter()
        self._thread = RenderThread(self._painter, self)
        self._thread.finished.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._thread.failed.connect(self.failed, Qt.ConnectionType.QueuedConnection)
        self._front: tuple[QPixmap, Picture] | None = None
        self._spots: tuple[Hotspot, ...] = ()
        self._spot_xy = np.zeros((0, 2))
        self._spot_radius = np.zeros(0)
        self._legend: QPixmap | None = None
        self._show_legend = True
        self._serial = 0
        self._hover = ""
        self._tool: Tool = TOOLS["pan"](self)
        self._band: QRectF | None = None
        self._overlays: dict[str, tuple[Shape, ...]] = {}
        self._placed: list[Placed] = []
        self._history = ViewHistory()
        self._preview = ""
        self.show_tips = False
        """Whether what is under the pointer is said beside it."""
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._ask)
        self._view = Viewport(0.0, 0.0, 10_000.0, max(self.width(), 1), max(self.height(), 1))
        self._fitted: tuple[float, float, float, float] | None = HOME
        self._fit(HOME)

    # what is shown

    @property
    def scene(self) -> Scene:
        """What the map is about."""
        return self._scene

    def set_scene(self, **changes: Any) -> None:
        """Change fields of the scene; nothing is painted where nothing changes."""
        changed = {
            key: value
            for key, value in changes.items()
            if getattr(self._scene, key) is not value
            and (isinstance(value, Atlas | Result) or getattr(self._scene, key) != value)
        }
        if changed:
            self._scene = replace(self._scene, **changed)
            self._ask_soon(0)

    def set_atlas(self, atlas: Atlas | None) -> None:
        """The sites and links to draw."""
        self.set_scene(atlas=atlas)

    def set_result(self, result: Result | None, baseline: Result | None = None) -> None:
        """The flows to draw; with a baseline and levers, what is gained and lost against it."""
        self.set_scene(result=result, baseline=baseline)

    def set_commodity(self, commodity: str) -> None:
        """Only this commodity's sites and flows; empty = all."""
        self.set_scene(commodity=commodity)

    def set_blocked(self, ids: frozenset[str]) -> None:
        """Ids drawn as blocked."""
        self.set_scene(blocked=frozenset(ids))

    def set_hidden_layers(self, hidden: frozenset[str]) -> None:
        """Ids of layers of :data:`lodeway.carto.layers.LAYERS` that are off."""
        self.set_scene(hidden=frozenset(hidden))

    def set_theme(self, theme: Theme | str) -> None:
        """``light``, ``dark``, ``print`` or a theme."""
        self.set_scene(theme=THEMES[theme] if isinstance(theme, str) else theme)

    def set_language(self, language: str) -> None:
        """``en``, ``fr``, ``pt`` or ``zh`` for names on the map."""
        self.set_scene(language=language)

    @property
    def projection(self) -> Projection:
        """The map plane."""
        return self._projection

    def set_projection(self, projection: Projection, rotation_deg: float = 0.0) -> None:
        """Draw on another plane, turned clockwise about the middle; the place in the middle and the scale stay."""
        if projection == self._projection and rotation_deg == self._view.rotation_deg:
            return
        if projection != self._projection:
            kept = self.view()
            self._projection = projection
            self._front = None
            self._history = ViewHistory()
            self._place_overlays()
            xy = projection.forward_points(np.array([[kept.lon, kept.lat]]))[0]
            if abs(xy[0]) < NOWHERE_M:
                self._view = replace(self._view, x=float(xy[0]), y=float(xy[1]))
            else:
                self._fitted = None
                self._view = Viewport.fit(projection.bounds, self.width(), self.height(), 12)
        self._view = replace(self._view, rotation_deg=rotation_deg)
        if self._fitted is not None:
            self._fit(self._fitted)
        self._moved()

    def set_preview(self, preview: str) -> None:
        """Show the map as readers with fewer colours see it; see :data:`lodeway.paint.preview.PREVIEWS`."""
        self._preview = preview
        self._ask_soon(0)

    def set_legend_visible(self, visible: bool) -> None:
        """Show or hide the legend in the lower left corner."""
        self._show_legend = visible
        self.update()

    def set_tool(self, name: str) -> None:
        """Choose a tool of :data:`lodeway.ui.map.tools.TOOLS`."""
        self._tool.leave()
        self._tool = TOOLS[name](self)
        self.setCursor(self._tool.cursor)
        self.toolChanged.emit(name)

    @property
    def store(self) -> LayerStore:
        """Prepared geometry on the present plane; safe to ask from a worker."""
        return self._painter.plane(self._projection)[0]

    @property
    def tool(self) -> Tool:
        """The tool that pointer and keys go to."""
        return self._tool

    def set_overlay(self, name: str, shapes: tuple[Shape, ...]) -> None:
        """Draw these shapes over the map under a name of their own, in place of what was there."""
        if self._overlays.get(name, ()) is not shapes:
            self._overlays = {**self._overlays, name: shapes} if shapes else {
                key: kept for key, kept in self._overlays.items() if key != name
            }  # fmt: skip
            self._place_overlays()

    def _place_overlays(self) -> None:
        self._placed = [placed(shape, self._projection) for shapes in self._overlays.values() for shape in shapes]
        self.update()

    def lonlat_at(self, point: QPointF) -> tuple[float, float] | None:
        """Longitude and latitude of a point of the widget; ``None`` off the Earth."""
        lonlat = self._projection.inverse(self._view.to_map(np.array([[point.x(), point.y()]])))[0]
        return None if np.isnan(lonlat).any() else (float(lonlat[0]), float(lonlat[1]))

    # where it looks

    @property
    def viewport(self) -> Viewport:
        """The view in map metres and CSS pixels."""
        return self._view

    def view(self) -> View:
        """Centre and scale, to keep in a document."""
        lonlat = self._projection.inverse(np.array([[self._view.x, self._view.y]]))[0]
        lon, lat = (0.0, 0.0) if np.isnan(lonlat).any() else lonlat.tolist()
        return View(lon, lat, self._view.scale)

    def set_view(self, view: View) -> None:
        """Look at a kept view; it emits no ``viewChanged``."""
        x, y = self._projection.forward_points(np.array([[view.lon, view.lat]]))[0].tolist()
        if abs(x) >= NOWHERE_M:
            self.zoom_to_world()
            return
        self._fitted = None
        self._view = replace(self._view, x=x, y=y, scale=view.metres_per_pixel)
        self.update()
        self._ask_soon()

    def zoom_to(self, bounds: tuple[float, float, float, float]) -> None:
        """Show (west, south, east, north) in degrees; a box across 180 degrees has west > east."""
        self._fitted = bounds
        self._fit(bounds)
        self._moved()

    def zoom_to_world(self) -> None:
        """Show the whole Earth."""
        self._fitted = None
        whole = Viewport.fit(self._projection.bounds, self.width(), self.height(), 12)
        self._view = replace(whole, rotation_deg=self._view.rotation_deg)
        self._moved()

    def zoom_home(self) -> None:
        """Show where the corridors of the Copperbelt run."""
        self.zoom_to(HOME)

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Magnify about a point of the widget, by default its middle."""
        target = min(max(self._view.scale / factor, _FINEST_M), _COARSEST_M)
        place = (at.x(), at.y()) if at is not None else None
        self._fitted = None
        self._view = self._view.zoomed(self._view.scale / target, place)
        self._moved()

    def pan_by(self, dx: float, dy: float) -> None:
        """Drag the map by CSS pixels."""
        self._fitted = None
        self._view = self._view.panned(dx, dy)
        self._moved(covered=self._covers())

    def zoom_back(self, steps: int = 1) -> bool:
        """Go to the view before (or, with -1, after) this one; whether there was one."""
        found = self._history.go(-steps)
        if found is None:
            return False
        self._fitted = None
        self._view = found.resized(self.width(), self.height())
        self._moved()
        return True

    def show_band(self, band: QRectF | None) -> None:
        """Draw a rubber band over the map, or take it away."""
        self._band = band
        self.update()

    def thing_at(self, point: QPointF) -> tuple[str, str]:
        """Id and words of the nearest thing within reach of a point, or two empty strings."""
        if self._front is None or not len(self._spot_xy):
            return "", ""
        picture = self._front[1]
        inside = picture.request.view.to_picture(self._view.to_map(np.array([[point.x(), point.y()]])))[0]
        distance = np.hypot(*(self._spot_xy - inside).T) - self._spot_radius
        # of all things under the pointer the last drawn wins, otherwise the nearest
        under = np.flatnonzero(distance <= 0)
        nearest = int(under[-1]) if len(under) else int(np.argmin(distance))
        if distance[nearest] > _REACH_PX * picture.request.view.scale / self._view.scale:
            return "", ""
        spot = self._spots[nearest]
        return spot.id, spot.text

    def render_to_image(self, size: QSize | None = None, dpr: float = 1.0) -> QImage:
        """Paint what is shown at once, for pictures without a screen; raises LodewayError on damaged layers."""
        width, height = (size.width(), size.height()) if size is not None else (self.width(), self.height())
        view = self._view.resized(width, height)
        if self._fitted is not None:
            view = self._fit_view(self._fitted, width, height)
        picture = self._painter.paint(Request(0, self._scene, self._projection, view, view, dpr, self._preview))
        assert picture is not None
        image = picture.image
        if picture.legend is not None and self._show_legend:
            painter = QPainter(image)
            painter.scale(dpr, dpr)
            legend = picture.legend
            painter.drawImage(QPointF(12, height - 12 - legend.height() / dpr), legend)
            painter.end()
        return image

    def settled(self) -> bool:
        """Whether the newest picture asked for is on the screen."""
        if self._front is None or self._settle.isActive():
            return False
        picture = self._front[1]
        return picture.final and picture.request.serial == self._serial

    def shutdown(self) -> None:
        """Stop painting; the widget shows its last picture from now on."""
        self._settle.stop()
        self._thread.close()

    # inside

    def _fit_view(self, bounds: tuple[float, float, float, float], width: float, height: float) -> Viewport:
        west, south, east, north = bounds
        east = east + 360.0 if east < west else east
        lon, lat = np.linspace(west, east, 9), np.linspace(south, north, 9)
        edge = np.concatenate(
            [
                np.column_stack([lon, np.full(9, south)]),
                np.column_stack([lon, np.full(9, north)]),
                np.column_stack([np.full(9, west), lat]),
                np.column_stack([np.full(9, east), lat]),
            ]
        )
        xy = self._projection.forward_points(edge)
        xy = xy[np.abs(xy[:, 0]) < NOWHERE_M]
        box = (*xy.min(axis=0).tolist(), *xy.max(axis=0).tolist()) if len(xy) else self._projection.bounds
        view = replace(Viewport.fit(box, width, height, 16), rotation_deg=self._view.rotation_deg)
        return replace(view, scale=min(max(view.scale, _FINEST_M), _COARSEST_M))

    def _fit(self, bounds: tuple[float, float, float, float]) -> None:
        self._view = self._fit_view(bounds, max(self.width(), 1), max(self.height(), 1))

    def _moved(self, covered: bool = False) -> None:
        self.update()
        self.viewChanged.emit(self.view())
        self._ask_soon(_SETTLE_MS if covered else 15)

    def _covers(self) -> bool:
        """Whether the last picture still fills the widget."""
        if self._front is None or self._front[1].request.view.rotation_deg != self._view.rotation_deg:
            return False
        rect = self._rect_of_front()
        return bool(rect.contains(QRectF(0, 0, self.width(), self.height())))

    def _ask_soon(self, delay_ms: int = _SETTLE_MS) -> None:
        self._settle.start(delay_ms)

    def _ask(self) -> None:
        if self.width() < 2 or self.height() < 2 or not self.isVisible():
            return
        self._serial += 1
        margin = _MARGIN * max(self.width(), self.height()) * 0.5
        grown, dpr = self._view.grown(margin), self.devicePixelRatioF()
        self._thread.ask(
            Request(
                self._serial,
                self._scene,
                self._projection,
                grown,
                self._view,
                dpr,
                self._preview,
                first=self._front is None,
            )
        )

    def _show(self, picture: Picture) -> None:
        image = picture.image
        image.setDevicePixelRatio(picture.request.dpr)
        self._front = (QPixmap.fromImage(image), picture)
        self._legend = QPixmap.fromImage(picture.legend) if picture.legend is not None else None
        self._spots = picture.hotspots
        self._spot_xy = np.array([(s.x, s.y) for s in picture.hotspots]).reshape(-1, 2)
        self._spot_radius = np.array([s.radius for s in picture.hotspots])
        self.update()
        if picture.final:
            self._history.keep(self._view)
            self.painted.emit(picture.seconds)

    def _rect_of_front(self) -> QRectF:
        assert self._front is not None
        seen = self._front[1].request.view
        now = replace(self._view, rotation_deg=seen.rotation_deg)
        corner = now.to_picture(seen.to_map(np.array([[0.0, 0.0]])))[0]
        ratio = seen.scale / self._view.scale
        return QRectF(corner[0], corner[1], seen.width * ratio, seen.height * ratio)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Blit the last picture where it belongs now."""
        painter = QPainter(self)
        theme = self._scene.theme
        painter.fillRect(self.rect(), QColor(theme.backdrop if self._front is None else theme.sea))
        if self._front is None:
            painter.setPen(QColor(theme.text_muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("Drawing the map …"))
        else:
            pixmap, picture = self._front
            rect = self._rect_of_front()
            turn = self._view.rotation_deg - picture.request.view.rotation_deg
            if turn:
                painter.save()
                painter.translate(self.width() / 2, self.height() / 2)
                painter.rotate(turn)
                painter.translate(-self.width() / 2, -self.height() / 2)
            if abs(picture.request.view.scale / self._view.scale - 1.0) < 1e-9:
                painter.drawPixmap(rect.topLeft().toPoint(), pixmap)
            else:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, rect.width() < 3 * self.width())
                painter.drawPixmap(rect, pixmap, QRectF(pixmap.rect()))
            if turn:
                painter.restore()
        if self._legend is not None and self._show_legend:
            height = self._legend.height() / self._legend.devicePixelRatio()
            painter.drawPixmap(QPointF(12, self.height() - 12 - height), self._legend)
        if self._placed:
            overlay.draw(painter, self._placed, self._view, theme.panel)
        if self._band is not None:
            painter.setPen(QColor(theme.text))
            painter.setBrush(QColor(theme.text_muted[:7] + "00"))
            painter.drawRect(self._band)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep centre and scale; a view that was fitted is fitted again."""
        super().resizeEvent(event)
        self._view = self._view.resized(self.width(), self.height())
        if self._fitted is not None:
            self._fit(self._fitted)
        self._ask_soon(15)

    def showEvent(self, event: Any) -> None:
        """Ask for the first picture."""
        super().showEvent(event)
        self._ask_soon(0)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave no thread behind."""
        self.shutdown()
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """A picture for the new screen's pixels."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._ask_soon()
        super().changeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """To the tool; the right button asks for the menu."""
        if event.button() == Qt.MouseButton.RightButton:
            self.contextRequested.emit(self.thing_at(event.position())[0], event.globalPosition().toPoint())
        else:
            self._tool.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """To the tool; tells what is under the pointer."""
        self._tool.move(event)
        if event.buttons() == Qt.MouseButton.NoButton:
            found, words = self.thing_at(event.position())
            if (found or words) != self._hover:
                self._hover = found or words
                if self.show_tips and words:
                    QToolTip.showText(event.globalPosition().toPoint() + QPoint(14, 14), words, self)
                self.hovered.emit(found, words)
        self.pointed.emit(*(self.lonlat_at(event.position()) or (None, None)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """To the tool."""
        self._tool.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """To the tool; else it is a press like another."""
        if not self._tool.double(event):
            self._tool.press(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._hover = ""
        self.hovered.emit("", "")
        self.pointed.emit(None, None)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer: one notch is a factor of the square root of two."""
        notches = event.angleDelta().y() / 120.0
        if notches:
            self.zoom_by(2.0 ** (notches / 2), event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move, plus and minus zoom, Home returns, Space moves with the pointer."""
        step = 90.0 if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 360.0
        moves = {
            Qt.Key.Key_Left: (step, 0.0),
            Qt.Key.Key_Right: (-step, 0.0),
            Qt.Key.Key_Up: (0.0, step),
            Qt.Key.Key_Down: (0.0, -step),
        }
        key = Qt.Key(event.key())
        if key in moves:
            self.pan_by(*moves[key])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(2.0)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(0.5)
        elif key == Qt.Key.Key_Home:
            self.zoom_home()
        elif not self._tool.key(event, down=True):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """To the tool."""
        if not self._tool.key(event, down=False):
            super().keyReleaseEvent(event)
