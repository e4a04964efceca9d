"""N-1: everything is closed once, alone, and what the world loses is ranked (the criticality of each thing).

Links, routes, ports and gates that carry something are closed; a plant country is all its plants of solved commodities.
What carries nothing loses nothing: its closure leaves the optimum as it is, so that it needs no solve. Closures that
close the same shipments are solved once. Lost tonnes, their value, added cost and added days stay four figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from lodeway.errors import LodewayError
from lodeway.model.atlas import Atlas
from lodeway.model.result import Comparison, Result
from lodeway.model.scenario import LeverUse, Scenario
from lodeway.solve.paths import expand_block
from lodeway.studies.compare import compare
from lodeway.studies.study import Desk, Study

if TYPE_CHECKING:
    from lodeway.solve import Model

Kind = Literal["link", "route", "port", "gate", "plant_country"]
KINDS: tuple[Kind, ...] = ("link", "route", "port", "gate", "plant_country")
NEGLIGIBLE_T = 1.0


@dataclass(frozen=True, slots=True)
class Loss:
    """What one commodity loses: tonnes that no longer arrive; cost and days over what arrives in both cases."""

    commodity: str
    lost_t: float
    rerouted_t: float
    added_cost_usd: float | None
    added_days: float | None


@dataclass(frozen=True, slots=True)
class Outage:
    """One thing closed. ``lost_value_usd`` is lost tonnes at today's prices; it is not added to the cost."""

    id: str
    kind: Kind
    name: str
    status: Literal["solved", "unused", "no answer"]
    flow_t_per_year: float
    lost_value_usd: float | None
    added_cost_usd: float | None
    losses: tuple[Loss, ...]
    markets: tuple[tuple[str, str, float], ...] = ()
    """(market, commodity, t) that lose most, the worst first."""

    def of(self, commodity: str) -> Loss | None:
        """The loss of one commodity, or ``None``."""
        return next((loss for loss in self.losses if loss.commodity == commodity), None)

    @property
    def added_days(self) -> float | None:
        """Mean days added, of the commodity that is delayed most."""
        return max((loss.added_days for loss in self.losses if loss.added_days is not None), default=None)


@dataclass(frozen=True)
class Candidate:
    """A thing to close: the levers that do it."""

    id: str
    kind: Kind
    name: str
    flow_t_per_year: float
    """Gross tonnes; of a plant country what its plants make, contained."""
    levers: tuple[LeverUse, ...]

    def links(self, atlas: Atlas) -> frozenset[str]:
        """The links that it closes."""
        return frozenset[str]().union(*(expand_block(atlas, use.target).links for use in self.levers))

    def is_used(self, atlas: Atlas, base: Result) -> bool:
        """Whether anything that it closes carries something in ``base``."""
        return any(base.links[k].flow_t_per_year > 0.0 for k in self.links(atlas) if k in base.links)


@dataclass(frozen=True)
class Ranking:
    """All outages of a scenario, the worst first: by value lost, then by cost added, then by id."""

    scenario: Scenario
    data_version: str
    outages: tuple[Outage, ...]
    solves: int

    def document(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "study": "n-1",
            "scenario": self.scenario.name,
            "adaptation": self.scenario.adaptation,
            "data_version": self.data_version,
            "solves": self.solves,
            "outages": [
                {
                    "rank": rank, "id": o.id, "kind": o.kind, "name": o.name, "status": o.status,
                    "flow_t_per_year": o.flow_t_per_year, "lost_value_usd_per_year": o.lost_value_usd,
                    "added_cost_usd_per_year": o.added_cost_usd, "added_days": o.added_days,
                    "by_commodity": [
                        {"commodity": x.commodity, "lost_t": x.lost_t, "rerouted_t": x.rerouted_t,
                         "added_cost_usd": x.added_cost_usd, "added_days": x.added_days} for x in o.losses
                    ],
                    "markets": [{"market": m, "commodity": c, "lost_t": t} for m, c, t in o.markets],
                }
                for rank, o in enumerate(self.outages, start=1)
            ],
        }  # fmt: skip

    def table(self) -> tuple[str, tuple[tuple[str, str], ...], list[tuple[Any, ...]]]:
        """One row per thing; lost tonnes in a column per commodity."""
        metals = sorted({loss.commodity for o in self.outages for loss in o.losses})
        columns = (
            ("rank", "Rank"), ("id", "Id"), ("kind", "Kind"), ("name", "Name"), ("status", "Status"),
            ("flow_t_per_year", "Flow, gross t/yr"), ("lost_value_usd_per_year", "Value lost, USD/yr"),
            ("added_cost_usd_per_year", "Added cost, USD/yr"), ("added_days", "Days added, worst commodity"),
            *((f"lost_{m.partition(':')[2].replace('-', '_')}_t", f"Lost {m.partition(':')[2]}, t/yr") for m in metals),
        )  # fmt: skip
        rows: list[tuple[Any, ...]] = []
        for rank, o in enumerate(self.outages, start=1):
            lost = {loss.commodity: loss.lost_t for loss in o.losses}
            known = o.status != "no answer"
            rows.append((rank, o.id, o.kind, o.name, o.status, o.flow_t_per_year, o.lost_value_usd, o.added_cost_usd,
                         o.added_days, *((lost.get(m, 0.0) if known else None) for m in metals)))  # fmt: skip
        return "N-1: what is lost when one thing closes", columns, rows


def candidates(atlas: Atlas, base: Result, kinds: tuple[Kind, ...] = KINDS) -> list[Candidate]:
    """Everything of these kinds that a person can close, with what it carries in ``base``."""
    found: list[Candidate] = []
    tables: tuple[tuple[Kind, Any], ...] = (
        ("link", {k: v for k, v in base.links.items() if atlas.links[k].kind == "tabled"}),
        ("route", base.routes), ("port", base.ports), ("gate", base.gates),
    )  # fmt: skip
    for kind, table in tables:
        if kind in kinds:
            found += [
                Candidate(use.id, kind, use.name, use.flow_t_per_year, (LeverUse("block", use.id),))
                for _, use in sorted(table.items())
                if not use.blocked
            ]
    if "plant_country" in kinds:
        made: dict[str, list[str]] = {}
        output: dict[str, float] = {}
        for site in base.sites.values():
            plant = atlas.plants.get(site.id)
            if plant is not None and site.output_t > 0.0:
                made.setdefault(plant.country, []).append(site.id)
                output[plant.country] = output.get(plant.country, 0.0) + site.output_t
        for country, plants in sorted(made.items()):
            name = atlas.country_names.get(country, {}).get("en", country)
            levers = tuple(LeverUse("block", plant) for plant in sorted(plants))
            found.append(Candidate(f"country:{country}", "plant_country", name, output[country], levers))
    return found


def close(model: Model, task: tuple[Scenario, Candidate]) -> Outage:
    """The answer to one closure of a scenario; the work of one worker."""
    scenario, thing = task
    try:
        base = model.baseline() if not scenario.levers and scenario.year is None else _base(model, scenario)
        result = model.solve(replace(scenario, levers=(*scenario.levers, *thing.levers)))
    except LodewayError:
        return Outage(thing.id, thing.kind, thing.name, "no answer", thing.flow_t_per_year, None, None, ())
    return outage(model.atlas, thing, compare(base, result))


_bases: dict[tuple[int, Scenario], Result] = {}


def _base(model: Model, scenario: Scenario) -> Result:
    key = (id(model), scenario)
    if key not in _bases:
        _bases.clear()
        _bases[key] = model.solve(scenario)
    return _bases[key]


def outage(atlas: Atlas, thing: Candidate, found: Comparison) -> Outage:
    """The figures of one closure."""
    metals = {change.id: change for change in found.changes if change.id == change.commodity}
    losses = tuple(
        Loss(name, _plain(change.unmet_t), _plain(change.rerouted_t), change.added_cost_usd, change.added_days)
        for name, change in sorted(metals.items())
    )
    price = {name: atlas.commodities[name].price_usd_per_t for name in metals}
    value = sum(loss.lost_t * (price[loss.commodity] or 0.0) for loss in losses)
    markets = sorted(
        ((c.id, c.commodity, c.unmet_t) for c in found.changes if c.commodity and c.id != c.commodity
         and c.unmet_t >= NEGLIGIBLE_T),
        key=lambda item: (-item[2] * (price.get(item[1]) or 0.0), item),
    )  # fmt: skip
    cost = [loss.added_cost_usd for loss in losses if loss.added_cost_usd is not None]
    return Outage(
        thing.id, thing.kind, thing.name, "solved", thing.flow_t_per_year, value, sum(cost) if cost else None, losses,
        tuple(markets),
    )  # fmt: skip


def _plain(tonnes: float) -> float:
    return tonnes if abs(tonnes) >= NEGLIGIBLE_T else 0.0


def _order(item: Outage) -> tuple[float, float, str, str]:
    return -(item.lost_value_usd or 0.0), -(item.added_cost_usd or 0.0), item.kind, item.id


def run(desk: Desk, kinds: tuple[Kind, ...] = KINDS) -> Ranking:
    """Close everything once; ``desk.progress`` gets the outages as they come. Raises ``LodewayError``."""
    model, scenario = desk.model, desk.scenario
    plain = not scenario.levers and scenario.year is None
    base = model.baseline() if plain else model.solve(scenario)
    things = candidates(model.atlas, base, kinds)
    metals = sorted({m.commodity for m in base.markets})
    nothing = tuple(Loss(name, 0.0, 0.0, 0.0, 0.0) for name in metals)
    used = {c.id for c in things if c.is_used(model.atlas, base)}
    found = [Outage(c.id, c.kind, c.name, "unused", 0.0, 0.0, 0.0, nothing) for c in things if c.id not in used]
    alike: dict[bytes, list[Candidate]] = {}
    problem = model.problem
    for thing in things:
        if thing.id in used:
            rows = sorted(problem.arcs.link_of[k] for k in thing.links(model.atlas) if k in problem.arcs.link_of)
            closed = np.unique(problem.link_use[rows].indices)
            alike.setdefault(closed.tobytes(), []).append(thing)
    groups = sorted(alike.values(), key=lambda group: -max(c.flow_t_per_year for c in group))
    answers = desk.crew.each(desk.ground, model, close, [(scenario, group[0]) for group in groups])
    desk.progress("Closing one thing after another", 0.0, tuple(found))
    for done, more in enumerate(_named(answers, groups), start=1):
        found += more
        desk.progress("Closing one thing after another", done / len(groups), tuple(more))
    return Ranking(scenario, base.data_version, tuple(sorted(found, key=_order)), len(groups))


def _named(answers: Iterator[tuple[int, Outage]], groups: list[list[Candidate]]) -> Iterator[list[Outage]]:
    """Each answer under the name of everything that closes the same."""
    for place, answer in answers:
        yield [
            replace(answer, id=c.id, kind=c.kind, name=c.name, flow_t_per_year=c.flow_t_per_year) for c in groups[place]
        ]


STUDY = Study("n-1", "N-1", "Close every link, route, port, gate and plant country once and rank what is lost.", run)
