"""The Criticality tab of the Results dock: close everything once, and see the ranking grow while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from lodeway.ui import numbers, words
from lodeway.ui.bridge import Bridge
from lodeway.ui.panels.grid import Cell, Grid
from lodeway.ui.panels.results_exposure import button
from lodeway.ui.theme import COLOURS
from lodeway.ui.widgets import named

if TYPE_CHECKING:
    from lodeway.studies.n1 import Outage

KINDS = {"link": "Link", "route": "Route", "port": "Port", "gate": "Gate", "plant_country": "All plants"}
INVITATION = (
    "What hurts most if it closes? Run N-1 closes every link, route, port, gate and plant country once and ranks what "
    "the world loses. It takes some seconds; the map stays free."
)


class RankingTab(QWidget):
    """Starts and cancels the study through the session; a chosen row is chosen on the map."""

    export_asked = Signal(object)
    """The grid."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._shown: tuple[object, ...] = ()
        self.start = button("Run N-1", "Close everything once and rank what is lost", self._start)
        self.start.setAutoRaise(False)
        self.stop = button("Cancel", "Stop the study; what is found stays", bridge.session.cancel_study)
        self.bar = named(QProgressBar(), "Progress of the study")
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setMaximumHeight(8)
        self.state = QLabel()
        self.state.setProperty("role", "quiet")
        self.empty = QLabel(INVITATION, wordWrap=True)
        self.empty.setProperty("role", "quiet")
        self.empty.setMargin(8)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.grid = Grid("Criticality: what a closure loses", lambda: COLOURS[bridge.document.theme], self)
        bar = QHBoxLayout()
        bar.setContentsMargins(4, 2, 4, 2)
        bar.addWidget(self.start)
        bar.addWidget(self.stop)
        bar.addWidget(self.state, 1)
        bar.addWidget(self.bar, 1)
        bar.addWidget(button("Copy", "Copy the chosen rows, or all (Ctrl+C)", self.grid.copy))
        bar.addWidget(button("Export…", "Write the table as CSV or workbook", self._export))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self.grid, 1)
        layout.addWidget(self.empty, 1)
        self.grid.selectionModel().currentRowChanged.connect(self._select)
        for signal in (bridge.study_changed, bridge.chosen_changed, bridge.scenario_changed, bridge.answer_changed):
            signal.connect(self._show)
        self._show()

    def _export(self) -> None:
        self.export_asked.emit(self.grid)

    def _start(self) -> None:
        self._bridge.session.start_study()

    def _select(self) -> None:
        index = self.grid.currentIndex()
        identifier = index.data(Qt.ItemDataRole.UserRole) if index.isValid() else ""
        if identifier and not identifier.startswith("country:"):
            self._bridge.session.select(identifier)

    def _show(self) -> None:
        document = self._bridge.document
        study = document.study
        running = study is not None and study.phase == "running"
        self.start.setEnabled(document.baseline is not None and not running)
        self.stop.setVisible(running)
        self.bar.setVisible(running)
        self.bar.setValue(round(1000 * study.fraction) if study is not None else 0)
        self.grid.setVisible(study is not None)
        self.empty.setVisible(study is None)
        if study is None:
            self.state.clear()
            return
        about = words.scenario_words(document.atlas, study.scenario)
        older = "" if study.scenario == document.scenario else " (an earlier scenario: run it again)"
        state = {
            "running": f"{len(study.outages)} closed so far",
            "done": f"{len(study.outages)} closures. {about}{older}",
            "cancelled": f"Cancelled after {len(study.outages)} closures{older}",
            "failed": study.words,
        }[study.phase]
        self.state.setText(state)
        self.state.setToolTip(state)
        shown = (study.outages, document.commodity)
        if shown != self._shown:
            self._shown = shown
            self._fill(study.outages, document.commodity)

    def _fill(self, outages: tuple[Outage, ...], commodity: str) -> None:
        atlas = self._bridge.document.atlas
        metal = words.name_of(atlas, commodity) if commodity else ""
        headings = [
            ("Closed", "The thing that is closed, alone"),
            ("Kind", "Link, route, port, gate, or all plants of a country"),
            ("Value lost", "Tonnes that no longer arrive, at today's prices, all solved commodities, USD a year"),
            (f"Lost {metal.lower()}" if metal else "Lost", "Tonnes a year of the chosen commodity that do not arrive"),
            ("Added cost", "Added cost of what still arrives, USD a year; not added to the value lost"),
            ("Δ Days", "Mean days added, of the commodity that is delayed most"),
            ("Flow", "What it carries now, gross tonnes a year (plants: contained tonnes made)"),
        ]
        worst = max((o.lost_value_usd or 0.0 for o in outages), default=0.0) or 1.0
        rows: list[tuple[Cell, ...]] = []
        for o in outages:
            loss = o.of(commodity) if commodity else None
            tonnes = loss.lost_t if loss is not None else None
            value = o.lost_value_usd
            name = words.short_name(atlas, o.id)
            rows.append((
                Cell(name, name, help=o.id),
                Cell(KINDS[o.kind], KINDS[o.kind]),
                Cell(numbers.usd(value), value, None if value is None else max(0.0, value) / worst),
                Cell(numbers.tonnes(tonnes), tonnes),
                Cell(numbers.usd(o.added_cost_usd, sign=True), o.added_cost_usd),
                Cell(numbers.DASH if o.added_days is None else numbers.signed(o.added_days, 1), o.added_days),
                Cell(numbers.tonnes(o.flow_t_per_year), o.flow_t_per_year),
            ))  # fmt: skip
        first = not self.grid.grid.rows
        self.grid.grid.show("Criticality", headings, [o.id for o in outages], rows)
        if first:
            self.grid.widths(176, 84)
            self.grid.sortByColumn(2, Qt.SortOrder.DescendingOrder)
