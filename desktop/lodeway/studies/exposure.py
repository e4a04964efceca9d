"""Exposure as matrices, and concentration: how much hangs on how few.

Exposure of a market to a thing is the share of what it receives that passes the thing today. The Herfindahl-Hirschman
index is ``sum of (100 s)^2``, 0 to 10,000, over mine countries, owners, plant countries, routes, ports or gates. A
tonne has one mine country but may pass several routes, ports, gates and plant countries; where such shares add up to
more than one, each is divided by their sum. Where they add up to less, the rest is unknown or goes another way, and
the index lies between two bounds: the rest is spread over very many (low), or is one more thing (high).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lodeway.model.result import EXPOSURE_BY, ExposureBy, Result

MODERATE_HHI, HIGH_HHI = 1_000.0, 1_800.0
"""Bands of the merger guidelines of the United States, 2023."""


@dataclass(frozen=True)
class Matrix:
    """Shares of one commodity: (rows = things, columns = markets), NaN where a market receives nothing."""

    commodity: str
    by: ExposureBy
    rows: tuple[str, ...]
    markets: tuple[str, ...]
    shares: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Concentration:
    """The index of one market and commodity over one kind of things, with its bounds and the largest thing."""

    market: str
    commodity: str
    by: ExposureBy
    hhi_low: float
    hhi_high: float
    known_share: float
    """Of what arrives, the share that passes a known thing of this kind; at most one."""
    largest: str
    largest_share: float


def matrix(result: Result, commodity: str, by: ExposureBy, least: float = 0.0005) -> Matrix:
    """Things that matter to any market, those that most of the world hangs on first. Markets by what they receive."""
    received = {m.id: m.delivered_t for m in result.markets if m.commodity == commodity}
    markets = tuple(sorted(received, key=lambda m: (-received[m], m)))
    shares: dict[str, dict[str, float]] = defaultdict(dict)
    for item in result.exposure:
        if item.by == by and item.commodity == commodity:
            shares[item.id][item.market] = item.share
    world = {name: sum(share * received[m] for m, share in row.items()) for name, row in shares.items()}
    rows = tuple(
        sorted((name for name in shares if max(shares[name].values()) >= least), key=lambda name: (-world[name], name))
    )
    table = np.array([[shares[name].get(m, 0.0) for m in markets] for name in rows]).reshape(len(rows), len(markets))
    table[:, [received[m] <= 0.0 for m in markets]] = np.nan
    return Matrix(commodity, by, rows, markets, table)


def concentrations(result: Result) -> tuple[Concentration, ...]:
    """The index of every market that receives something, over every kind of things that it is exposed to."""
    found: dict[tuple[str, str, ExposureBy], dict[str, float]] = defaultdict(dict)
    for item in result.exposure:
        found[item.market, item.commodity, item.by][item.id] = item.share
    out: list[Concentration] = []
    for m in result.markets:
        for by in EXPOSURE_BY:
            shares = found.get((m.id, m.commodity, by), {})
            if m.delivered_t > 0.0 and shares:
                low, high, known = hhi(list(shares.values()))
                largest = max(sorted(shares), key=lambda name: shares[name])
                out.append(Concentration(m.id, m.commodity, by, low, high, known, largest, shares[largest]))
    return tuple(out)


def hhi(shares: list[float]) -> tuple[float, float, float]:
    """(low, high, known share) of shares 0..1; no share at all is unknown: (0, 10,000, 0)."""
    total = sum(shares)
    scale = 100.0 / max(1.0, total)
    known = sum((share * scale) ** 2 for share in shares)
    rest = max(0.0, 1.0 - total)
    return known, min(10_000.0, known + (100.0 * rest) ** 2), min(1.0, total)


def level(value: float) -> str:
    """``low``, ``moderate`` or ``high``."""
    return "low" if value < MODERATE_HHI else "moderate" if value <= HIGH_HHI else "high"
