"""Three things to try: the card on the map at the first start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from lodeway.model.atlas import Atlas
from lodeway.session.commands import Block, ChooseCommodity, ChooseMarket, Command
from lodeway.ui import words
from lodeway.ui.widgets import named

_MARGIN_PX = 12


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing to try: its words, what it needs in the atlas, its steps, and what the map then shows."""

    words: str
    needs: tuple[str, ...]
    steps: Callable[[Atlas], tuple[Command, ...]]
    show: str


def _block(identifier: str) -> Callable[[Atlas], tuple[Command, ...]]:
    return lambda atlas: (Block(identifier, words.short_name(atlas, identifier)),)


TRIALS: tuple[Trial, ...] = (
    Trial("Block the Lobito Corridor: where does its copper go?", ("route:lobito",), _block("route:lobito"),
          "route:lobito"),
    Trial("Close the Suez Canal: who waits longer?", ("gate:suez",), _block("gate:suez"), "gate:suez"),
    Trial("See whose cobalt passes which route", ("market:CHN", "commodity:cobalt"),
          lambda atlas: (ChooseCommodity("commodity:cobalt", words.name_of(atlas, "commodity:cobalt")),
                         ChooseMarket("market:CHN", words.name_of(atlas, "market:CHN"))), ""),
)  # fmt: skip


class StartCard(QFrame):
    """Sits in the upper left corner of the map until it is closed."""

    tried = Signal(object)
    """The ``Trial`` that was chosen."""
    closed = Signal()

    def __init__(self, atlas: Atlas, colour_icon: Callable[[str], QIcon], over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("card")
        heading = QLabel("Three things to try")
        heading.setProperty("role", "heading")
        close = named(QToolButton(), "Close", "Close (Help > Three Things to Try shows it again)")
        close.setIcon(colour_icon("x"))
        close.clicked.connect(self._close)
        top = QHBoxLayout()
        top.addWidget(heading, 1)
        top.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.setSpacing(4)
        layout.addLayout(top)
        known = {*atlas.routes, *atlas.gates, *atlas.markets, *atlas.commodities}
        for trial in TRIALS:
            if known.issuperset(trial.needs):
                button = QPushButton(trial.words)
                button.setStyleSheet("text-align: left")
                button.clicked.connect(lambda _=False, trial=trial: self.tried.emit(trial))
                layout.addWidget(button)
        undo = QLabel("Ctrl+Z takes every step back.")
        undo.setProperty("role", "quiet")
        layout.addWidget(undo)
        over.installEventFilter(self)
        self.adjustSize()
        self._place()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner when the map changes its size."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        self.move(_MARGIN_PX, _MARGIN_PX)
        self.raise_()

    def _close(self) -> None:
        self.closed.emit()
        self.deleteLater()
