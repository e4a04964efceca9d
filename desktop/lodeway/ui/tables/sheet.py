"""One opened attribute table: a line to search, the grid, the statistics, and what can be done with the rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from lodeway.model.expression import select
from lodeway.model.table import Mask, Rows, Statistics, Table, order, plain_cells, search, statistics
from lodeway.session.jobs import Jobs, Ticket
from lodeway.ui import numbers
from lodeway.ui.tables.model import TableModel
from lodeway.ui.tables.statistics import StatisticsPane
from lodeway.ui.tables.view import TableGrid
from lodeway.ui.widgets import named

_TYPING_MS = 120
_MOST_COPIED = 200_000


@dataclass(frozen=True)
class Wanted:
    """Which rows, and how they are sorted."""

    text: str = ""
    only_chosen: bool = False
    by: tuple[str, bool] | None = None
    """(column, from the greatest down)."""


class TableSheet(QWidget):
    """A table over one layer. ``choose`` is called with the mask of features that the user wants chosen."""

    opened = Signal(int)
    """Number of a feature to show on the map."""
    said = Signal(str)
    """One sentence about what was done or could not be."""
    export_asked = Signal()
    zoom_asked = Signal()

    def __init__(self, table: Table, jobs: Jobs, choose: Callable[[Mask], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table, self._jobs, self._choose = table, jobs, choose
        self._wanted = Wanted()
        self.model = TableModel(table, self)
        self.grid = TableGrid(self.model, self)
        self.line = named(
            QLineEdit(),
            "Search in the table",
            "Words or a number, all of them in a row; or an expression after =, like =t > 1000",
        )
        self.line.setPlaceholderText("Search rows")
        self.line.setClearButtonEnabled(True)
        self.count = QLabel()
        self.count.setProperty("role", "quiet")
        self.only = self._button("Chosen Only", "Show only the chosen rows", checkable=True)
        self.pane = StatisticsPane(table)
        self.pane.hide()
        self.figures = self._button("Statistics", "Figures of one column, over the chosen rows or else those found",
                                    checkable=True)  # fmt: skip
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 2, 8, 2)
        bar.setSpacing(6)
        bar.addWidget(self.line, 1)
        bar.addWidget(self.count)
        for button in (self.only, self._rows_menu(), self.figures):
            bar.addWidget(button)
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(self.grid, 1)
        body.addWidget(self.pane)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addLayout(body, 1)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(lambda: self._want(text=self.line.text()))
        self.line.textChanged.connect(lambda _: self._typing.start())
        self.line.returnPressed.connect(self.grid.setFocus)
        self.only.toggled.connect(lambda on: self._want(only_chosen=on))
        self.figures.toggled.connect(self._toggle_figures)
        self.pane.asked.connect(lambda _: self._ask_figures())
        self.grid.chosen.connect(self._choose)
        self.grid.opened.connect(self.opened)
        self.grid.horizontalHeader().sectionClicked.connect(self.sort_by)
        self.grid.horizontalHeader().setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.grid.horizontalHeader().customContextMenuRequested.connect(self._column_menu)
        self.grid.customContextMenuRequested.connect(
            lambda place: self._rows_actions(QMenu(self)).popup(self.grid.viewport().mapToGlobal(place))
        )
        copy = QAction("Copy Rows", self)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        copy.triggered.connect(self.copy)
        everything = QAction("Choose All Found", self)
        everything.setShortcut(QKeySequence.StandardKey.SelectAll)
        everything.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        everything.triggered.connect(self.choose_found)
        self.grid.addAction(copy)
        self.grid.addAction(everything)
        self._count()

    # what is shown

    def show_chosen(self, chosen: Mask) -> None:
        """The selection of the layer, from wherever it was made."""
        if np.array_equal(chosen, self.model.chosen):
            return
        self.model.choose(chosen)
        self._count()
        if self._wanted.only_chosen:
            self._ask()
        if self.figures.isChecked():
            self._ask_figures()

    def renew(self, table: Table) -> None:
        """The same rows with newer values; search, order and choice stay."""
        self.table = table
        self.model.renew(table)
        self._ask()

    def sort_by(self, section: int) -> None:
        """Sort by a column; the same again turns it round, a third time gives the order of the file."""
        name, present = self.table.names[section], self._wanted.by
        if present is None or present[0] != name:
            self._want(by=(name, False))
        else:
            self._want(by=None if present[1] else (name, True))

    def _want(self, **changes: Any) -> None:
        wanted = Wanted(**{**self._wanted_fields(), **changes})
        if wanted != self._wanted:
            self._wanted = wanted
            self._ask()

    def _wanted_fields(self) -> dict[str, Any]:
        return {"text": self._wanted.text, "only_chosen": self._wanted.only_chosen, "by": self._wanted.by}

    def _ask(self) -> None:
        wanted, chosen, table = self._wanted, self.model.chosen, self.table

        def work(ticket: Ticket) -> Rows:
            ticket.check()
            return rows_of(table, wanted, chosen)

        self._jobs.ask(f"rows of {table.id}", work, lambda rows: self._show(rows, wanted), self.said.emit)

    def _show(self, rows: Rows, wanted: Wanted) -> None:
        self.model.show(rows, wanted.by)
        self.grid.forget_anchor()
        self._count()
        if self.figures.isChecked():
            self._ask_figures()

    def _count(self) -> None:
        found, whole, chosen = len(self.model.rows), len(self.table), int(self.model.chosen.sum())
        text = f"{numbers.plain(whole)} rows" if found == whole else f"{numbers.plain(found)} of {numbers.plain(whole)}"
        self.count.setText(f"{text}, {numbers.plain(chosen)} chosen" if chosen else text)

    # statistics

    def _toggle_figures(self, on: bool) -> None:
        self.pane.setVisible(on)
        if on:
            at = self.grid.currentIndex().column()
            if at >= 0:
                self.pane.column.setCurrentIndex(at)
            self._ask_figures()

    def _ask_figures(self) -> None:
        table, name, chosen = self.table, self.pane.name, self.model.chosen
        if not name:
            return
        some = bool(chosen.any())
        rows = np.flatnonzero(chosen) if some else self.model.rows
        about = f"over the {'chosen' if some else 'found'} rows"
        self._jobs.ask(
            f"figures of {table.id}",
            lambda _: statistics(table, name, rows),
            lambda figures: self._show_figures(figures, about),
            self.said.emit,
        )

    def _show_figures(self, figures: Statistics, about: str) -> None:
        self.pane.show_figures(figures, about)

    # what can be done with rows

    def choose_found(self) -> None:
        """Choose all rows that are found."""
        mask = np.zeros(len(self.table), dtype=bool)
        mask[self.model.rows] = True
        self._choose(mask)

    def choose_none(self) -> None:
        """Choose nothing."""
        self._choose(np.zeros(len(self.table), dtype=bool))

    def invert(self) -> None:
        """Choose what is not chosen."""
        self._choose(~self.model.chosen)

    def rows_to_take(self) -> Rows:
        """The chosen rows in the order of the screen, or all that are found where none is chosen."""
        rows = self.model.rows
        return rows[self.model.chosen[rows]] if self.model.chosen.any() else rows

    def copy(self) -> None:
        """The rows to the clipboard, with headings and raw values, columns parted by tabs."""
        rows = self.rows_to_take()
        if len(rows) > _MOST_COPIED:
            self.said.emit(
                f"{numbers.plain(len(rows))} rows are too many to copy; choose up to "
                f"{numbers.plain(_MOST_COPIED)}, or export them."
            )
            return
        QGuiApplication.clipboard().setText(as_text(self.table, rows))
        self.said.emit(f"{numbers.plain(len(rows))} rows copied.")

    def copy_cell(self) -> None:
        """The current cell to the clipboard."""
        index = self.grid.currentIndex()
        if index.isValid():
            QGuiApplication.clipboard().setText(str(self.model.data(index)))

    def _rows_actions(self, menu: QMenu) -> QMenu:
        for text, act in (
            ("&Copy Rows", self.copy), ("Copy C&ell", self.copy_cell), ("", None),
            ("Choose &All Found", self.choose_found), ("Choose &None", self.choose_none), ("&Invert", self.invert),
            ("", None), ("&Zoom to Chosen", self.zoom_asked.emit), ("E&xport Rows…", self.export_asked.emit),
        ):  # fmt: skip
            if act is None:
                menu.addSeparator()
            else:
                menu.addAction(text).triggered.connect(lambda _=False, act=act: act())
        return menu

    def _rows_menu(self) -> QToolButton:
        button = self._button("Rows", "Copy, choose, zoom, export")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(self._rows_actions(QMenu(button)))
        return button

    def _column_menu(self, place: QPoint) -> None:
        header = self.grid.horizontalHeader()
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        at = header.logicalIndexAt(place)
        if at >= 0 and header.count() - header.hiddenSectionCount() > 1:
            menu.addAction("Hide Column").triggered.connect(lambda: self.grid.setColumnHidden(at, True))
        hidden = [s for s in range(header.count()) if header.isSectionHidden(s)]
        if hidden:
            menu.addAction("Show All Columns").triggered.connect(lambda: self._show_columns(hidden))
        if at >= 0:
            menu.addAction("Statistics of Column").triggered.connect(lambda: self.show_statistics(at))
        menu.popup(header.mapToGlobal(place))

    def _show_columns(self, sections: list[int]) -> None:
        for section in sections:
            self.grid.setColumnHidden(section, False)

    def show_statistics(self, section: int) -> None:
        """Open the statistics of a column."""
        self.pane.column.setCurrentIndex(section)
        self.figures.setChecked(True)

    def _button(self, text: str, tip: str, *, checkable: bool = False) -> QToolButton:
        button = named(QToolButton(), text, tip)
        button.setText(text)
        button.setCheckable(checkable)
        button.setProperty("card", True)
        return button


def rows_of(table: Table, wanted: Wanted, chosen: Mask) -> Rows:
    """Numbers of the features that are wanted, in the order that is wanted."""
    rows = order(table, wanted.by[0], descending=wanted.by[1]) if wanted.by else np.arange(len(table), dtype=np.int64)
    text = wanted.text.strip()
    if text:
        found = select(text[1:], table.columns) if text.startswith("=") else search(table, text)
        rows = rows[found[rows]]
    return rows[chosen[rows]] if wanted.only_chosen else rows


def as_text(table: Table, rows: Rows) -> str:
    """Rows as lines of tab-parted cells under their column names; dots as decimal marks, the unknown empty."""
    sink = io.StringIO()
    writer = csv.writer(sink, delimiter="\t", lineterminator="\n")
    writer.writerow(table.names)
    writer.writerows(zip(*(plain_cells(table.columns[name][rows]) for name in table.names), strict=True))
    return sink.getvalue()
