"""Exposure by proportional-sharing flow tracing (J. Bialek, IEE Proc. Gener. Transm. Distrib. 143, 1996).

At every node what leaves is mixed in the proportions of what entered. Cargo is followed by form and origin through all
stages: a plant mixes its intakes, and scrap has no mine. For every set of things X the share of a node's throughput
that has passed X **at least once** obeys

    h_X(k) = sum over what enters k of share(e) * (1 if e passes X else h_X(tail of e)),

which is one sparse recursion along the flow for all X, all markets and all commodities together. Mean cost and days
obey the same recursion.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse

from lodeway.errors import SolveError
from lodeway.model.network import Plant
from lodeway.model.result import Exposure, ExposureBy
from lodeway.solve.arcs import FloatArray, IntArray
from lodeway.solve.problem import Problem

EPSILON_KT = 1e-7
SHARE_DIGITS = 9


@dataclass(frozen=True)
class Trace:
    """What tracing gives: exposures, and per demand row the mean cost (USD per delivered t) and days."""

    exposure: tuple[Exposure, ...]
    cost_usd_per_t: FloatArray
    days: FloatArray


class Tracer:
    """Everything of the tracing that does not depend on the flows."""

    def __init__(self, problem: Problem) -> None:
        atlas, chain = problem.atlas, problem.chain
        self._problem = problem
        keys: list[tuple[ExposureBy, str]] = []
        for by, ids in (
            ("route", sorted(atlas.routes)),
            ("port", sorted(atlas.ports)),
            ("gate", sorted(atlas.gates)),
            ("plant_country", sorted({f"country:{plant.country}" for plant in chain.plants})),
            ("mine_country", sorted({f"country:{mine.country}" for mine in chain.mines})),
            ("owner_country", sorted({f"country:{mine.owner_country}" for mine in chain.mines if mine.owner_country})),
        ):
            keys += [(by, name) for name in ids]  # type: ignore[misc]
        self.keys = keys
        index = {key: k for k, key in enumerate(keys)}
        links = problem.arcs.link_of
        on_link: list[tuple[int, int]] = []
        for route in atlas.routes.values():
            on_link += [(index["route", route.id], links[link]) for link in route.markers if link in links]
        for gate in atlas.gates.values():
            on_link += [(index["gate", gate.id], links[link]) for link in gate.links if link in links]
        for link_id, k in links.items():
            if problem.arcs.sea[2 * k]:
                for site in (atlas.links[link_id].from_site, atlas.links[link_id].to_site):
                    if site in atlas.ports:
                        on_link.append((index["port", site], k))
        table = sparse.csr_matrix(
            (np.ones(len(on_link)), ([a for a, _ in on_link], [b for _, b in on_link])), shape=(len(keys), len(links))
        )
        marks = (table @ problem.link_use).T.tocsr()
        take = problem.rows["take"]
        country_of = [index["plant_country", f"country:{plant.country}"] for plant in chain.plants]
        arrives = (problem.enters >= take.start) & (problem.enters < take.stop)
        column_of = np.array(country_of, dtype=np.int32)[problem.enters[arrives] - take.start]
        at_plant = sparse.csr_matrix(
            (np.ones(int(arrives.sum())), (np.flatnonzero(arrives), column_of)),
            shape=(problem.shipments.count, len(keys)),
        )
        self._kept: dict[int, tuple[FloatArray, list[Exposure]]] = {}
        """What was said of a demand at first; most what-ifs leave most demands as they are."""
        # which sets a shipment passes, whatever how often
        self._marks: sparse.csr_matrix = (marks + at_plant).tocsr()
        self._mine_marks = np.zeros((len(chain.mines), len(keys)))
        for k, mine in enumerate(chain.mines):
            self._mine_marks[k, index["mine_country", f"country:{mine.country}"]] = 1.0
            if mine.owner_country:
                self._mine_marks[k, index["owner_country", f"country:{mine.owner_country}"]] = 1.0

    def trace(self, x: FloatArray) -> Trace:
        """Follow the flows ``x`` (all columns, kt)."""
        p = self._problem
        flow = x[p.columns["ship"]]
        used = np.flatnonzero(flow > EPSILON_KT).astype(np.int32)
        tail, head, amount = p.leaves[used], p.enters[used], flow[used]
        nodes, compact = np.unique(np.concatenate((tail, head)), return_inverse=True)
        tail, head = compact[: len(used)].astype(np.int32), compact[len(used) :].astype(np.int32)
        plants = p.chain.plants
        take, mine = p.rows["take"], p.rows["mine"]
        recovery = np.ones(len(nodes))
        inflow_extra = np.zeros(len(nodes))
        processing = np.zeros(len(nodes))
        is_plant = np.flatnonzero((nodes >= take.start) & (nodes < take.stop))
        scrap = x[p.columns["scrap"]]
        for node in is_plant:
            plant: Plant = plants[nodes[node] - take.start]
            recovery[node] = plant.recovery
            inflow_extra[node] = max(0.0, float(scrap[nodes[node] - take.start]))
            processing[node] = plant.processing_usd_per_t
        entering = np.bincount(head, weights=amount * recovery[head], minlength=len(nodes)) + inflow_extra
        share = amount * recovery[head] / np.maximum(entering[head], 1e-12)
        level = _levels(tail, head, len(nodes))
        width = len(self.keys)
        table = np.zeros((len(nodes), width + 2))
        is_mine = np.flatnonzero((nodes >= mine.start) & (nodes < mine.stop))
        table[is_mine, :width] = self._mine_marks[nodes[is_mine] - mine.start]
        marks = self._marks[used]
        order = np.lexsort((head, level[head]))
        bounds = np.searchsorted(level[head][order], np.arange(1, level.max(initial=0) + 2))
        for start, stop in pairwise(bounds):
            edges = order[start:stop]
            if not len(edges):
                continue
            part = table[tail[edges]]
            local = marks[edges].tocoo()
            part[local.row, local.col] = 1.0
            part[:, width] = (part[:, width] + p.money[used[edges]]) / recovery[head[edges]]
            part[:, width + 1] += p.days[used[edges]]
            part *= share[edges][:, None]
            first = np.flatnonzero(np.concatenate(([True], head[edges][1:] != head[edges][:-1])))
            targets = head[edges][first]
            table[targets] = np.add.reduceat(part, first, axis=0)
            table[targets, width] += processing[targets]
        return self._read(table, nodes)

    def _read(self, table: FloatArray, nodes: IntArray) -> Trace:
        demand = self._problem.rows["demand"]
        row_of = {int(node): k for k, node in enumerate(nodes)}
        width = len(self.keys)
        exposures: list[Exposure] = []
        cost = np.full(len(self._problem.demands), np.nan)
        days = np.full(len(self._problem.demands), np.nan)
        for k, (market, commodity) in enumerate(self._problem.demands):
            row = row_of.get(demand.start + k)
            if row is None:
                continue
            cost[k], days[k] = table[row, width], table[row, width + 1]
            shares = np.round(table[row, :width], SHARE_DIGITS)
            kept = self._kept.get(k)
            if kept is None or not np.array_equal(kept[0], shares):
                columns = np.flatnonzero(shares > 0.0)
                figures = np.minimum(1.0, shares[columns]).tolist()
                kept = (
                    shares,
                    [
                        Exposure(market, commodity, *self.keys[column], figure)
                        for column, figure in zip(columns.tolist(), figures, strict=True)
                    ],
                )
                self._kept.setdefault(k, kept)
            exposures += kept[1]
        return Trace(tuple(exposures), cost, days)


def _levels(tail: IntArray, head: IntArray, count: int) -> IntArray:
    """Longest distance from a source along the used shipments; raises ``SolveError`` on a loop."""
    level = np.zeros(count, dtype=np.int32)
    for _ in range(count + 1):
        raised = np.zeros(count, dtype=np.int32)
        np.maximum.at(raised, head, level[tail] + 1)
        if np.array_equal(np.maximum(level, raised), level):
            return level
        level = np.maximum(level, raised)
    raise SolveError("cargo runs in a circle, so that its origin cannot be traced; report the scenario")
