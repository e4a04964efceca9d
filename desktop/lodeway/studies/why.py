"""Why tonnes are missing: the smallest set of limits that together stop them, and the cheapest single relief.

Candidates are the levers of the scenario, capacities that are full, and the contracts that a short time to adapt holds.
With all of them lifted some tonnes arrive; the rest no route can bring: the world makes too little. A set of limits
*stops* the tonnes where, with every other limit lifted, as much is still missing. Sets of one are tried first, then of
two, so that a set of that size is proven the smallest; a larger one is irreducible: none of its limits can
be left out (deletion filter, J. W. Chinneck, Feasibility and Infeasibility in Optimization, 2008). Each relief is
solved, none is read off a dual value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

from lodeway.errors import ScenarioError
from lodeway.model.result import MarketResult, Result
from lodeway.model.scenario import LeverUse, Scenario
from lodeway.solve.reasons import name_of

if TYPE_CHECKING:
    from lodeway.solve import Model

NEGLIGIBLE_T = 1.0
STILL_MISSING = 0.99
"""A set stops the tonnes where this share of them is missing without every other limit."""
MOST_PAIRS = 66
FULL_SLACK_T = 1.0
NO_LIMIT_KT = 1e7


@dataclass(frozen=True)
class Limit:
    """One thing that may stop tonnes."""

    kind: Literal["lever", "capacity", "contracts"]
    subject: str
    words: str
    lifted: str
    """What lifting it means."""
    lever: LeverUse | None = None


@dataclass(frozen=True)
class Relief:
    """One limit lifted alone: what arrives, and the added cost of all that arrives per tonne won."""

    limit: Limit
    arrives_t: float
    added_cost_usd_per_t: float | None


@dataclass(frozen=True)
class Why:
    """The answer for one market (all of them: empty) and commodity; tonnes contained a year."""

    market: str
    commodity: str
    scenario: Scenario
    missing_t: float
    made_too_little_t: float
    """Missing even with every limit lifted."""
    stopped_by: tuple[Limit, ...]
    smallest: bool
    """Whether no smaller set stops as much; else the set is only irreducible."""
    reliefs: tuple[Relief, ...]
    """Of every limit of the set, the cheapest that helps first."""
    solves: int

    def document(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "market": self.market or None,
            "commodity": self.commodity,
            "scenario": self.scenario.name,
            "adaptation": self.scenario.adaptation,
            "missing_t": round(self.missing_t, 3),
            "made_too_little_t": round(self.made_too_little_t, 3),
            "stopped_by": [{"kind": x.kind, "id": x.subject or None, "words": x.words} for x in self.stopped_by],
            "smallest": self.smallest,
            "reliefs": [
                {
                    "kind": r.limit.kind, "id": r.limit.subject or None, "words": r.limit.lifted,
                    "arrives_t": round(r.arrives_t, 3),
                    "added_cost_usd_per_t": r.added_cost_usd_per_t,
                }
                for r in self.reliefs
            ],
        }  # fmt: skip


class _Asking:
    """Solves a scenario with some limits lifted, each set once."""

    def __init__(self, model: Model, scenario: Scenario, market: str, commodity: str) -> None:
        self.model, self.scenario = model, scenario
        self._market, self._commodity = market, commodity
        self._known: dict[frozenset[Limit], Result] = {}

    def result(self, lifted: Iterable[Limit]) -> Result:
        key = frozenset(lifted)
        if key not in self._known:
            gone = {x.lever for x in key if x.lever is not None}
            asked = replace(self.scenario, levers=tuple(u for u in self.scenario.levers if u not in gone))
            if any(x.kind == "contracts" for x in key):
                asked = replace(asked, adaptation="years")
            room = {x.subject: NO_LIMIT_KT for x in key if x.kind == "capacity"}
            self._known[key] = self.model.solve(asked, room_kt=room)
        return self._known[key]

    def missing(self, lifted: Iterable[Limit]) -> float:
        return sum(m.unmet_t for m in self._mine(self.result(lifted)))

    def cost(self, lifted: Iterable[Limit]) -> float:
        return sum(m.delivered_t * (m.mean_cost_usd_per_t or 0.0) for m in self._mine(self.result(lifted)))

    def _mine(self, result: Result) -> list[MarketResult]:
        return [m for m in result.markets if m.commodity == self._commodity and self._market in ("", m.id)]

    @property
    def solves(self) -> int:
        return len(self._known)


def why(
    model: Model, scenario: Scenario, commodity: str, market: str = "",
    describe: Callable[[LeverUse], str] = lambda use: f"{use.kind} {use.target}",
) -> Why:  # fmt: skip
    """Explain what is missing of a commodity in one market, or in all; raises ``ScenarioError``.

    ``describe`` says a lever in words.
    """
    base = model.solve(scenario)
    if not any(m.commodity == commodity and market in ("", m.id) for m in base.markets):
        wanted = f" in {market}" if market else ""
        raise ScenarioError(f"nothing is solved for {commodity}{wanted}; see 'lodeway-cli solve' for what is")
    asking = _Asking(model, scenario, market, commodity)
    missing = asking.missing(())
    if missing < NEGLIGIBLE_T:
        return Why(market, commodity, scenario, 0.0, 0.0, (), True, (), asking.solves)
    limits = _candidates(model, scenario, base, commodity, describe)
    least = asking.missing(limits)
    stopped = missing - least
    if stopped < NEGLIGIBLE_T:
        return Why(market, commodity, scenario, missing, missing, (), True, (), asking.solves)

    def stops(kept: Iterable[Limit]) -> bool:
        held = set(kept)
        return asking.missing([x for x in limits if x not in held]) - least >= STILL_MISSING * stopped

    found, smallest = _smallest(limits, stops)
    reliefs = []
    for limit in found:
        won = missing - asking.missing((limit,))
        per_t = (asking.cost((limit,)) - asking.cost(())) / won if won >= NEGLIGIBLE_T else None
        reliefs.append(Relief(limit, max(0.0, won), per_t))
    reliefs.sort(key=lambda r: (r.added_cost_usd_per_t is None, r.added_cost_usd_per_t or 0.0, r.limit.words))
    return Why(market, commodity, scenario, missing, least, found, smallest, tuple(reliefs), asking.solves)


def _smallest(
    limits: list[Limit], stops: Callable[[Iterable[Limit]], bool]
) -> tuple[tuple[Limit, ...], bool]:  # fmt: skip
    for limit in limits:
        if stops((limit,)):
            return (limit,), True
    pairs = list(combinations(limits, 2))
    if len(pairs) <= MOST_PAIRS:
        for pair in pairs:
            if stops(pair):
                return pair, True
    kept = list(limits)
    for limit in reversed(limits):
        rest = [x for x in kept if x is not limit]
        if stops(rest):
            kept = rest
    return tuple(kept), len(kept) <= 3 and len(pairs) <= MOST_PAIRS


def _candidates(
    model: Model, scenario: Scenario, base: Result, commodity: str, describe: Callable[[LeverUse], str]
) -> list[Limit]:
    limits = [Limit("lever", u.target, describe(u), f"without: {describe(u)}", u) for u in scenario.levers]
    atlas, seen = model.atlas, set[str]()
    for capacity in model.problem.capacities:
        use = base.links.get(capacity.subject) or base.ports.get(capacity.subject)
        if use is None or capacity.subject in seen or not use.by_commodity.get(commodity):
            continue
        if use.slack_t_per_year is not None and use.slack_t_per_year <= FULL_SLACK_T:
            seen.add(capacity.subject)
            name = name_of(atlas, capacity.subject)
            full = f"{name} is full ({use.capacity_t_per_year or 0.0:,.0f} t/yr)"
            limits.append(Limit("capacity", capacity.subject, full, f"more room at {name}"))
    if scenario.adaptation != "years":
        held = "contracts hold" if scenario.adaptation == "weeks" else "contracts give way only at a price"
        limits.append(Limit("contracts", "", f"{held} for {scenario.adaptation}", "years to find other sources"))
    return limits
