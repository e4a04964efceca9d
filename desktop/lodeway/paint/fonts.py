"""The shipped fonts for Qt, and how wide a text comes out in them."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

from lodeway.carto.display import Font
from lodeway.paths import resources_dir

FAMILIES = ["Noto Sans", "Noto Sans CJK SC"]
_EM = 100.0  # metrics are taken at this size and scaled: hinting cannot move labels between zoom levels


@cache
def load_fonts() -> None:
    """Register the fonts of ``resources/fonts`` once; needs a running QGuiApplication."""
    for path in sorted((resources_dir() / "fonts").glob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(path))


def qfont(font: Font, unit: float = 1.0) -> tuple[QFont, float]:
    """The Qt font of a record in whole pixels, and by what to magnify its drawing for the exact size.

    ``unit`` is device units per picture unit. Point sizes will not do: Qt scales them by the device's resolution.
    """
    load_fonts()
    made = QFont(FAMILIES)
    exact = font.size * unit
    whole = max(1, round(exact))
    made.setPixelSize(whole)
    made.setBold(font.face == "bold")
    made.setItalic(font.face == "italic")
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if font.spacing:
        made.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, font.spacing * whole * 0.6)
    return made, exact / whole


@cache
def _metrics(face: str) -> QFontMetricsF:
    load_fonts()
    made = QFont(FAMILIES)
    made.setPixelSize(int(_EM))
    made.setBold(face == "bold")
    made.setItalic(face == "italic")
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return QFontMetricsF(made)


@cache
def _width_in_em(text: str, face: str) -> float:
    return _metrics(face).horizontalAdvance(text) / _EM


def measure(text: str, font: Font) -> float:
    """Width of one line of text in picture units."""
    return (_width_in_em(text, font.face) + font.spacing * len(text) * 0.6) * font.size
