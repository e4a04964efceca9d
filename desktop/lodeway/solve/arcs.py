"""The atlas network as arrays: nodes, and one arc per link and direction.

A plant is two nodes, one that takes and one that gives, so that no cargo passes through it. Nothing enters a mine and
nothing leaves a market. Arc ``2 k`` runs link ``k`` forward, arc ``2 k + 1`` backward; links are in order of their id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from lodeway.model.atlas import Atlas
from lodeway.solve import parameters
from lodeway.solve.effects import closed_today
from lodeway.units import DAYS_PER_YEAR

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.signedinteger[Any]]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Arcs:
    """Nodes and arcs; ``(n,)`` per node, ``(a,)`` per arc, ``(l,)`` per link."""

    nodes: tuple[str, ...]
    """Site id of every node; the giving sides of plants follow after all sites."""
    node_of: dict[str, int]
    """Site id to node (a plant: its taking side)."""
    gives: dict[str, int]
    """Plant id to its giving node."""
    links: tuple[str, ...]
    link_of: dict[str, int]
    tail: IntArray
    head: IntArray
    passable: BoolArray
    cost_usd_per_t: FloatArray
    """Money per gross tonne (a,)."""
    risk_usd_per_t: FloatArray
    """Reliability cost per gross tonne (a,)."""
    days: FloatArray
    sea: BoolArray
    """Whether the arc is a sea leg or a lane of a sea gate."""
    through: BoolArray
    """Whether cargo may pass through the node (n,)."""
    usable: BoolArray
    """Whether the arc carries cargo today (a,)."""
    link_hash: npt.NDArray[np.uint64]
    """Hash of the link's name and the direction (a,)."""


def build_arcs(atlas: Atlas) -> Arcs:
    """Arrays of the whole network, links that are closed today included."""
    sites = sorted(atlas.sites)
    node_of = {site: k for k, site in enumerate(sites)}
    plants = sorted(atlas.plants)
    gives = {plant: len(sites) + k for k, plant in enumerate(plants)}
    nodes = (*sites, *plants)
    links = tuple(sorted(atlas.links))
    records = [atlas.links[link] for link in links]
    ends = [(k.from_site, k.to_site) for k in records]
    tail = np.array([gives.get(s, node_of[s]) for a, b in ends for s in (a, b)], dtype=np.int32)
    head = np.array([node_of[s] for a, b in ends for s in (b, a)], dtype=np.int32)
    kinds = np.array([site.partition(":")[0] for site in nodes])
    sea = np.repeat(np.array([k.kind in ("sea", "gate") for k in records], dtype=bool), 2)
    days = np.repeat(np.array([k.days for k in records], dtype=np.float64), 2)
    borders = np.repeat(np.array([k.borders for k in records], dtype=np.float64), 2)
    through = ~np.isin(kinds, ("mine", "plant", "market"))
    today = closed_today(atlas)
    return Arcs(
        nodes=nodes,
        node_of=node_of,
        gives=gives,
        links=links,
        link_of={link: k for k, link in enumerate(links)},
        tail=tail,
        head=head,
        passable=(kinds[head] != "mine") & (kinds[tail] != "market"),
        cost_usd_per_t=np.repeat(np.array([k.cost_usd_per_t for k in records], dtype=np.float64), 2),
        risk_usd_per_t=np.where(sea, 0.0, parameters.RELIABILITY_USD_PER_T_DAY * days)
        + parameters.RELIABILITY_USD_PER_T_BORDER * borders,
        days=days,
        sea=sea,
        through=through,
        usable=np.repeat(np.array([link not in today for link in links], dtype=bool), 2),
        link_hash=np.array([crc32(f"{link} {d}".encode()) for link in links for d in "fb"], dtype=np.uint64),
    )


def day_value_usd_per_t(price_usd_per_t: float) -> float:
    """Interest on a contained tonne under way for one day."""
    return price_usd_per_t * parameters.INTEREST_PER_YEAR / DAYS_PER_YEAR


def arc_weights(arcs: Arcs, contained_fraction: float, price_usd_per_t: float) -> FloatArray:
    """Generalised cost of every arc in USD per contained tonne: money, reliability and time value."""
    gross = (arcs.cost_usd_per_t + arcs.risk_usd_per_t) / contained_fraction
    return gross + arcs.days * day_value_usd_per_t(price_usd_per_t)


def distances(arcs: Arcs, weights: FloatArray, chosen: BoolArray, starts: IntArray, *, backward: bool) -> FloatArray:
    """Least weight from every start (or, backward, to it) over the chosen arcs: ``(starts, n)``, infinite = no path."""
    count = len(arcs.nodes)
    index = np.flatnonzero(chosen & arcs.passable)
    tail, head, weight = arcs.tail[index], arcs.head[index], weights[index] + 1e-9
    if backward:
        tail, head = head, tail
    order = np.lexsort((weight, head, tail))
    tail, head, weight = tail[order], head[order], weight[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    graph = sparse.csr_matrix((weight[first], (tail[first], head[first])), shape=(count, count))
    result: FloatArray = csgraph.dijkstra(graph, directed=True, indices=starts)
    return result
