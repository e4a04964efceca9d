"""The answer to one scenario, as plain labelled records. No solver object escapes into it.

Tonnes are per year; ``t`` alone is contained, ``gross_t`` is what fills wagons. ``None`` = unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lodeway.model.scenario import Scenario

SolveStatus = Literal["optimal", "infeasible", "unbounded", "failed"]
ExposureBy = Literal["mine_country", "owner_country", "plant_country", "route", "port", "gate"]
EXPOSURE_BY: tuple[ExposureBy, ...] = ("mine_country", "owner_country", "plant_country", "route", "port", "gate")


@dataclass(frozen=True, slots=True)
class Flow:
    """One form of one origin area over one link in one direction; the finest record, what ribbons are drawn from."""

    link: str
    forward: bool
    form: str
    origin: str
    contained_t: float
    gross_t: float


@dataclass(frozen=True, slots=True)
class Throughput:
    """Use of a link, port, gate or route.

    ``flow_t_per_year`` is gross, both ways (a route: over its markers). ``utilisation`` = (flow + other traffic) /
    capacity; ``None`` where the capacity is unknown. ``bottleneck`` is the link id that limits a route, else empty.
    ``status`` is the thing's own status, or ``blocked``.
    """

    id: str
    name: str
    status: str
    blocked: bool
    capacity_t_per_year: float | None
    flow_t_per_year: float
    utilisation: float | None
    slack_t_per_year: float | None
    bottleneck: str
    by_commodity: dict[str, float]
    """Commodity id to gross t/yr."""
    marginal_value_usd_per_t: tuple[float, float] | None = None
    """(one more, one less) tonne of capacity, by two re-solves; ``None`` where not asked for."""


@dataclass(frozen=True, slots=True)
class MarketResult:
    """What one market gets of one commodity; costs and days are means per delivered tonne (``None`` without any)."""

    id: str
    commodity: str
    demand_t: float
    delivered_t: float
    unmet_t: float
    mean_cost_usd_per_t: float | None
    mean_days: float | None


@dataclass(frozen=True, slots=True)
class Exposure:
    """Share (0..1) of what ``market`` receives of ``commodity`` that passes ``id`` today, by proportional sharing."""

    market: str
    commodity: str
    by: ExposureBy
    id: str
    share: float


@dataclass(frozen=True, slots=True)
class SiteOutput:
    """What one mine or plant makes in the solution, t/yr contained, beside its limit.

    ``stock_t`` is the part of a mine's output that no plant takes in the baseline and that is put in stock there.
    """

    id: str
    commodity: str
    form: str
    output_t: float
    limit_t: float | None
    stock_t: float = 0.0


@dataclass(frozen=True, slots=True)
class Change:
    """Difference against the baseline for a market, commodity or route and one commodity (or all: empty).

    ``rerouted_t`` counts tonnes that flow elsewhere than before; losses and costs are never added up, so
    ``added_cost_usd_per_t`` is per tonne delivered in both cases and ``None`` where nothing is delivered.
    """

    id: str
    commodity: str
    unmet_t: float
    rerouted_t: float
    added_cost_usd: float | None
    added_cost_usd_per_t: float | None
    added_days: float | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why tonnes are missing, or a note on the answer, in words: ``subject`` is a market, mine or commodity id."""

    subject: str
    commodity: str
    tonnes: float
    words: str


@dataclass(frozen=True, slots=True)
class SolveInfo:
    """How the answer was reached."""

    seconds: float
    iterations: int
    cold_retries: int
    max_balance_error_kt: float
    columns: int
    rows: int


@dataclass(frozen=True)
class Result:
    """The flows and figures of one scenario."""

    status: SolveStatus
    scenario: Scenario
    year: int
    objective_usd_per_year: float
    links: dict[str, Throughput]
    ports: dict[str, Throughput]
    gates: dict[str, Throughput]
    routes: dict[str, Throughput]
    markets: tuple[MarketResult, ...]
    exposure: tuple[Exposure, ...]
    sites: dict[str, SiteOutput]
    flows: tuple[Flow, ...]
    reasons: tuple[Reason, ...]
    info: SolveInfo
    data_version: str
    program_version: str


@dataclass(frozen=True)
class Comparison:
    """A result beside its baseline."""

    baseline: Result
    result: Result
    changes: tuple[Change, ...]
    """Per market and commodity, per commodity, per route."""
