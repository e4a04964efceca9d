"""The figures beside an attribute table: what one column holds, over the chosen rows, or else over those found."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from lodeway.model.table import Statistics, Table
from lodeway.ui import numbers
from lodeway.ui.widgets import named

_WIDTH_PX = 236


def _six_digits(value: float) -> float:
    """Rounded to six digits, whole numbers left whole."""
    return value if value == int(value) else float(f"{value:.6g}") if abs(value) < 1e6 else float(round(value))


def lines(figures: Statistics) -> list[tuple[str, str]]:
    """(words, figure) in the order they are read."""
    more = "at least " if figures.distinct_is_floor else ""
    rows = [
        ("Rows", numbers.plain(figures.rows)),
        ("Unknown", numbers.plain(figures.unknown)),
        ("Different values", more + numbers.plain(figures.distinct)),
    ]
    if figures.total is not None:
        rows += [
            (words, numbers.UNKNOWN if value is None else numbers.any_number(_six_digits(value)))
            for words, value in (
                ("Sum", figures.total), ("Mean", figures.mean), ("Standard deviation", figures.deviation),
                ("Least", figures.least), ("Lower quartile", figures.lower_quartile), ("Median", figures.median),
                ("Upper quartile", figures.upper_quartile), ("Greatest", figures.greatest),
            )
        ]  # fmt: skip
    rows += [(word or "(empty)", numbers.plain(count)) for word, count in figures.frequent]
    return rows


class StatisticsPane(QWidget):
    """A choice of column, and its figures; ``asked`` says that another column is wanted."""

    asked = Signal(str)

    def __init__(self, table: Table, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(_WIDTH_PX)
        self._lines: list[tuple[str, str]] = []
        self.column = named(QComboBox(), "Column of the statistics")
        for name in table.names:
            self.column.addItem(table.heading(name), name)
        self.about = QLabel()
        self.about.setProperty("role", "quiet")
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(12)
        self._form.setVerticalSpacing(2)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        copy = named(QPushButton("Copy"), "Copy the statistics")
        copy.clicked.connect(self.copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 8)
        layout.addWidget(self.column)
        layout.addWidget(self.about)
        layout.addLayout(self._form)
        layout.addStretch(1)
        layout.addWidget(copy, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.currentIndexChanged.connect(lambda _: self.asked.emit(self.name))

    @property
    def name(self) -> str:
        """The chosen column."""
        return str(self.column.currentData() or "")

    def show_figures(self, figures: Statistics, about: str) -> None:
        """Other figures; ``about`` says over which rows they are."""
        self.about.setText(about)
        while self._form.rowCount():
            self._form.removeRow(0)
        self._lines = lines(figures)
        for words, figure in self._lines:
            value = QLabel(figure)
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label = QLabel(words if len(words) <= 24 else f"{words[:23]}…")
            label.setToolTip(words)
            self._form.addRow(label, value)

    def copy(self) -> None:
        """The figures as text, a line each."""
        head = f"{self.column.currentText()}\t{self.about.text()}\n"
        QGuiApplication.clipboard().setText(head + "".join(f"{words}\t{figure}\n" for words, figure in self._lines))
