"""The Results dock: the answer in one sentence, four figures against the baseline, tables, and why."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from lodeway.ui import numbers, words
from lodeway.ui.bridge import Bridge
from lodeway.ui.dock_title import ElidedLabel
from lodeway.ui.panels.figures import Figures, market_figures, reasons, total_figures
from lodeway.ui.panels.results_exposure import ExposureTab
from lodeway.ui.panels.results_ranking import RankingTab
from lodeway.ui.panels.results_tables import CHANGE_COLUMNS, FiguresModel, figures_table
from lodeway.ui.widgets import named

TITLE = "Results"
_NOTHING = 0.05
"""Changes of cost (USD/t) or days below this are no change."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one card shows: the big figure, the words beside it, and whether it is a loss or a gain."""

    figure: str
    beside: str
    role: str = "quiet"
    help: str = ""


class Card(QFrame):
    """One number big, its change beside it."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._title = QLabel(title)
        self._title.setProperty("role", "quiet")
        self._figure = QLabel()
        self._figure.setProperty("role", "figure")
        self._beside = QLabel()
        self._beside.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout = QGridLayout(self)
        layout.setContentsMargins(8, 3, 8, 3)
        layout.setHorizontalSpacing(6)
        layout.setVerticalSpacing(0)
        layout.addWidget(self._title, 0, 0, 1, 2)
        layout.addWidget(self._figure, 1, 0, Qt.AlignmentFlag.AlignBaseline)
        layout.addWidget(self._beside, 1, 1, Qt.AlignmentFlag.AlignBaseline)
        layout.setColumnStretch(1, 1)

    def show_reading(self, reading: Reading) -> None:
        """Other figures; colours follow the role, and the sign says the same."""
        self._figure.setText(reading.figure)
        self._beside.setText(reading.beside)
        self._beside.setToolTip(reading.beside)
        if self._beside.property("role") != reading.role:
            self._beside.setProperty("role", reading.role)
            self._beside.style().unpolish(self._beside)
            self._beside.style().polish(self._beside)
        self.setToolTip(reading.help)
        self.setAccessibleName(f"{self._title.text()}: {reading.figure} {reading.beside}")


CARDS = ("Unmet demand", "Rerouted", "Cost, USD per tonne", "Days, mine to market")


def readings(figures: Figures | None) -> tuple[Reading, Reading, Reading, Reading]:
    """What the four cards say of one commodity; dashes where there is nothing to say yet."""
    if figures is None:
        return (Reading(numbers.DASH, ""),) * 4
    changed = figures.unmet_change_t is not None
    unmet_change = figures.unmet_change_t or 0.0
    of_demand = numbers.percent(figures.unmet_t / figures.demand_t) if figures.demand_t > 0 else numbers.DASH
    unmet = Reading(
        numbers.tonnes(figures.unmet_t),
        numbers.tonnes(unmet_change, sign=True) if abs(unmet_change) >= 0.5 else f"{of_demand} of demand",
        "loss" if unmet_change >= 0.5 else "gain" if unmet_change <= -0.5 else "quiet",
        f"{numbers.tonnes_exact(figures.unmet_t)} of {numbers.tonnes_exact(figures.demand_t)} wanted do not arrive",
    )
    rerouted = Reading(
        numbers.tonnes(figures.rerouted_t) if changed else numbers.DASH,
        "a year" if changed else "against baseline",
        "quiet",
        "Tonnes a year that take another way than in the baseline",
    )
    return unmet, rerouted, _per_tonne(figures), _transit(figures)


def _per_tonne(figures: Figures) -> Reading:
    added, level = figures.added_cost_usd_per_t, _bare(figures.cost_usd_per_t, 0)
    help_text = "Mean cost per delivered tonne, from mine to market"
    if added is None:
        return Reading(level, "delivered", "quiet", help_text)
    role = "loss" if added >= _NOTHING else "gain" if added <= -_NOTHING else "quiet"
    decimals = 0 if abs(added) >= 9.95 else 1
    figure = numbers.signed(added, decimals) if role != "quiet" else "±0"
    return Reading(figure, f"to {level}", role, help_text)


def _transit(figures: Figures) -> Reading:
    added, level = figures.added_days, _bare(figures.days, 1)
    help_text = "Mean days per delivered tonne, from mine to market"
    if added is None:
        return Reading(level, "on average", "quiet", help_text)
    role = "loss" if added >= _NOTHING else "gain" if added <= -_NOTHING else "quiet"
    figure = numbers.signed(added, 1) if role != "quiet" else "±0"
    return Reading(figure, f"to {level}", role, help_text)


def _bare(value: float | None, decimals: int) -> str:
    """A figure whose unit is in the title of its card."""
    return numbers.DASH if value is None else numbers.plain(value, decimals)


class ResultsPanel(QWidget):
    """Shows the newest answer; while a newer question is open it says so."""

    export_asked = Signal(object)
    """A :class:`lodeway.ui.panels.grid.Grid` whose rows are wanted as a file."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("results")
        self._bridge = bridge
        self.sentence = ElidedLabel("The answer in words")
        self.sentence.setProperty("role", "heading")
        self.cards = [Card(title) for title in CARDS]
        self.markets = FiguresModel(per_market=True, parent=self)
        self.commodities = FiguresModel(per_market=False, parent=self)
        self.why = named(QListWidget(), "Why tonnes are missing")
        self.why.setWordWrap(True)
        self.why.setAlternatingRowColors(True)
        self.tabs = named(QTabWidget(documentMode=True), "Tables of the answer")
        self.tabs.tabBar().setAccessibleName("Tables of the answer")
        self.tables = (
            figures_table(self.markets, "Figures per market"),
            figures_table(self.commodities, "Figures per commodity"),
        )
        self.tabs.addTab(self.tables[0], "Markets")
        self.tabs.addTab(self.tables[1], "Commodities")
        self.exposure = ExposureTab(bridge)
        self.ranking = RankingTab(bridge)
        for tab in (self.exposure, self.ranking):
            tab.export_asked.connect(self.export_asked)
        self.tabs.addTab(self.exposure, "Exposure")
        self.tabs.addTab(self.ranking, "Criticality")
        self.tabs.addTab(self.why, "Why")
        cards = QGridLayout()
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(4)
        for number, card in enumerate(self.cards):
            cards.addWidget(card, number // 2, number % 2)
        cards.setRowStretch(2, 1)
        holder = QWidget()
        holder.setLayout(cards)
        holder.setMinimumWidth(300)
        holder.setMaximumWidth(420)
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(8)
        body.addWidget(holder, 2)
        body.addWidget(self.tabs, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 2, 0, 2)
        layout.setSpacing(0)
        layout.addLayout(body, 1)
        for signal in (bridge.atlas_changed, bridge.answer_changed, bridge.chosen_changed, bridge.scenario_changed,
                       bridge.work_changed):  # fmt: skip
            signal.connect(self._show)
        self._show()

    def sizeHint(self) -> QSize:
        """Low: the map comes first."""
        return QSize(640, 104)

    def minimumSizeHint(self) -> QSize:
        """The cards, always whole."""
        return QSize(400, 98)

    def _show(self) -> None:
        document = self._bridge.document
        totals = total_figures(document)
        chosen = next((f for f in totals if f.commodity == document.commodity), None)
        shown = chosen or (totals[0] if len(totals) == 1 else None)
        for card, reading in zip(self.cards, readings(shown), strict=True):
            card.show_reading(reading)
        self.sentence.say(self._sentence(chosen))
        self.markets.show(market_figures(document), document.atlas)
        self.commodities.show(totals, document.atlas)
        for table in self.tables:
            for column in CHANGE_COLUMNS:
                table.setColumnHidden(column, not document.scenario_asked)
        self._show_reasons()

    def _sentence(self, figures: Figures | None) -> str:
        document = self._bridge.document
        if document.atlas is None or document.baseline is None:
            return document.work.words or "No answer yet"
        if document.work.phase == "failed":
            return f"No answer: {document.work.words}"
        condition = words.scenario_words(document.atlas, document.scenario)
        if not document.is_current:
            return f"{condition} …"
        if figures is None:
            if document.commodity:
                return f"{words.name_of(document.atlas, document.commodity)} is drawn but not solved."
            return f"{condition}: figures per commodity in the table"
        metal = words.name_of(document.atlas, figures.commodity).lower()
        if figures.unmet_change_t is None:
            return f"{condition}: {numbers.tonnes(figures.delivered_t)} of {metal} arrive a year"
        parts = []
        if figures.unmet_change_t >= 0.5:
            parts.append(f"{numbers.tonnes(figures.unmet_change_t)} of {metal} a year no longer arrive")
        elif figures.unmet_change_t <= -0.5:
            parts.append(f"{numbers.tonnes(-figures.unmet_change_t)} more {metal} a year arrive")
        if (figures.rerouted_t or 0.0) >= 0.5:
            parts.append(f"{numbers.tonnes(figures.rerouted_t)} take another way")
        return f"{condition}: {' and '.join(parts) if parts else f'nothing changes for {metal}'}"

    def _show_reasons(self) -> None:
        document = self._bridge.document
        self.why.clear()
        for reason in reasons(document):
            self.why.addItem(f"{numbers.tonnes(reason.tonnes)}  {reason.words}" if reason.tonnes else reason.words)
        if not self.why.count() and document.baseline is not None:
            self.why.addItem("No tonne of it is missing.")
