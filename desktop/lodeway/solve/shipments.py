"""Which cargo may use which chains of links: pruning by cost and days, and collapsing of links without a branch.

Both are exact for the answers that the program gives: a link is left out for a cargo only if its best path from any
source to any sink costs more than the best open path of that pair by ``DETOUR_USD_PER_T`` and ``DETOUR_DAYS`` of the
cargo's time (wider than any detour that two closed sea gates cause), and a node is collapsed only where in and out
flows mix in at most one way, so that the chain's flow is the flow of each of its links.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lodeway.solve import parameters
from lodeway.solve.arcs import Arcs, BoolArray, FloatArray, IntArray, arc_weights, day_value_usd_per_t, distances
from lodeway.solve.groups import Chain


@dataclass(frozen=True)
class Shipments:
    """One column per group and chain of arcs from a node to the next where cargo can part or join."""

    group: IntArray
    tail: IntArray
    head: IntArray
    chain_start: IntArray
    """(columns + 1,): where the arcs of each column begin in ``chain_arc``."""
    chain_arc: IntArray

    @property
    def count(self) -> int:
        """Number of columns."""
        return len(self.group)

    def column_of_entry(self) -> IntArray:
        """Column of every entry of ``chain_arc``."""
        return np.repeat(np.arange(self.count, dtype=np.int32), np.diff(self.chain_start))


def build_shipments(arcs: Arcs, chain: Chain) -> Shipments:
    """All columns of all groups, in the order of the groups."""
    group_parts: list[IntArray] = []
    tails: list[int] = []
    heads: list[int] = []
    chains: list[tuple[int, ...]] = []
    for form in dict.fromkeys(group.form.id for group in chain.groups):
        members = [k for k, group in enumerate(chain.groups) if group.form.id == form]
        for k, kept in zip(members, _pruned(arcs, chain, members), strict=True):
            sources = {_source_node(arcs, site) for site in chain.groups[k].sources}
            sinks = {arcs.node_of[site] for site in chain.takers[form]}
            columns = _collapse(arcs, kept, sources, sinks)
            group_parts.append(np.full(len(columns), k, dtype=np.int32))
            for tail, head, members_of_chain in columns:
                tails.append(tail)
                heads.append(head)
                chains.append(members_of_chain)
    lengths = np.array([len(c) for c in chains], dtype=np.int32)
    shipments = Shipments(
        group=np.concatenate(group_parts) if group_parts else np.zeros(0, dtype=np.int32),
        tail=np.array(tails, dtype=np.int32),
        head=np.array(heads, dtype=np.int32),
        chain_start=np.concatenate(([0], np.cumsum(lengths))).astype(np.int32),
        chain_arc=np.array([arc for c in chains for arc in c], dtype=np.int32),
    )
    return shipments


def _source_node(arcs: Arcs, site: str) -> int:
    return arcs.gives.get(site, arcs.node_of[site])


def _pruned(arcs: Arcs, chain: Chain, members: list[int]) -> list[BoolArray]:
    """Arcs that each of the groups, all of one form, may use."""
    form = chain.groups[members[0]].form
    price = chain.price_usd_per_t[form.commodity]
    weights = arc_weights(arcs, form.contained_fraction, price)
    budget = parameters.DETOUR_USD_PER_T / form.contained_fraction + parameters.DETOUR_DAYS * day_value_usd_per_t(price)
    sites = sorted({site for k in members for site in chain.groups[k].sources})
    starts = np.array([_source_node(arcs, site) for site in sites], dtype=np.int32)
    ends = np.array([arcs.node_of[site] for site in chain.takers[form.id]], dtype=np.int32)
    everything = np.ones(len(arcs.tail), dtype=bool)
    outward = distances(arcs, weights, everything, starts, backward=False)
    inward = distances(arcs, weights, everything, ends, backward=True)
    today = distances(arcs, weights, arcs.usable, starts, backward=False)[:, ends]
    best = np.where(np.isfinite(today), today, outward[:, ends])
    at_port = np.array([node.startswith("port:") for node in arcs.nodes])
    land = [~arcs.sea & arcs.usable, ~arcs.sea]
    to_sinks = [distances(arcs, weights, chosen, ends, backward=True) for chosen in land]
    from_sources = [distances(arcs, weights, chosen, starts, backward=False) for chosen in land]
    legs = np.flatnonzero(arcs.sea & arcs.passable)
    last = _best_legs(legs, weights[legs], arcs.tail[legs], arcs.head[legs], to_sinks, parameters.IMPORT_PORTS)
    lands = np.ones(len(arcs.tail), dtype=bool)
    lands[legs] = ~at_port[arcs.head[legs]] | last
    row_of = {site: k for k, site in enumerate(sites)}
    result = []
    for k in members:
        rows = [row_of[site] for site in chain.groups[k].sources]
        nearest = [table[rows] for table in from_sources]
        first = _best_legs(legs, weights[legs], arcs.head[legs], arcs.tail[legs], nearest, parameters.EXPORT_PORTS)
        offered = lands & arcs.passable
        offered[legs] &= ~at_port[arcs.tail[legs]] | first
        own = np.flatnonzero(offered)
        tail, head, weight = arcs.tail[own], arcs.head[own], weights[own]
        kept = np.zeros(len(own), dtype=bool)
        for row in rows:
            reach = outward[row, tail] + weight
            live = np.flatnonzero(np.isfinite(reach) & ~kept)
            if len(live):
                detour = np.where(np.isfinite(best[row]), inward[:, head[live]].T - best[row], np.inf)
                kept[live] = detour.min(axis=1) + reach[live] <= budget
        chosen = np.zeros(len(arcs.tail), dtype=bool)
        chosen[own[kept]] = True
        result.append(chosen)
    return result


def _best_legs(
    legs: IntArray, weight: FloatArray, fixed: IntArray, port: IntArray, ashore: list[FloatArray], count: int
) -> BoolArray:
    """Which sea legs are, for some site ashore, among the ``count`` best of all legs with the same ``fixed`` end.

    ``ashore`` holds tables (sites, nodes) of the way between site and port. With one leg kept this is exact for every
    closure of gates, because no gate lies on a leg; the others are for closed or full ports.
    """
    kept = np.zeros(len(legs), dtype=bool)
    for table in ashore:
        for row in table:
            total = weight + row[port]
            live = np.flatnonzero(np.isfinite(total))
            order = live[np.lexsort((total[live], fixed[live]))]
            group = fixed[order]
            start = np.flatnonzero(np.concatenate(([True], group[1:] != group[:-1]))) if len(order) else order
            rank = np.arange(len(order)) - np.repeat(start, np.diff(np.concatenate((start, [len(order)]))))
            kept[order[rank < count]] = True
    return kept


def _collapse(
    arcs: Arcs, kept: BoolArray, sources: set[int], sinks: set[int]
) -> list[tuple[int, int, tuple[int, ...]]]:
    """(tail, head, arcs) per column after removing dead ends and nodes where flows cannot branch and join."""
    columns: dict[int, tuple[int, int, tuple[int, ...]]] = {}
    leaving: dict[int, set[int]] = {}
    entering: dict[int, set[int]] = {}

    def add(number: int, tail: int, head: int, chain: tuple[int, ...]) -> None:
        columns[number] = (tail, head, chain)
        leaving.setdefault(tail, set()).add(number)
        entering.setdefault(head, set()).add(number)

    def remove(number: int) -> None:
        tail, head, _ = columns.pop(number)
        leaving[tail].discard(number)
        entering[head].discard(number)

    for arc in np.flatnonzero(kept).tolist():
        add(arc, int(arcs.tail[arc]), int(arcs.head[arc]), (arc,))
    fixed = sources | sinks
    fresh = len(arcs.tail)
    queue = deque(sorted((leaving.keys() | entering.keys()) - fixed))
    waiting = set(queue)
    while queue:
        node = queue.popleft()
        waiting.discard(node)
        ins, outs = sorted(entering.get(node, ())), sorted(leaving.get(node, ()))
        if not ins and not outs:
            continue
        pairs = [(i, o) for i in ins for o in outs if columns[i][0] != columns[o][1]]
        if len(pairs) > len(ins) + len(outs):
            continue
        merged = [(columns[i][0], columns[o][1], columns[i][2] + columns[o][2]) for i, o in pairs]
        neighbours = {columns[i][0] for i in ins} | {columns[o][1] for o in outs}
        for number in (*ins, *outs):
            remove(number)
        for tail, head, members in merged:
            add(fresh, tail, head, members)
            fresh += 1
        for other in sorted(neighbours - fixed - waiting):
            queue.append(other)
            waiting.add(other)
    return [columns[number] for number in sorted(columns, key=lambda n: columns[n])]


def pair_hash(first: npt.NDArray[np.uint64], second: npt.NDArray[np.uint64]) -> FloatArray:
    """Numbers in [0, 1) for pairs of name hashes, by the finaliser of splitmix64."""
    z = first * np.uint64(0x9E3779B97F4A7C15) + second * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    numbers: FloatArray = (z >> np.uint64(11)).astype(np.float64) / float(1 << 53)
    return numbers
