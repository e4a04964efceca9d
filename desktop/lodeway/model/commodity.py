"""Commodities, the forms they are shipped in, and prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Commodity:
    """A commodity with its unit of account (t contained metal; t LCE for lithium; t REO for rare earths)."""

    id: str
    name: str
    symbol: str
    unit: str
    price_usd_per_t: float | None
    """Per tonne of the unit of account."""
    solved: bool
    """Whether its tables close honestly, so that the flow model solves it; otherwise it is only drawn."""
    why_not_solved: str
    colour: str
    """``#rrggbb``."""
    names: dict[str, str]
    """Language code (en, fr, pt, zh) to name."""


@dataclass(frozen=True, slots=True)
class Form:
    """What is shipped of a commodity. Gross tonnes = contained tonnes / ``contained_fraction``."""

    id: str
    """``form:copper/concentrate``."""
    commodity: str
    name: str
    contained_fraction: float
    packaging: Literal["bulk", "box"]
    """Which of a port's two capacities it uses: ``bulk`` (bulk, breakbulk, bulk bags) or ``box`` (containers)."""
    stage: int
    """Order along the chain, 0 = out of the mine; the last stage is what markets consume."""
    final: bool
    """Whether markets consume it."""
