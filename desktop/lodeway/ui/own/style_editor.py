"""The style of a user's layer: one colour, a colour per value, or classes of a number. What is set shows at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPixmap
from PySide6.QtWidgets import (
    QColorDialog,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from lodeway.errors import LodewayError
from lodeway.model.own_layer import OwnLayer
from lodeway.model.style import METHODS, Style, categories, graduated, style_from
from lodeway.model.table import is_number
from lodeway.ui.widgets import named

MIME = "application/x-lodeway-style"
_KINDS = {"single": "One colour", "categorised": "A colour per value", "graduated": "Classes of a number"}
_NUMBER = Qt.ItemDataRole.UserRole
_NO_DATA = -1


def swatch(colour: str, side: int = 14) -> QIcon:
    """A small square of a colour."""
    pixmap = QPixmap(side, side)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)


def copy_style(layer: OwnLayer) -> None:
    """The style to the clipboard."""
    QGuiApplication.clipboard().setText(json.dumps(layer.style.as_dict(), indent=1))


def pasted_style() -> Style:
    """The style on the clipboard; raises ``LodewayError`` where there is none."""
    text = QGuiApplication.clipboard().text()
    try:
        data = json.loads(text) if len(text) < 100_000 else None
    except ValueError:
        data = None
    return style_from(data)


class StyleEditor(QDialog):
    """Calls ``change`` with each new look of the layer; Cancel brings the first one back."""

    def __init__(self, layer: OwnLayer, change: Callable[[OwnLayer], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Style of {layer.title}")
        self.resize(440, 520)
        self._first, self.layer, self._change = layer, layer, change
        self._showing = False
        columns = layer.data.table.columns
        self.kind = named(QComboBox(), "How colours are given")
        for key, words in _KINDS.items():
            self.kind.addItem(words, key)
        self.field = named(
            QComboBox(), "Field or expression", "A field, or for classes an expression like tonnes / 1000"
        )
        self.field.setEditable(True)
        self.field.addItems(list(columns))
        numeric = [name for name, column in columns.items() if is_number(column)]
        self._numeric = numeric
        self.count = named(QSpinBox(), "Number of classes")
        self.count.setRange(2, 12)
        self.count.setValue(5)
        self.method = named(QComboBox(), "Where classes begin")
        for method, words in METHODS.items():
            self.method.addItem(words, method)
        self.classify = named(QPushButton("&Make Classes"), "Make classes from the field")
        self.list = named(QListWidget(), "Classes", "Double-click a class to give it another colour")
        self.trouble = QLabel()
        self.trouble.setWordWrap(True)
        self.trouble.setProperty("role", "loss")
        self.line_width = self._spin("Width of lines and outlines, px", 0.0, 20.0, 0.2)
        self.point_size = self._spin("Size of points, px", 1.0, 60.0, 0.5)
        self.fill = named(QSlider(Qt.Orientation.Horizontal), "Opacity of the inside of polygons, percent")
        self.fill.setRange(0, 100)
        self.opacity = named(QSlider(Qt.Orientation.Horizontal), "Opacity, percent")
        self.opacity.setRange(5, 100)
        form = QFormLayout()
        form.addRow("&Colours", self.kind)
        form.addRow("&Field", self.field)
        methods = QHBoxLayout()
        methods.addWidget(self.method, 1)
        methods.addWidget(self.count)
        methods.addWidget(self.classify)
        form.addRow("C&lasses", methods)
        form.addRow(self.list)
        form.addRow(self.trouble)
        form.addRow("Line &width", self.line_width)
        form.addRow("&Point size", self.point_size)
        form.addRow("&Inside", self.fill)
        form.addRow("&Opacity", self.opacity)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(buttons)
        self._show()
        self.kind.currentIndexChanged.connect(lambda _: self._classify(first=True))
        self.classify.clicked.connect(lambda _: self._classify())
        self.field.activated.connect(lambda _: self._classify())
        self.list.itemDoubleClicked.connect(self._recolour)
        self.list.itemActivated.connect(self._recolour)
        self.line_width.valueChanged.connect(lambda value: self._set(width=float(value)))
        self.point_size.valueChanged.connect(lambda value: self._set(size=float(value)))
        self.fill.valueChanged.connect(lambda value: self._set(fill=value / 100))
        self.opacity.valueChanged.connect(lambda value: self._look(replace(self.layer, opacity=value / 100)))

    def _spin(self, name: str, low: float, high: float, step: float) -> QDoubleSpinBox:
        spin = named(QDoubleSpinBox(), name)
        spin.setRange(low, high)
        spin.setSingleStep(step)
        spin.setDecimals(1)
        spin.setSuffix(" px")
        return spin

    def _show(self) -> None:
        self._showing = True
        style = self.layer.style
        self.kind.setCurrentIndex(list(_KINDS).index(style.kind))
        if style.field:
            self.field.setCurrentText(style.field)
        elif self._numeric:
            self.field.setCurrentText(self._numeric[0])
        for widget in (self.field, self.method, self.count, self.classify):
            widget.setEnabled(style.kind != "single")
        self.method.setEnabled(style.kind == "graduated")
        self.count.setEnabled(style.kind == "graduated")
        self.line_width.setValue(style.width)
        self.point_size.setValue(style.size)
        self.fill.setValue(round(style.fill * 100))
        self.opacity.setValue(round(self.layer.opacity * 100))
        self.list.clear()
        rows = [(number, item.label, item.colour) for number, item in enumerate(style.classes)]
        if style.kind == "single":
            rows = [(0, "All features", style.colour)]
        else:
            rows.append((_NO_DATA, "no data", style.no_data))
        for number, label, colour in rows:
            item = QListWidgetItem(swatch(colour), label)
            item.setData(_NUMBER, number)
            self.list.addItem(item)
        self._showing = False

    def _look(self, layer: OwnLayer) -> None:
        if self._showing or layer == self.layer:
            return
        self.layer = layer
        self._change(layer)

    def _set(self, **changes: Any) -> None:
        self._look(replace(self.layer, style=replace(self.layer.style, **changes)))

    def _classify(self, *, first: bool = False) -> None:
        """Make classes for the chosen kind and field; a field that does not fit is told below the list."""
        if self._showing:
            return
        kind = str(self.kind.currentData())
        columns = self.layer.data.table.columns
        field = self.field.currentText().strip()
        if first and kind == "graduated" and field not in self._numeric and self._numeric:
            field = self._numeric[0]
        if first and kind == "categorised":
            words = [name for name in columns if name not in self._numeric]
            field = field if field in words else next(iter(words), field)
        style = replace(self.layer.style, kind=kind, field="" if kind == "single" else field)  # type: ignore[arg-type]
        try:
            if kind == "categorised":
                style = replace(style, classes=categories(field, columns))
            elif kind == "graduated":
                style = replace(style, classes=graduated(field, columns, self.count.value(), self.method.currentData()))
            else:
                style = replace(style, classes=())
        except LodewayError as error:
            self.trouble.setText(f"{error}.")
            return
        self.trouble.clear()
        self._look(replace(self.layer, style=style))
        self._show()

    def _recolour(self, item: QListWidgetItem) -> None:
        style, number = self.layer.style, int(item.data(_NUMBER))
        present = (
            style.no_data if number == _NO_DATA else style.classes[number].colour if style.classes else style.colour
        )
        chosen = QColorDialog.getColor(QColor(present), self, f"Colour of {item.text()}")
        if chosen.isValid():
            self.paint_class(number, chosen.name())

    def paint_class(self, number: int, colour: str) -> None:
        """Give a class another colour; -1 is no data."""
        style = self.layer.style
        if number == _NO_DATA:
            style = replace(style, no_data=colour)
        elif style.kind == "single":
            style = replace(style, colour=colour)
        else:
            classes = list(style.classes)
            classes[number] = replace(classes[number], colour=colour)
            style = replace(style, classes=tuple(classes))
        self._look(replace(self.layer, style=style))
        self._show()

    def reject(self) -> None:
        """As it was."""
        if self.layer != self._first:
            self._change(self._first)
        super().reject()
