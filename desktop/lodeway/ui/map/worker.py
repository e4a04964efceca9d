"""The one thread that paints maps: the newest request wins, an older one is dropped between two batches."""

from __future__ import annotations

import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPainter

from lodeway.carto.compose import Composer
from lodeway.carto.display import Hotspot
from lodeway.carto.legend import map_legend
from lodeway.carto.scene import Frame, Scene
from lodeway.carto.store import LayerStore
from lodeway.errors import LodewayError
from lodeway.geo.projection import Projection
from lodeway.geo.viewport import Viewport
from lodeway.paint.fonts import measure
from lodeway.paint.painter import new_image, paint
from lodeway.paint.preview import previewed

_PLANES_KEPT = 2


@dataclass(frozen=True)
class Request:
    """A picture to paint: ``view`` in CSS pixels, already with the margin; ``dpr`` device pixels per CSS pixel."""

    serial: int
    scene: Scene
    projection: Projection
    view: Viewport
    inner: Viewport
    dpr: float
    preview: str = ""
    """An id of :data:`lodeway.paint.preview.PREVIEWS`."""
    first: bool = False
    """Whether there is no picture yet: then the ground is shown as soon as it is painted."""


@dataclass(frozen=True)
class Picture:
    """A finished picture, what the pointer can meet in it, and its legend."""

    request: Request
    image: QImage
    hotspots: tuple[Hotspot, ...]
    legend: QImage | None
    seconds: float = 0.0
    final: bool = field(default=True)


class MapPainter:
    """Composes and paints; keeps prepared layers, network and flows between pictures. One thread at a time."""

    def __init__(self) -> None:
        self._planes: OrderedDict[Projection, tuple[LayerStore, Composer]] = OrderedDict()
        self._lock = threading.Lock()
        self._choosing = threading.Lock()

    def plane(self, projection: Projection) -> tuple[LayerStore, Composer]:
        """What is prepared for a projection; of the last ones only a few are kept. From any thread."""
        with self._choosing:
            found = self._planes.get(projection)
            if found is None:
                others = list(self._planes.values())
                found = (LayerStore(projection), Composer(projection, others[-1][1] if others else None))
                self._planes[projection] = found
                while len(self._planes) > _PLANES_KEPT:
                    self._planes.popitem(last=False)
            self._planes.move_to_end(projection)
            return found

    def paint(
        self,
        request: Request,
        stop: threading.Event | None = None,
        show: Callable[[Picture], None] | None = None,
    ) -> Picture | None:
        """The picture of a request, or ``None`` if ``stop`` was set on the way; ``show`` gets the first ground."""

        def stopped() -> bool:
            return stop is not None and stop.is_set()

        started = time.perf_counter()
        with self._lock:
            view, scene = request.view, request.scene
            store, composer = self.plane(request.projection)
            frame = Frame(view, store, measure)
            image = new_image(round(view.width * request.dpr), round(view.height * request.dpr), scene.theme.backdrop)
            painter = QPainter(image)
            try:
                painter.scale(request.dpr, request.dpr)
                hotspots: list[Hotspot] = []
                for part in composer.batches(scene, frame):
                    if stopped() or not paint(part.records, painter, stop=stopped):
                        return None
                    hotspots += part.hotspots
                    if show is not None and request.first:
                        show(Picture(request, image.copy(), (), None, time.perf_counter() - started, final=False))
                        show = None
            finally:
                painter.end()
            legend = self._legend(composer, scene, Frame(request.inner, store, measure), request.dpr, request.preview)
            image = previewed(image, request.preview)
        return Picture(request, image, tuple(hotspots), legend, time.perf_counter() - started)

    @staticmethod
    def _legend(composer: Composer, scene: Scene, frame: Frame, dpr: float, preview: str) -> QImage | None:
        made = map_legend(scene, frame, composer.flow_scale(scene, frame))
        if made is None:
            return None
        image = QImage(round(made.width * dpr), round(made.height * dpr), QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        try:
            painter.scale(dpr, dpr)
            paint(made.records, painter)
        finally:
            painter.end()
        image.setDevicePixelRatio(dpr)
        return previewed(image, preview)


class RenderThread(QObject):
    """Runs :class:`MapPainter` beside the window. ``finished`` carries a :class:`Picture`, ``failed`` a sentence."""

    finished = Signal(object)
    failed = Signal(str)

    def __init__(self, painter: MapPainter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._painter = painter
        self._wake = threading.Condition()
        self._next: Request | None = None
        self._cancel = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None

    @property
    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def ask(self, request: Request) -> None:
        """Paint this next; what is being painted or waiting is dropped."""
        with self._wake:
            if self._closed:
                return
            self._next = request
            self._cancel.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="lodeway-map", daemon=True)
                self._thread.start()
            self._wake.notify()

    def close(self) -> None:
        """Stop and wait for the thread; safe to call twice."""
        with self._wake:
            self._closed = True
            self._cancel.set()
            self._wake.notify()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=10.0)

    def _run(self) -> None:
        while True:
            with self._wake:
                while self._next is None and not self._closed:
                    self._wake.wait()
                if self._closed:
                    return
                request, self._next = self._next, None
                self._cancel.clear()
            assert request is not None
            try:
                picture = self._painter.paint(request, self._cancel, self._offer)
            except LodewayError as error:
                self._tell(str(error))
                continue
            except Exception:  # noqa: BLE001 - the thread must live on; the window says what happened
                traceback.print_exc()
                self._tell("The map could not be drawn; the details are on the terminal.")
                continue
            if picture is not None:
                self._offer(picture)

    def _offer(self, picture: Picture) -> None:
        if not self._closed:
            self.finished.emit(picture)

    def _tell(self, sentence: str) -> None:
        if not self._closed:
            self.failed.emit(sentence)
