"""Text for people: aligned tables that fit the terminal, grouped numbers, marks for estimates and footnotes."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lodeway.model.provenance import Source

UNKNOWN = "unknown"
_UNLIMITED = 10_000
_NARROWEST = 8


def terminal_columns() -> int:
    """Columns to fill: those of the terminal or of ``COLUMNS``; output into a file is not cut."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit():
        return max(40, shutil.get_terminal_size((80, 24)).columns)
    return _UNLIMITED


def width(text: str) -> int:
    """Terminal cells that ``text`` takes; wide East Asian signs take two."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def number(value: float | None, digits: int = 0, *, sign: bool = False, estimated: bool = False) -> str:
    """``1,234.5`` with dot decimals; ``unknown`` for ``None``; ``~`` before an estimate; never ``-0``."""
    if value is None:
        return UNKNOWN
    rounded = round(value, digits) + 0.0
    return ("~" if estimated else "") + f"{rounded:{'+' if sign and rounded else ''},.{digits}f}"


def share(value: float | None) -> str:
    """A share 0..1 in per cent, one decimal."""
    return UNKNOWN if value is None else f"{100 * value:.1f} %"


def money(usd: float | None, *, sign: bool = False) -> str:
    """USD in the unit that a reader can take in: ``12.3 bn``, ``4.5 M``, ``678``."""
    if usd is None:
        return UNKNOWN
    for size, word in ((1e9, " bn"), (1e6, " M")):
        if abs(usd) >= size:
            return number(usd / size, 2, sign=sign) + word
    return number(usd, sign=sign)


@dataclass
class Table:
    """A table for the terminal. ``left`` names the columns of words, which are also those that may be shortened."""

    headers: Sequence[str]
    left: frozenset[str] = frozenset()
    rows: list[Sequence[str]] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        """One more row; as many cells as headers."""
        if len(cells) != len(self.headers):
            raise ValueError(f"{len(cells)} cells for {len(self.headers)} columns")
        self.rows.append(cells)

    def without_empty(self) -> Table:
        """The same table without the columns that are blank in every row."""
        kept = [i for i in range(len(self.headers)) if any(row[i] for row in self.rows)]
        return Table([self.headers[i] for i in kept], self.left, [[row[i] for i in kept] for row in self.rows])

    def lines(self, columns: int | None = None) -> list[str]:
        """The header, a rule and the rows, at most ``columns`` wide where shortening words can reach that."""
        limit = terminal_columns() if columns is None else columns
        widths = [max(map(width, cells)) for cells in zip(self.headers, *self.rows, strict=True)]
        words = [i for i, header in enumerate(self.headers) if header in self.left]
        while sum(widths) + 2 * (len(widths) - 1) > limit:
            widest = max(words, key=lambda i: widths[i], default=-1)
            if widest < 0 or widths[widest] <= _NARROWEST:
                break
            widths[widest] -= 1
        rule = ["-" * w for w in widths]
        return [self._line(cells, widths) for cells in (self.headers, rule, *self.rows)]

    def _line(self, cells: Sequence[str], widths: Sequence[int]) -> str:
        parts = []
        for header, cell, wide in zip(self.headers, cells, widths, strict=True):
            shown = shortened(cell, wide)
            blank = " " * (wide - width(shown))
            parts.append(shown + blank if header in self.left else blank + shown)
        return "  ".join(parts).rstrip()


def source_title(source: Source) -> str:
    """Title, address and year of a source in one line."""
    year = "" if source.year is None or str(source.year) in source.title else str(source.year)
    return ". ".join(part for part in (source.title.rstrip("."), source.address, year) if part)


def shortened(text: str, columns: int) -> str:
    """``text`` cut to ``columns`` cells, ending in an ellipsis where something is missing."""
    if width(text) <= columns:
        return text
    kept = ""
    for sign in text:
        if width(kept + sign) > columns - 1:
            break
        kept += sign
    return kept + "…"


def wrapped(text: str, *, first: str = "", later: str = "") -> list[str]:
    """Lines of running text that fit the terminal, at most 100 columns."""
    columns = min(100, terminal_columns())
    return textwrap.wrap(
        text, columns, initial_indent=first, subsequent_indent=later, break_on_hyphens=False, break_long_words=False
    ) or [first]


@dataclass
class Footnotes:
    """Sources numbered in the order in which a text names them."""

    titles: dict[str, str] = field(default_factory=dict)

    def mark(self, key: str, title: str) -> str:
        """``[3]`` for the source ``key``."""
        self.titles.setdefault(key, title)
        return f"[{list(self.titles).index(key) + 1}]"

    def lines(self) -> list[str]:
        """One entry per source."""
        lines: list[str] = []
        for count, title in enumerate(self.titles.values(), start=1):
            lines += wrapped(title, first=f"[{count}] ", later="    ")
        return lines
