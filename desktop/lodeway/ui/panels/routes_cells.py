"""How the cells of the Routes table are drawn: switch, utilisation bar, marks of confidence."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QBrush, QColor, QFont, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from lodeway.ui.panels.routes_data import RouteRow
from lodeway.ui.panels.routes_model import COLUMNS, KEYS, ROW_ROLE
from lodeway.ui.theme import Colours

Index = QModelIndex | QPersistentModelIndex

ROW_HEIGHT_PX = 26
_MARGIN_PX = 5
_FULL = 0.95
"""From this utilisation on a bar is drawn in the colour of a bottleneck."""


class RouteCells(QStyledItemDelegate):
    """Draws all columns; asks for the colours at each paint, so that a change of theme needs no new delegate."""

    def __init__(self, colours: Callable[[], Colours], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colours = colours

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Rows of one height."""
        return QSize(COLUMNS[index.column()].width_px, ROW_HEIGHT_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The ground as any cell has it, then what the column shows."""
        row: RouteRow = index.data(ROW_ROLE)
        c = self._colours()
        rect, selected, focused = _state(option)
        painter.save()
        if selected:
            painter.fillRect(rect, QColor(c.bar_track))
        elif index.row() % 2:
            painter.fillRect(rect, QColor(c.alternate))
        if focused:
            painter.setPen(QPen(QColor(c.accent), 1))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        key = KEYS[index.column()]
        if key == "block":
            _switch(painter, rect, row.blocked, c)
        elif key == "use":
            _bar(painter, rect, row, c)
        else:
            _text(painter, rect, index, row, key, c)
        painter.restore()

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        """A click anywhere in the cell of the switch turns it."""
        if KEYS[index.column()] == "block" and isinstance(event, QMouseEvent):
            if event.type() == QEvent.Type.MouseButtonRelease and event.button() == Qt.MouseButton.LeftButton:
                row: RouteRow = index.data(ROW_ROLE)
                state = Qt.CheckState.Unchecked if row.blocked else Qt.CheckState.Checked
                return model.setData(index, state, Qt.ItemDataRole.CheckStateRole)
            return True
        return bool(super().editorEvent(event, model, option, index))


def _state(option: QStyleOptionViewItem) -> tuple[QRect, bool, bool]:
    rect: QRect = option.rect
    state: QStyle.StateFlag = option.state
    return rect, bool(state & QStyle.StateFlag.State_Selected), bool(state & QStyle.StateFlag.State_HasFocus)


def _text(painter: QPainter, rect: QRect, index: Index, row: RouteRow, key: str, c: Colours) -> None:
    text = str(index.data(Qt.ItemDataRole.DisplayRole))
    inner = rect.adjusted(_MARGIN_PX, 0, -_MARGIN_PX, 0)
    colour = QColor(c.text)
    font = QFont(painter.font())
    if key == "name" and row.blocked:
        font.setStrikeOut(True)
        colour = QColor(c.loss)
    elif key == "name" and row.status not in ("operating", "ramping", "rehabilitating"):
        font.setItalic(True)
        colour = QColor(c.quiet)
    elif key == "change" and row.change_t is not None and text[0] in "+\u2212":
        colour = QColor(c.gain if row.change_t > 0 else c.loss)
    elif text in ("0", "–") or text.startswith("0\u202f"):
        colour = QColor(c.quiet)
    painter.setFont(font)
    painter.setPen(colour)
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
    alignment = Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole))
    painter.drawText(inner, alignment, shown)
    if key == "capacity" and row.capacity_t is not None and row.confidence != "reported":
        style = Qt.PenStyle.DashLine if row.confidence == "derived" else Qt.PenStyle.DotLine
        painter.setPen(QPen(QColor(c.quiet), 1, style))
        y = rect.center().y() + metrics.ascent() / 2 + 3
        painter.drawLine(QPointF(inner.right() - metrics.horizontalAdvance(shown), y), QPointF(inner.right(), y))


def _switch(painter: QPainter, rect: QRect, blocked: bool, c: Colours) -> None:
    """A switch: to the right and red with a cross where the route is blocked."""
    track = QRectF(0, 0, 26, 14)
    track.moveCenter(QRectF(rect).center())
    painter.setPen(QPen(QColor(c.loss if blocked else c.quiet), 1))
    painter.setBrush(QColor(c.loss) if blocked else QBrush(Qt.BrushStyle.NoBrush))
    painter.drawRoundedRect(track, 7, 7)
    knob = QRectF(0, 0, 10, 10)
    knob.moveCenter(QPointF(track.right() - 7 if blocked else track.left() + 7, track.center().y()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(c.base if blocked else c.quiet))
    painter.drawEllipse(knob)
    if blocked:
        painter.setPen(QPen(QColor(c.loss), 1.6))
        cross = knob.adjusted(3, 3, -3, -3)
        painter.drawLine(cross.topLeft(), cross.bottomRight())
        painter.drawLine(cross.topRight(), cross.bottomLeft())


def _bar(painter: QPainter, rect: QRect, row: RouteRow, c: Colours) -> None:
    """The figure over a bar, flow inside capacity; a notch marks a full bottleneck, hatching an unknown capacity."""
    track = QRectF(rect.left() + 5, rect.bottom() - 7, rect.width() - 10, 4)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(c.bar_track))
    painter.drawRect(track)
    if row.utilisation is None:
        painter.setBrush(QBrush(QColor(c.quiet), Qt.BrushStyle.BDiagPattern))
        painter.drawRect(track)
    else:
        full = row.utilisation >= _FULL
        colour = QColor(c.bar_full if full else c.bar)
        inside = QRectF(track)
        inside.setWidth(track.width() * min(1.0, max(0.0, row.utilisation)))
        painter.setBrush(colour)
        painter.drawRect(inside)
        if full:
            tip = QPointF(track.right(), track.top())
            painter.drawPolygon([tip, tip + QPointF(-4, -5), tip + QPointF(4, -5)])
    painter.setPen(QColor(c.text if row.utilisation else c.quiet))
    text = "?" if row.utilisation is None else COLUMNS[KEYS.index("use")].text(row)
    figure = rect.adjusted(0, 1, -_MARGIN_PX - (6 if row.utilisation and row.utilisation >= _FULL else 0), -8)
    painter.drawText(figure, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
