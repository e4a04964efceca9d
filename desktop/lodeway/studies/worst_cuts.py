"""Which two (or three) things together hurt most? Pairs exactly, with a proof; triples with the gap stated.

*Harm* of a set is the rise of the optimal cost of the world when it is closed, missing metal counted at its shortage
prices (three to four times the metal's price). Closing more never lowers it. For a pair {a, b} the search uses three
facts, and solves only where none of them rules the pair out:

1. where b carries nothing in the answer to "a closed", that answer stays optimal: harm(a, b) = harm(a);
2. else, dropping what b carries there and doing without the metal is a feasible answer:
   harm(a, b) <= harm(a) + (contained tonnes over b) x (dearest price of doing without);
3. the same with a and b exchanged; the smaller bound counts.

Pairs are solved in the order of their bounds until no bound left is above the worst pairs found: then these are proven.
When the budget of solves ends first, the largest bound left is the gap. A triple extends the worst pairs; its proven
bound is the harm of closing everything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lodeway.errors import ScenarioError
from lodeway.model.scenario import LeverUse, Scenario
from lodeway.solve import parameters
from lodeway.studies.compare import compare
from lodeway.studies.n1 import KINDS, Candidate, Kind, Outage, candidates, outage
from lodeway.studies.study import Desk, Study

if TYPE_CHECKING:
    from lodeway.solve import Model

FloatArray = NDArray[np.float64]
MOST_SOLVES = 6_000
BATCH = 320
"""Pairs solved between two looks at the bounds; a pool of processes takes two seconds to start."""
EXTENDED = 5
"""A triple extends this many of the worst pairs."""
NEGATIVE_LEGS = 6
"""Legs of one chain from mine to market that may carry a hidden cost below zero."""
TOLERANCE_USD = 1.0


@dataclass(frozen=True)
class Cut:
    """A set of things closed together; ``harm_usd`` is the rise of the optimal cost with shortages priced."""

    members: tuple[Candidate, ...]
    harm_usd: float
    outage: Outage
    """Lost tonnes, their value, cost and days, apart."""


@dataclass(frozen=True)
class WorstCuts:
    """The worst sets, the worst first."""

    size: int
    scenario: Scenario
    cuts: tuple[Cut, ...]
    proven: bool
    gap_usd: float
    """No set that is not listed does more harm than the last listed one plus this."""
    candidates: int
    sets: int
    solves: int

    def document(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "study": "worst-cuts", "size": self.size, "scenario": self.scenario.name,
            "adaptation": self.scenario.adaptation, "proven": self.proven, "gap_usd_per_year": self.gap_usd,
            "candidates": self.candidates, "sets": self.sets, "solves": self.solves,
            "cuts": [
                {
                    "rank": rank, "ids": [m.id for m in cut.members], "names": [m.name for m in cut.members],
                    "harm_usd_per_year": cut.harm_usd, "lost_value_usd_per_year": cut.outage.lost_value_usd,
                    "added_cost_usd_per_year": cut.outage.added_cost_usd, "added_days": cut.outage.added_days,
                    "by_commodity": [{"commodity": x.commodity, "lost_t": x.lost_t} for x in cut.outage.losses],
                }
                for rank, cut in enumerate(self.cuts, start=1)
            ],
        }  # fmt: skip

    def table(self) -> tuple[str, tuple[tuple[str, str], ...], list[tuple[Any, ...]]]:
        """One row per set."""
        metals = sorted({x.commodity for cut in self.cuts for x in cut.outage.losses})
        columns = (
            ("rank", "Rank"), ("id", "Ids"), ("name", "Names"), ("harm_usd_per_year", "Harm, USD/yr"),
            ("lost_value_usd_per_year", "Value lost, USD/yr"), ("added_cost_usd_per_year", "Added cost, USD/yr"),
            *((f"lost_{m.partition(':')[2].replace('-', '_')}_t", f"Lost {m.partition(':')[2]}, t/yr") for m in metals),
        )  # fmt: skip
        rows: list[tuple[Any, ...]] = []
        for rank, cut in enumerate(self.cuts, start=1):
            lost = {x.commodity: x.lost_t for x in cut.outage.losses}
            rows.append((rank, " + ".join(m.id for m in cut.members), " + ".join(m.name for m in cut.members),
                         cut.harm_usd, cut.outage.lost_value_usd, cut.outage.added_cost_usd,
                         *(lost.get(m, 0.0) for m in metals)))  # fmt: skip
        proof = (
            f"proven: {self.sets:,} sets, {self.solves:,} solved, the others ruled out by bounds" if self.proven
            else f"not proven: another set may do up to {self.gap_usd / 1e9:,.2f} bn USD/yr more harm"
        )  # fmt: skip
        return f"Worst sets of {self.size} ({proof})", columns, rows


@dataclass(frozen=True)
class Closed:
    """Task of a worker: a scenario, the levers of a set, and whether the use of every link is wanted."""

    scenario: Scenario
    levers: tuple[LeverUse, ...]
    with_use: bool


def probe(model: Model, task: Closed) -> tuple[float, FloatArray | None]:
    """Objective (USD a year), and contained kt of each commodity over each link where asked for: (links, c)."""
    objective, x = model.probe(replace(task.scenario, levers=(*task.scenario.levers, *task.levers)))
    if not task.with_use:
        return objective, None
    p = model.problem
    flow = np.maximum(x[p.columns["ship"]], 0.0)
    table = np.zeros((len(flow), len(p.chain.commodities)))
    used = np.flatnonzero(flow > 1e-9)
    table[used, p.commodity[used]] = flow[used]
    return objective, p.link_use @ table


def price_of_doing_without(model: Model) -> FloatArray:
    """(commodities,) the most that a contained tonne less over a link can cost the world, USD.

    The dearest step of unmet demand, stock not filled and mines run unevenly, each for what the plants of two stages
    would have made of it; and hidden costs below zero that are forgone.
    """
    p = model.problem
    recovery = min((plant.recovery for plant in p.chain.plants), default=1.0)
    ship = p.cost[p.columns["ship"]]
    out = []
    for k, name in enumerate(p.chain.commodities):
        price = p.chain.price_usd_per_t[name]
        own = ship[p.commodity == k]
        rebate = max(0.0, -float(own.min(initial=0.0)))
        multiple = max(parameters.UNMET_PRICE_STEPS) + parameters.STOCK_VALUE + parameters.UNEVEN_OUTPUT_PRICE
        out.append((multiple * price + NEGATIVE_LEGS * rebate) / recovery**3)
    return np.array(out)


def run(
    desk: Desk, size: int = 2, kinds: tuple[Kind, ...] = KINDS, best: int = 10, budget: int = MOST_SOLVES
) -> WorstCuts:
    """The ``best`` worst sets of ``size`` (2 or 3); raises ``LodewayError``."""
    if size not in (2, 3):
        raise ScenarioError(f"sets of {size} cannot be searched; give 2 or 3")
    search = _Search(desk, kinds)
    pairs, gap, solves = search.pairs(best, budget)
    count = len(search.things)
    if size == 2:
        cuts = tuple(search.cut(pair, harm) for pair, harm in pairs)
        return WorstCuts(2, desk.scenario, cuts, gap <= 0.0, gap, count, count * (count - 1) // 2, solves)
    triples, more = search.triples(pairs[:EXTENDED], best)
    everything = search.everything()
    found = tuple(search.cut(triple, harm) for triple, harm in triples)
    gap = max(0.0, everything - (found[-1].harm_usd if found else 0.0))
    sets = count * (count - 1) * (count - 2) // 6
    return WorstCuts(3, desk.scenario, found, gap <= TOLERANCE_USD, gap, count, sets, solves + more + 1)


class _Search:
    def __init__(self, desk: Desk, kinds: tuple[Kind, ...]) -> None:
        self.desk, model = desk, desk.model
        plain = not desk.scenario.levers and desk.scenario.year is None
        self._base = model.baseline() if plain else model.solve(desk.scenario)
        self._zero = model.probe(desk.scenario)[0]
        p = model.problem
        by_legs: dict[bytes, Candidate] = {}
        rows: dict[str, list[int]] = {}
        for thing in candidates(model.atlas, self._base, kinds):
            members = sorted(p.arcs.link_of[k] for k in thing.links(model.atlas) if k in p.arcs.link_of)
            key = np.unique(p.link_use[members].indices).tobytes()
            if key and key not in by_legs:
                by_legs[key], rows[thing.id] = thing, members
        self.things = list(by_legs.values())
        self._rows = [rows[thing.id] for thing in self.things]
        self._price = price_of_doing_without(model)

    def _solve(self, sets: list[tuple[int, ...]], with_use: bool) -> list[tuple[float, FloatArray | None]]:
        tasks = [
            Closed(self.desk.scenario, tuple(u for k in group for u in self.things[k].levers), with_use)
            for group in sets
        ]  # fmt: skip
        answers = dict(self.desk.crew.each(self.desk.ground, self.desk.model, probe, tasks))
        return [answers[place] for place in range(len(sets))]

    def pairs(self, best: int, budget: int) -> tuple[list[tuple[tuple[int, ...], float]], float, int]:
        """(pair, harm) of the worst, what a pair not listed may do more than the last of them, and solves."""
        n = len(self.things)
        self.desk.progress("Closing one thing after another", 0.0, ())
        singles = self._solve([(k,) for k in range(n)], with_use=True)
        harm = np.array([objective - self._zero for objective, _ in singles])
        # what each thing carries, priced, in the answer to each closure: (closed, thing)
        carried = np.zeros((n, n))
        for k, (_, use) in enumerate(singles):
            assert use is not None
            priced = use @ self._price * 1_000.0
            carried[k] = [priced[members].sum() for members in self._rows]
        bound = harm[:, None] + carried
        bound = np.minimum(bound, bound.T)
        exact = np.minimum(carried, carried.T) <= 1e-6
        known: dict[tuple[int, ...], float] = {}
        upper: list[tuple[float, int, int]] = []
        for a in range(n):
            for b in range(a + 1, n):
                if exact[a, b]:
                    known[a, b] = float(harm[a] if carried[a, b] <= 1e-6 else harm[b])
                else:
                    upper.append((-float(bound[a, b]), a, b))
        upper.sort()
        solves, place = n, 0
        while place < len(upper) and solves < budget:
            worst = self._worst(known, best)
            floor = worst[-1][1] if len(worst) == best else -np.inf
            if -upper[place][0] <= floor + TOLERANCE_USD:
                break
            batch = upper[place : place + min(BATCH if place else 4 * best, budget - solves)]
            batch = [item for item in batch if -item[0] > floor]
            found = self._solve([(a, b) for _, a, b in batch], with_use=False)
            known |= {(a, b): objective - self._zero for (_, a, b), (objective, _) in zip(batch, found, strict=True)}
            place += len(batch)
            solves += len(batch)
            self.desk.progress("Ruling out pairs", place / len(upper), ())
        worst = self._worst(known, best)
        floor = worst[-1][1] if worst else 0.0
        gap = -upper[place][0] - floor if place < len(upper) else 0.0
        return worst, gap if gap > TOLERANCE_USD else 0.0, solves

    @staticmethod
    def _worst(known: dict[tuple[int, ...], float], best: int) -> list[tuple[tuple[int, ...], float]]:
        return sorted(known.items(), key=lambda item: (-item[1], item[0]))[:best]

    def triples(
        self, pairs: list[tuple[tuple[int, ...], float]], best: int
    ) -> tuple[list[tuple[tuple[int, ...], float]], int]:  # fmt: skip
        """The worst extensions of these pairs by one more thing."""
        sets = sorted(
            {tuple(sorted({*pair, k})) for pair, _ in pairs for k in range(len(self.things)) if k not in pair}
        )
        self.desk.progress("Closing three things at once", 0.5, ())
        found = {group: z - self._zero for group, (z, _) in zip(sets, self._solve(sets, with_use=False), strict=True)}
        return self._worst(found, best), len(sets)

    def everything(self) -> float:
        """Harm of closing all things at once: no set does more."""
        return self._solve([tuple(range(len(self.things)))], with_use=False)[0][0] - self._zero

    def cut(self, group: tuple[int, ...], harm: float) -> Cut:
        """The set with its figures."""
        members = tuple(self.things[k] for k in group)
        levers = tuple(use for m in members for use in m.levers)
        scenario = replace(self.desk.scenario, levers=(*self.desk.scenario.levers, *levers))
        thing = Candidate(" + ".join(m.id for m in members), members[0].kind, "", 0.0, levers)
        found = compare(self._base, self.desk.model.solve(scenario))
        return Cut(members, harm, outage(self.desk.model.atlas, thing, found))


STUDY = Study("worst-cuts", "Worst pairs and triples", "Which two or three things, closed together, hurt most.", run)
