"""From the values of the program to a labelled :class:`lodeway.model.result.Result`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from lodeway import __version__
from lodeway.model.network import Link
from lodeway.model.result import (
    Flow,
    MarketResult,
    Reason,
    Result,
    SiteOutput,
    SolveInfo,
    Throughput,
)
from lodeway.model.scenario import Scenario
from lodeway.solve import parameters
from lodeway.solve.arcs import FloatArray
from lodeway.solve.effects import Conditions
from lodeway.solve.problem import STEPS, Problem
from lodeway.solve.reasons import name_of
from lodeway.solve.tracing import Trace

FLOW_EPSILON_KT = 1e-6
"""Flows below a kilogram are rounding of the solver and are not listed."""
T_DIGITS = 3
"""Tonnes are given to the kilogram."""


@dataclass(frozen=True)
class Used:
    """Gross use of the network in t/yr by commodity: links (l, c), gates, ports and routes likewise by id."""

    links: FloatArray
    others: dict[str, FloatArray]


class Assembler:
    """All of the result that does not depend on the flows; unchanged records are taken over from the baseline."""

    def __init__(self, problem: Problem) -> None:
        p = problem
        atlas, arcs = p.atlas, p.arcs
        self._p = p
        entry_column = p.shipments.column_of_entry()
        keys = p.shipments.chain_arc.astype(np.int64) * len(p.chain.groups) + p.shipments.group[entry_column]
        self._keys, self._key_of = np.unique(keys, return_inverse=True)
        self._flow_cache: dict[int, Flow] = {}
        self._links_of: dict[str, list[int]] = {}
        for gate in atlas.gates.values():
            self._links_of[gate.id] = [arcs.link_of[k] for k in gate.links if k in arcs.link_of]
        for route in atlas.routes.values():
            self._links_of[route.id] = [arcs.link_of[k] for k in route.markers if k in arcs.link_of]
        for port in atlas.ports:
            self._links_of[port] = []
        for k, link_id in enumerate(arcs.links):
            if arcs.sea[2 * k]:
                for site in {atlas.links[link_id].from_site, atlas.links[link_id].to_site}:
                    if site in atlas.ports:
                        self._links_of[site].append(k)
        self._balances = p.matrix[: p.rows["stock"].start].tocsr()
        self._labels = [name_of(atlas, link) for link in arcs.links]
        members = [(row, k) for row, name in enumerate(self._links_of) for k in self._links_of[name]]
        self._things = sparse.csr_matrix(
            (np.ones(len(members)), ([m[0] for m in members], [m[1] for m in members])),
            shape=(len(self._links_of), len(arcs.links)),
        )
        self._number = {link: k for k, link in enumerate(arcs.links)}
        self._unsold_t: FloatArray | None = None
        self._base: Result | None = None
        self._base_things: dict[str, Throughput] = {}
        self._base_links: FloatArray | None = None

    def keep_as_baseline(self, result: Result, x: FloatArray) -> None:
        """Keep ``result``, made of ``x``: records of links with the same flow of every commodity are not made again."""
        self._base, self._base_links = result, self.use(x).links
        self._base_things = {**result.ports, **result.gates, **result.routes}
        self._unsold_t = self._left_t(x)

    def _left_t(self, x: FloatArray) -> FloatArray:
        """What each mine could make and does not send away."""
        p = self._p
        production = np.array([mine.production_t_per_year or 0.0 for mine in p.chain.mines])
        sent = -(p.mine_rows @ x[p.columns["ship"]]) * 1_000.0
        left: FloatArray = np.round(np.maximum(production - sent, 0.0), T_DIGITS)
        return left

    def balance_error_kt(self, x: FloatArray) -> float:
        """Sum over all conserving rows of what their left side misses."""
        p = self._p
        rows = slice(0, p.rows["stock"].start)
        return float(np.abs(self._balances @ x - p.row_lower[rows]).sum())

    def use(self, x: FloatArray) -> Used:
        """Gross t/yr through everything."""
        p = self._p
        gross = np.maximum(x[p.columns["ship"]], 0.0) / p.fraction * 1_000.0
        used = np.flatnonzero(gross > FLOW_EPSILON_KT * 1_000.0)
        table = np.zeros((p.shipments.count, len(p.chain.commodities)))
        table[used, p.commodity[used]] = gross[used]
        links = np.round(p.link_use @ table, T_DIGITS)
        others = self._things @ links
        return Used(links, dict(zip(self._links_of, others, strict=True)))

    def result(
        self,
        scenario: Scenario,
        conditions: Conditions,
        x: FloatArray,
        objective: float,
        trace: Trace,
        reasons: tuple[Reason, ...],
        info: SolveInfo,
    ) -> Result:
        """Put everything together."""
        atlas = self._p.atlas
        used = self.use(x)
        links = self._link_table(used, conditions)
        whole = {name: self._thing(name, used, conditions, links) for name in self._links_of}
        return Result(
            status="optimal",
            scenario=scenario,
            year=atlas.year if scenario.year is None else scenario.year,
            objective_usd_per_year=objective * 1_000.0,
            links=links,
            ports={name: whole[name] for name in sorted(atlas.ports)},
            gates={name: whole[name] for name in sorted(atlas.gates)},
            routes={name: whole[name] for name in sorted(atlas.routes)},
            markets=self._markets(x, trace),
            exposure=trace.exposure,
            sites=self._sites(x, conditions),
            flows=self._flows(x),
            reasons=reasons,
            info=info,
            data_version=atlas.data_version,
            program_version=__version__,
        )

    def _flows(self, x: FloatArray) -> tuple[Flow, ...]:
        flow, ships = x[self._p.columns["ship"]], self._p.shipments
        used = np.flatnonzero(flow > 0.0)
        first, lengths = ships.chain_start[used].astype(np.int64), np.diff(ships.chain_start)[used]
        entries = np.arange(lengths.sum()) + np.repeat(first - (np.cumsum(lengths) - lengths), lengths)
        contained = np.bincount(
            self._key_of[entries], weights=np.repeat(flow[used], lengths), minlength=len(self._keys)
        )
        tonnes = np.round(contained * 1_000.0, T_DIGITS)
        flows = []
        for k in np.flatnonzero(contained > FLOW_EPSILON_KT).tolist():
            value = float(tonnes[k])
            cached = self._flow_cache.get(k)
            if cached is None or cached.contained_t != value:
                arc, number = divmod(int(self._keys[k]), len(self._p.chain.groups))
                group = self._p.chain.groups[number]
                cached = Flow(self._p.arcs.links[arc // 2], arc % 2 == 0, group.form.id, group.origin, value,
                              round(value / group.form.contained_fraction, T_DIGITS))  # fmt: skip
                self._flow_cache[k] = cached
            flows.append(cached)
        return tuple(flows)

    def _by_commodity(self, amounts: FloatArray) -> dict[str, float]:
        return {
            name: round(float(amount), T_DIGITS)
            for name, amount in zip(self._p.chain.commodities, amounts, strict=True)
            if amount > 0.0
        }

    def _link_table(self, used: Used, conditions: Conditions) -> dict[str, Throughput]:
        totals = used.links.sum(axis=1)
        names = self._p.arcs.links
        if self._base is None or self._base_links is None:
            table: dict[str, Throughput] = {}
            fresh: Iterable[int] = range(len(names))
        else:
            table = dict(self._base.links)
            other = np.flatnonzero((used.links != self._base_links).any(axis=1)).tolist()
            fresh = sorted(
                {*other, *(self._number[n] for n in conditions.closed | conditions.opened if n in self._number)}
                | {self._number[limit.subject] for limit in conditions.limits if limit.subject in self._number}
            )
        for k in fresh:
            link_id = names[k]
            link = self._p.atlas.links[link_id]
            blocked = link_id in conditions.closed
            status = "blocked" if blocked else "opened" if link_id in conditions.opened else link.status
            table[link_id] = _throughput(
                link_id, self._labels[k], status, blocked, self._left_of(conditions, link_id, link.capacity_t_per_year),
                float(totals[k]), float(totals[k]) + (link.other_traffic_t_per_year or 0.0), "",
                self._by_commodity(used.links[k]),
            )  # fmt: skip
        return table

    def _left_of(self, conditions: Conditions, name: str, capacity: float | None) -> float | None:
        """What the scenario leaves of a capacity, other traffic included; of an unknown one, what may still pass."""
        limits = [limit for limit in conditions.limits if limit.subject == name]
        for limit in limits:
            if limit.capacity_t_per_year is not None:
                other = max(0.0, capacity - limit.capacity_t_per_year) if capacity is not None else 0.0
                capacity = other + limit.capacity_t_per_year * limit.keep_share
            elif self._base is not None:
                before = {**self._base.links, **self._base.routes, **self._base.ports, **self._base.gates}.get(name)
                capacity = before.flow_t_per_year * limit.keep_share if before is not None else capacity
        return None if capacity is None else round(capacity, T_DIGITS)

    def _thing(self, name: str, used: Used, conditions: Conditions, links: dict[str, Throughput]) -> Throughput:
        atlas, arcs = self._p.atlas, self._p.arcs
        before = self._base_things.get(name)
        if before is not None and self._base is not None and name not in conditions.blocked_subjects:
            base_links, route = self._base.links, atlas.routes.get(name)
            parts = [arcs.links[k] for k in self._links_of[name]]
            parts += [link for link, _ in route.links] if route is not None else []
            same = all(links.get(part) is base_links.get(part) for part in parts)
            if same and all(limit.subject != name for limit in conditions.limits):
                return before
        amounts = used.others[name]
        flow = float(amounts.sum())
        own = [arcs.links[k] for k in self._links_of[name]]
        blocked = name in conditions.blocked_subjects or (bool(own) and all(k in conditions.closed for k in own))
        opened = bool(own) and any(k in conditions.opened for k in own)
        capacity: float | None = None
        used_t, bottleneck = flow, ""
        if name in atlas.routes:
            route = atlas.routes[name]
            status: str = route.status
            bottleneck, capacity, used_t = self._bottleneck(name, links, flow)
            label = route.short_name
        elif name in atlas.gates:
            gate = atlas.gates[name]
            status = "closed" if gate.closed_by_default else "operating"
            label = gate.name
        else:
            port = atlas.ports[name]
            status, label = "operating", port.name
            if port.bulk_capacity_t_per_year is not None and port.box_capacity_teu_per_year is not None:
                capacity = (
                    port.bulk_capacity_t_per_year + port.box_capacity_teu_per_year * parameters.BOX_GROSS_T_PER_TEU
                )
        capacity = self._left_of(conditions, name, capacity)
        if opened:
            status = "opened"
        if blocked:
            status = "blocked"
        return _throughput(
            name, label, status, blocked, capacity, flow, used_t, bottleneck, self._by_commodity(amounts)
        )

    def _bottleneck(self, name: str, links: dict[str, Throughput], own_flow: float) -> tuple[str, float | None, float]:
        """The link of the chain with the least room, its capacity, and all that uses it in t/yr."""
        atlas = self._p.atlas
        route = atlas.routes[name]
        worst: tuple[float, str, Link] | None = None
        for link_id, _ in route.links:
            link = atlas.links.get(link_id)
            if link is None or link.capacity_t_per_year is None:
                continue
            room = link.capacity_t_per_year - (link.other_traffic_t_per_year or 0.0) - links[link_id].flow_t_per_year
            if worst is None or room < worst[0]:
                worst = (room, link_id, link)
        if worst is None:
            return "", route.capacity_t_per_year, own_flow
        carried = links[worst[1]].flow_t_per_year + (worst[2].other_traffic_t_per_year or 0.0)
        return worst[1], worst[2].capacity_t_per_year, carried

    def _markets(self, x: FloatArray, trace: Trace) -> tuple[MarketResult, ...]:
        p = self._p
        unmet = np.maximum(x[p.columns["unmet"]].reshape(-1, STEPS).sum(axis=1), 0.0) * 1_000.0
        unmet = np.where(unmet < FLOW_EPSILON_KT * 1_000.0, 0.0, np.round(unmet, T_DIGITS))
        rows = []
        for k, (market, commodity) in enumerate(p.demands):
            demand = p.chain.demand_kt[market, commodity] * 1_000.0
            cost, days = trace.cost_usd_per_t[k], trace.days[k]
            known = bool(np.isfinite(cost))
            rows.append(MarketResult(
                market, commodity, demand, round(demand - float(unmet[k]), T_DIGITS), float(unmet[k]),
                round(float(cost), 4) if known else None, round(float(days), 4) if known else None,
            ))  # fmt: skip
        return tuple(rows)

    def _sites(self, x: FloatArray, conditions: Conditions) -> dict[str, SiteOutput]:
        """Outputs; a mine puts in stock what no plant takes in the baseline, and makes no more for stock than that."""
        p = self._p
        left = self._left_t(x)
        stocks = left if self._unsold_t is None else np.minimum(left, self._unsold_t)
        mined = np.round(-(self._p.mine_rows @ x[p.columns["ship"]]) * 1_000.0, T_DIGITS)
        made = np.round(np.maximum(x[p.columns["make"]], 0.0) * 1_000.0, T_DIGITS)
        table = {}
        for k, mine in enumerate(p.chain.mines):
            is_closed = not conditions.blocked_subjects.isdisjoint((mine.id, f"country:{mine.country}"))
            stock = 0.0 if is_closed else float(stocks[k])
            table[mine.id] = SiteOutput(mine.id, p.atlas.forms[mine.form].commodity, mine.form,
                                        round(max(0.0, float(mined[k])) + stock, T_DIGITS),
                                        mine.production_t_per_year, stock)  # fmt: skip
        for k, plant in enumerate(p.chain.plants):
            table[plant.id] = SiteOutput(plant.id, plant.commodity, plant.output, float(made[k]),
                                         plant.production_t_per_year)  # fmt: skip
        return table


def _throughput(
    name: str, label: str, status: str, blocked: bool, capacity: float | None, flow: float, used: float,
    bottleneck: str, by_commodity: dict[str, float],
) -> Throughput:  # fmt: skip
    flow = round(flow, T_DIGITS)
    slack = None if capacity is None else round(capacity - used, T_DIGITS)
    utilisation = None if capacity is None or capacity <= 0.0 else round(used / capacity, 6)
    return Throughput(name, label, status, blocked, capacity, flow, utilisation, slack, bottleneck, by_commodity)
