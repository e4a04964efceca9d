"""How a user's layer is drawn: one colour, a colour per value, or classes of a number; the unknown is its own class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lodeway.errors import DataError
from lodeway.model.expression import values
from lodeway.model.table import Column, as_floats, is_known, is_number

Kind = Literal["single", "categorised", "graduated"]
Method = Literal["equal", "quantile", "natural"]
METHODS: dict[Method, str] = {"equal": "Equal intervals", "quantile": "Equal counts", "natural": "Natural breaks"}

COLOURS = ("#5B3F8C", "#0B8F6A", "#C4581B", "#0F5FA8", "#B5578E", "#C9A227", "#2E7F8C", "#A33B4B", "#7A8B2E", "#444444")
"""For single styles and categories, one after another."""
RAMP = ("#E4E9EE", "#F4D58A", "#E9A93B", "#C4581B", "#7F2315")
"""From little to much: slate to amber to dark red."""
NO_DATA = "#9AA4AB"
MOST_CLASSES = 30
_SAMPLE = 20_000


@dataclass(frozen=True, slots=True)
class StyleClass:
    """A class: one value as words, or numbers from ``low`` to ``high`` (the last class holds its upper end, too)."""

    label: str
    colour: str
    value: str | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """``field`` is a field's name or an expression that gives a number. Widths and sizes in CSS pixels."""

    kind: Kind = "single"
    colour: str = COLOURS[0]
    field: str = ""
    classes: tuple[StyleClass, ...] = ()
    no_data: str = NO_DATA
    width: float = 1.0
    size: float = 7.0
    fill: float = 0.55
    """Opacity of the inside of polygons, 0..1."""

    def numbers(self, columns: Mapping[str, Column], count: int) -> NDArray[np.int64]:
        """(count,) number of the class of each feature; -1 without data, -2 in no class.

        Raises:
            DataError: the field is not there, or the expression cannot be read.
        """
        if self.kind == "single":
            return np.zeros(count, dtype=np.int64)
        made = np.full(count, -2, dtype=np.int64)
        if self.kind == "categorised":
            if self.field not in columns:
                raise DataError(f"the style needs a field “{self.field}” that the layer does not have")
            cells = columns[self.field].tolist()
            place = {item.value: number for number, item in enumerate(self.classes)}
            made[:] = [place.get(as_words(cell), -2) if is_known(cell) else -1 for cell in cells]
            return made
        figures = figures_of(self.field, columns)
        for number, item in enumerate(self.classes):
            if item.low is None or item.high is None:
                continue
            last = number == len(self.classes) - 1
            made[(figures >= item.low) & ((figures <= item.high) if last else (figures < item.high))] = number
        made[np.isnan(figures)] = -1
        return made

    def as_dict(self) -> dict[str, Any]:
        """For a file or the clipboard."""
        return asdict(self)


def style_from(data: Any) -> Style:
    """A style from :meth:`Style.as_dict`; raises :class:`DataError` with one sentence."""
    try:
        classes = tuple(StyleClass(**{k: item[k] for k in ("label", "colour", "value", "low", "high")})
                        for item in data["classes"])  # fmt: skip
        made = Style(
            kind=data["kind"], colour=str(data["colour"]), field=str(data["field"]), classes=classes[:MOST_CLASSES],
            no_data=str(data["no_data"]), width=float(data["width"]), size=float(data["size"]),
            fill=float(data.get("fill", 0.55)),
        )  # fmt: skip
        colours = [made.colour, made.no_data, *(item.colour for item in classes)]
        if made.kind not in ("single", "categorised", "graduated") or not all(map(_is_colour, colours)):
            raise ValueError("kind or colour")
        if not (0 <= made.width <= 100 and 0 <= made.size <= 200 and 0 <= made.fill <= 1):
            raise ValueError("size")
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"this is no style of a layer ({error}); copy one from the menu of a layer") from error
    return made


def _is_colour(text: str) -> bool:
    return len(text) == 7 and text[0] == "#" and all(c in "0123456789abcdefABCDEF" for c in text[1:])


def as_words(value: Any) -> str:
    """A value as the label of its category: 3.0 and 3 are one."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def figures_of(field: str, columns: Mapping[str, Column]) -> NDArray[np.float64]:
    """(n,) numbers of a field or expression, NaN where unknown; raises :class:`DataError`."""
    column = columns.get(field)
    if column is not None and is_number(column):
        return as_floats(column)
    return values(f'"{field}"' if column is not None else field, columns)


def categories(field: str, columns: Mapping[str, Column]) -> tuple[StyleClass, ...]:
    """A class for each value of a field, the most frequent first, in the colours' order."""
    if field not in columns:
        raise DataError(f"there is no field “{field}”")
    counted: dict[str, int] = {}
    for cell in columns[field].tolist():
        if is_known(cell):
            counted[as_words(cell)] = counted.get(as_words(cell), 0) + 1
    if len(counted) > MOST_CLASSES:
        raise DataError(
            f"“{field}” has {len(counted):,} values; choose a field of at most {MOST_CLASSES}, or graduate it"
        )
    ordered = sorted(counted, key=lambda word: (-counted[word], word))
    return tuple(StyleClass(word, COLOURS[k % len(COLOURS)], value=word) for k, word in enumerate(ordered))


def graduated(field: str, columns: Mapping[str, Column], count: int, method: Method) -> tuple[StyleClass, ...]:
    """Classes of a number from its least to its greatest; fewer than ``count`` where it has fewer values."""
    figures = figures_of(field, columns)
    known = np.sort(figures[~np.isnan(figures)])
    if not len(known):
        raise DataError(f"“{field}” has no known number to make classes of")
    edges = np.unique(_breaks(known, count, method))
    if len(edges) < 2:
        edges = np.array([known[0], known[0]])
    total = len(edges) - 1
    return tuple(
        StyleClass(f"{_short(low)} – {_short(high)}", ramp(k, total), low=float(low), high=float(high))
        for k, (low, high) in enumerate(pairwise(edges.tolist()))
    )


def ramp(number: int, total: int) -> str:
    """Colour ``number`` of ``total`` along the ramp."""
    place = 0.5 if total == 1 else number / (total - 1)
    at = place * (len(RAMP) - 1)
    low = min(int(at), len(RAMP) - 2)
    share = at - low
    one, two = (tuple(int(RAMP[k][i : i + 2], 16) for i in (1, 3, 5)) for k in (low, low + 1))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in zip(one, two, strict=True))


def _breaks(known: NDArray[np.float64], count: int, method: Method) -> NDArray[np.float64]:
    if method == "equal":
        return np.linspace(known[0], known[-1], count + 1)
    if method == "quantile":
        return np.asarray(np.quantile(known, np.linspace(0, 1, count + 1)))
    return _natural(known, count)


def _natural(known: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Breaks with the least squared deviation within classes (Fisher 1958, Jenks 1977), exact up to 300 values.

    More values are first gathered into 300 of equal count.
    """
    spots = np.unique(known)
    if len(spots) > 300:
        spots = np.unique(np.quantile(known, np.linspace(0, 1, 300)))
    n = len(spots)
    count = min(count, n)
    weight = np.bincount(np.searchsorted(spots, known, side="right").clip(1, n) - 1, minlength=n).astype(np.float64)
    w, s, q = (np.concatenate(([0.0], np.cumsum(weight * part))) for part in (np.ones(n), spots, spots**2))

    def spread(first: NDArray[np.int64], last: int) -> NDArray[np.float64]:
        mass = w[last + 1] - w[first]
        return np.asarray(q[last + 1] - q[first] - (s[last + 1] - s[first]) ** 2 / np.maximum(mass, 1e-300))

    best = np.array([spread(np.zeros(1, dtype=np.int64), last)[0] for last in range(n)])
    starts = []
    for _ in range(1, count):
        fresh, start = best.copy(), np.zeros(n, dtype=np.int64)
        for last in range(1, n):
            firsts = np.arange(1, last + 1)
            total = best[firsts - 1] + spread(firsts, last)
            k = int(np.argmin(total))
            fresh[last], start[last] = total[k], firsts[k]
        best = fresh
        starts.append(start)
    edges, last = [float(spots[-1])], n - 1
    for start in reversed(starts):
        if last <= 0:
            break
        first = int(start[last])
        edges.append(float(spots[first]))
        last = first - 1
    edges.append(float(spots[0]))
    return np.array(sorted(edges))


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.4g}"
