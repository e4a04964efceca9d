"""The status bar: what is under the pointer, where, at which scale, and what the solver does."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QSizePolicy, QStatusBar, QToolButton, QWidget

from lodeway.geo.projection import projection_of
from lodeway.ui import numbers
from lodeway.ui.bridge import Bridge
from lodeway.ui.widgets import named

CSS_PIXELS_PER_METRE = 96 / 0.0254


class StatusBar(QStatusBar):
    """Listens to the bridge; hover and pointer position come from the map."""

    task_cancelled = Signal()
    """What runs in the background is to be stopped."""
    crs_asked = Signal()
    """The projection was clicked."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.hover = named(QLabel(), "Under the pointer")
        self.hover.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.position = named(QLabel(), "Position of the pointer, WGS 84")
        self.scale = named(QLabel(), "Scale of the map at its centre")
        self.state = named(QLabel(), "State of the solver")
        self.progress = named(QProgressBar(textVisible=False), "Progress")
        self.progress.setMaximumWidth(96)
        self.progress.hide()
        self.task = named(QLabel(), "What is being read or written")
        self.stop = named(QToolButton(), "Stop reading or writing")
        self.stop.setText("Stop")
        self.stop.clicked.connect(self.task_cancelled)
        self.task.hide()
        self.stop.hide()
        self.addWidget(self.hover, 1)
        self.addPermanentWidget(self.task)
        self.addPermanentWidget(self.stop)
        self.crs = named(QToolButton(), "Projection of the map", "Choose another projection of the map")
        self.crs.clicked.connect(self.crs_asked)
        for widget in (self.progress, self.state, self.position, self.scale, self.crs):
            self.addPermanentWidget(widget)
        self.setSizeGripEnabled(False)
        bridge.work_changed.connect(self._show_work)
        bridge.answer_changed.connect(self._show_work)
        bridge.view_changed.connect(self._show_view)
        bridge.plane_changed.connect(self._show_plane)
        self._show_work()
        self._show_view()
        self._show_plane()

    def show_hover(self, text: str) -> None:
        """Name of what is under the pointer, or empty."""
        self.hover.setText(text)
        self.hover.setToolTip(text)

    def show_task(self, words: str, share: float | None) -> None:
        """What is being read or written, with a button that stops it; empty words end it."""
        self.task.setVisible(bool(words))
        self.stop.setVisible(bool(words))
        self.task.setText(words if share is None else f"{words} ({share:.0%})")

    def show_position(self, lon: float | None, lat: float | None) -> None:
        """Pointer position in degrees WGS 84; ``None`` off the globe."""
        self.position.setText("" if lon is None or lat is None else numbers.position(lon, lat))

    def _show_work(self) -> None:
        document = self._bridge.document
        work = document.work
        if work.phase in ("loading", "solving"):
            text = f"{work.words} …"
        elif work.phase == "failed":
            text = work.words
        elif document.is_current and document.answer is not None:
            info = document.answer.result.info
            text = f"Optimal, {numbers.plain(info.seconds * 1000)} ms"
        else:
            text = work.words
        self.state.setText(text if len(text) <= 72 else f"{text[:70]}…")
        self.state.setToolTip(text)
        self.progress.setVisible(work.phase == "loading")
        if work.fraction is None:
            self.progress.setRange(0, 0)
        else:
            self.progress.setRange(0, 100)
            self.progress.setValue(round(work.fraction * 100))

    def _show_plane(self) -> None:
        plane = self._bridge.document.plane
        title = projection_of(plane.crs, plane.central_deg).title
        self.crs.setText(title if len(title) <= 34 else f"{title[:33]}…")
        self.crs.setToolTip(f"{title}: click to choose another projection of the map")

    def _show_view(self) -> None:
        view = self._bridge.document.view
        if view is None:
            self.scale.setText("")
            return
        scale = view.metres_per_pixel * CSS_PIXELS_PER_METRE
        step = 10 ** max(0, len(str(int(scale))) - 3)
        self.scale.setText(f"1:{numbers.plain(round(scale / step) * step)}")
