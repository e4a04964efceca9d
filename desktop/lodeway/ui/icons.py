"""Icons (Lucide, one weight), drawn in the text colour of the theme."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from lodeway.paths import resources_dir

SIZES_PX = (16, 24, 32, 48)


@cache
def _source(name: str) -> str:
    return (resources_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def icon(name: str, colour: QColor, faded: QColor | None = None) -> QIcon:
    """The Lucide icon of that name in ``colour``, and in ``faded`` where its control is disabled.

    Raises ``FileNotFoundError`` where ``resources/icons`` lacks it.
    """
    made = QIcon()
    for mode, tint in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, faded)):
        if tint is None:
            continue
        renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", tint.name()).encode()))
        for side in SIZES_PX:
            pixmap = QPixmap(side, side)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            renderer.render(painter)
            painter.end()
            made.addPixmap(pixmap, mode)
    return made
