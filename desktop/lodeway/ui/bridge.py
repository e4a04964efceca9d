"""The one bridge from the session to Qt: the difference of two documents becomes signals. Widgets listen only here."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from lodeway.session.document import Document
from lodeway.session.engine import Engine
from lodeway.session.session import Session
from lodeway.session.settings import Autosave


class Bridge(QObject):
    """Holds the session of one window. Each signal carries nothing: listeners read ``document``."""

    atlas_changed = Signal()
    scenario_changed = Signal()
    answer_changed = Signal()
    """Baseline, answer, or whether the answer is still that of the shown scenario."""
    chosen_changed = Signal()
    """Market or commodity."""
    layers_changed = Signal()
    plane_changed = Signal()
    """Projection or rotation of the map."""
    own_changed = Signal()
    """The user's layers: which, their order, or how they are shown."""
    notes_changed = Signal()
    """The user's notes on the map."""
    theme_changed = Signal()
    view_changed = Signal()
    selection_changed = Signal()
    features_changed = Signal()
    """Which features of the layers are chosen."""
    work_changed = Signal()
    study_changed = Signal()
    history_changed = Signal()
    _delivered = Signal(object)

    def __init__(
        self,
        engine: Engine,
        autosave: Autosave | None = None,
        first: Document | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._delivered.connect(self._run, Qt.ConnectionType.QueuedConnection)
        self.session = Session(engine, self._delivered.emit, autosave, first)
        self.session.listen(self._tell)

    @property
    def document(self) -> Document:
        """What is, now."""
        return self.session.document

    def _run(self, action: Callable[[], None]) -> None:
        action()

    def _tell(self, before: Document, after: Document) -> None:
        changed = {
            self.atlas_changed: before.atlas is not after.atlas,
            self.plane_changed: before.plane != after.plane,
            self.own_changed: before.own != after.own,
            self.theme_changed: before.theme != after.theme,
            self.chosen_changed: (before.market, before.commodity) != (after.market, after.commodity),
            self.layers_changed: (before.hidden_layers, before.looks) != (after.hidden_layers, after.looks),
            self.notes_changed: before.notes != after.notes,
            self.scenario_changed: before.scenario != after.scenario,
            self.answer_changed: (before.baseline is not after.baseline)
            or (before.answer is not after.answer)
            or before.is_current != after.is_current,
            self.view_changed: before.view != after.view,
            self.selection_changed: before.selection != after.selection,
            self.features_changed: before.features != after.features,
            self.work_changed: before.work != after.work,
            self.study_changed: before.study is not after.study,
        }
        for signal, is_changed in changed.items():
            if is_changed:
                signal.emit()
        self.history_changed.emit()
