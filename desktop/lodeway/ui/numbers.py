"""Figures as a person reads them: in the user's locale, with unit and sign. Unknown stays a word, never 0."""

from __future__ import annotations

import math

from PySide6.QtCore import QLocale

UNKNOWN = "unknown"
DASH = "–"
MINUS = "\u2212"
_THIN = "\u202f"


def plain(value: float, decimals: int = 0) -> str:
    """``1234567.8`` -> ``1,234,568`` in the user's locale, with a real minus sign."""
    text = QLocale().toString(float(abs(value)), "f", decimals)
    zero = QLocale().toString(0.0, "f", decimals)
    return f"{MINUS}{text}" if value < 0 and text != zero else text


def any_number(value: float) -> str:
    """A number of unknown meaning, with as many decimals as it has (six at most): ``1,234.5``."""
    if not math.isfinite(value):
        return UNKNOWN
    if value and not 1e-4 <= abs(value) < 1e15:
        return QLocale().toString(float(value), "g", 6).replace("-", MINUS)
    decimals = len(f"{value:.6f}".rstrip("0").partition(".")[2])
    return plain(value, decimals)


def signed(value: float, decimals: int = 0) -> str:
    """Like :func:`plain` with ``+`` before gains; what rounds to zero has no sign."""
    text = plain(value, decimals)
    return f"+{text}" if value > 0 and text != plain(0.0, decimals) else text


def _scaled(value: float) -> tuple[float, str, int]:
    """(figure, unit, decimals) so that about three digits are shown."""
    size = abs(value)
    if size >= 999_500:
        figure, unit = value / 1e6, "Mt"
    elif size >= 999.5:
        figure, unit = value / 1e3, "kt"
    else:
        return value, "t", 0
    size = abs(figure)
    return figure, unit, 0 if size >= 99.95 else 1 if size >= 9.995 else 2


def tonnes(value: float | None, *, sign: bool = False) -> str:
    """Tonnes with three digits: ``460 kt``, ``1.20 Mt``; ``None`` -> a dash."""
    if value is None or not math.isfinite(value):
        return DASH
    figure, unit, decimals = _scaled(value)
    return f"{(signed if sign else plain)(figure, decimals)}{_THIN}{unit}"


def tonnes_exact(value: float | None) -> str:
    """All digits: ``460,000 t/yr``; ``None`` -> ``unknown``."""
    return UNKNOWN if value is None else f"{plain(value)} t/yr"


def percent(share: float | None, *, sign: bool = False) -> str:
    """``0.264`` -> ``26 %``; below 10 % one decimal; ``None`` -> a dash."""
    if share is None or not math.isfinite(share):
        return DASH
    value = share * 100
    decimals = 0 if abs(value) >= 9.95 or value == 0 else 1
    return f"{(signed if sign else plain)(value, decimals)}{_THIN}%"


def usd(value: float | None, *, sign: bool = False) -> str:
    """``12.3 bn``, ``450 M``, ``80 k``; the unit is in the heading; ``None`` -> a dash."""
    if value is None or not math.isfinite(value):
        return DASH
    for size, unit in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= 0.9995 * size:
            figure = value / size
            decimals = 0 if abs(figure) >= 99.95 else 1
            return f"{(signed if sign else plain)(figure, decimals)}{_THIN}{unit}"
    return (signed if sign else plain)(value)


def usd_per_t(value: float | None, *, sign: bool = False) -> str:
    """``USD 140/t``; ``None`` -> a dash."""
    if value is None or not math.isfinite(value):
        return DASH
    decimals = 0 if abs(value) >= 9.95 or value == 0 else 2
    return f"{(signed if sign else plain)(value, decimals)}{_THIN}USD/t"


def days(value: float | None, *, sign: bool = False) -> str:
    """``42.1 d``; ``None`` -> a dash."""
    if value is None or not math.isfinite(value):
        return DASH
    return f"{(signed if sign else plain)(value, 1)}{_THIN}d"


def length(metres: float) -> str:
    """A ground length with about two digits: ``250 km``, ``80 m``."""
    return f"{plain(metres / 1000)}{_THIN}km" if metres >= 10_000 else f"{plain(metres)}{_THIN}m"


def position(lon: float, lat: float) -> str:
    """``10.73° S, 25.47° E`` (WGS 84)."""
    north = "N" if lat >= 0 else "S"
    east = "E" if lon >= 0 else "W"
    return f"{plain(abs(lat), 2)}° {north}, {plain(abs(lon), 2)}° {east}"
