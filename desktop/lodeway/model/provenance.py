"""Where a number comes from: source, year, kind, confidence, range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Confidence = Literal["reported", "derived", "estimated"]

OWN_ESTIMATE = "source:own-estimate"
"""The source of values that no read page gives; always with confidence ``estimated``."""


@dataclass(frozen=True, slots=True)
class Source:
    """A page, data set or rule that gives values. ``address`` is empty for own estimates and computed values."""

    id: str
    title: str
    address: str
    year: int | None
    kind: str
    """``page``, ``dataset``, ``package``, ``estimate`` or ``computed``."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of one subject that a person can see.

    ``value`` is ``None`` where it is unknown (never 0). ``low`` and ``high`` bound an uncertain value in the same
    unit. ``formula`` says in words how a derived value was computed, naming its inputs by subject id and field.
    """

    subject: str
    field: str
    value: float | str | None
    unit: str
    year: int | None
    kind: str
    confidence: Confidence
    source: str
    low: float | None = None
    high: float | None = None
    formula: str = ""
    note: str = ""
