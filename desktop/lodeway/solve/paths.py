"""Cheapest paths over the network, and what a block closes; no flows, no solver.

A path runs between two sites over links that carry cargo today. Cargo never passes through a mine, a plant or a
market; a plant, mine or market can only be an end. Weights are USD per gross tonne: freight, handling and fees, the
reliability cost of land days and borders, and, where a form is given, the time value of its metal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from lodeway.errors import ScenarioError, UnknownIdError
from lodeway.model.atlas import Atlas
from lodeway.model.network import Link
from lodeway.solve import parameters
from lodeway.solve.effects import closed_today
from lodeway.units import DAYS_PER_YEAR

PathStatus = Literal["ok", "no route"]
MAX_PATHS = 50
_ENDS_ONLY = frozenset(("mine", "plant", "market"))
_BLOCKED_WITH_SITES = frozenset(("mine", "plant", "port", "place", "waypoint", "market"))


@dataclass(frozen=True, slots=True)
class Block:
    """What closing a thing takes out of the network: ids of links, and of sites where it closes those too."""

    links: frozenset[str]
    sites: frozenset[str]


@dataclass(frozen=True, slots=True)
class PathResult:
    """One path, or the answer that there is none: then ``status`` is ``no route``, the numbers are ``None``."""

    status: PathStatus
    from_site: str
    to_site: str
    length_km: float | None
    days: float | None
    cost_usd_per_t: float | None
    """Freight, handling and fees per gross tonne."""
    generalised_usd_per_t: float | None
    """What paths are ranked by: cost, reliability and time value per gross tonne."""
    links: tuple[tuple[str, bool], ...]
    """(link id, forward) in order from ``from_site``."""
    sites: tuple[str, ...]
    gates: tuple[str, ...]
    """Gates passed, in order."""
    routes: tuple[str, ...]
    """Routes one of whose markers is passed, in order."""
    reason: str
    """Why there is no route, in words; empty otherwise."""


def expand_block(atlas: Atlas, identifier: str) -> Block:
    """Links and sites that a block of ``identifier`` closes.

    A link closes itself, a gate its proven cut, a route its markers, a site all links that end there, a country or
    trade area its sites and every link on its ground. Raises ``UnknownIdError`` for an id that the atlas has not, and
    ``ScenarioError`` for a thing that cannot be blocked.
    """
    kind, _, name = identifier.partition(":")
    if identifier in atlas.links:
        return Block(frozenset((identifier,)), frozenset())
    if identifier in atlas.gates:
        return Block(frozenset(atlas.gates[identifier].links), frozenset())
    if identifier in atlas.routes:
        return Block(frozenset(atlas.routes[identifier].markers), frozenset())
    if kind in _BLOCKED_WITH_SITES and identifier in atlas.sites:
        sites = frozenset((identifier,))
        return Block(_touching(atlas, sites), sites)
    if kind in ("country", "area"):
        countries = _countries(atlas, kind, name)
        if countries:
            return _block_countries(atlas, countries)
    if identifier in atlas.commodities or identifier in atlas.forms:
        raise ScenarioError(f"'{identifier}' cannot be blocked; block a link, gate, route, site, country or area")
    raise UnknownIdError(f"Nothing in the atlas is called '{identifier}'; 'lodeway-cli find TEXT' lists what there is.")


def _countries(atlas: Atlas, kind: str, name: str) -> frozenset[str]:
    members = {c for c, area in atlas.area_of_country.items() if (area if kind == "area" else c) == name}
    members |= {c for s in atlas.sites.values() if (c := getattr(s, "country", "")) and c == name}
    return frozenset(members)


def _block_countries(atlas: Atlas, countries: frozenset[str]) -> Block:
    sites = frozenset(s for s, site in atlas.sites.items() if getattr(site, "country", "") in countries)
    ground = {k.id for k in atlas.links.values() if countries & set(k.countries)}
    return Block(_touching(atlas, sites) | ground, sites)


def _touching(atlas: Atlas, sites: frozenset[str]) -> frozenset[str]:
    return frozenset(k.id for k in atlas.links.values() if k.from_site in sites or k.to_site in sites)


def blocked_links(atlas: Atlas, blocked: Iterable[str], opened: Iterable[str] = ()) -> frozenset[str]:
    """Links that carry nothing: closed today or blocked. ``opened`` (ids of any kind) lifts what is closed today."""
    lifted = frozenset().union(*(expand_block(atlas, b).links for b in opened))
    return (closed_today(atlas) - lifted).union(*(expand_block(atlas, b).links for b in blocked))


def cheapest_paths(
    atlas: Atlas,
    from_id: str,
    to_id: str,
    *,
    form: str | None = None,
    k: int = 1,
    blocked: frozenset[str] = frozenset(),
    opened: frozenset[str] = frozenset(),
) -> list[PathResult]:
    """Up to ``k`` cheapest loopless paths (Yen 1971), cheapest first; one result ``no route`` where there is none.

    ``blocked`` and ``opened`` hold ids of links, gates, routes, sites, countries or areas; blocking wins. Raises
    ``UnknownIdError`` for an end that is no site or a form that is not in the atlas.
    """
    for end in (from_id, to_id):
        if end not in atlas.sites:
            raise UnknownIdError(f"'{end}' is not a site of the atlas; give a mine, plant, port, place or market.")
    if form is not None and form not in atlas.forms:
        raise UnknownIdError(f"'{form}' is not a form of the atlas; the forms are {', '.join(sorted(atlas.forms))}.")
    if not 1 <= k <= MAX_PATHS:
        raise ScenarioError(f"the number of paths must be from 1 to {MAX_PATHS}, not {k}")
    if from_id == to_id:
        return [_result(atlas, from_id, to_id, [], form)]
    closed = blocked_links(atlas, blocked, opened)
    graph = _Graph(atlas, closed, {from_id, to_id}, lambda link: generalised_usd_per_t(atlas, link, form))
    chains = graph.chains(from_id, to_id, k)
    if not chains:
        return [_no_route(atlas, from_id, to_id, blocked)]
    return [_result(atlas, from_id, to_id, chain, form) for chain in chains]


def generalised_usd_per_t(atlas: Atlas, link: Link, form: str | None) -> float:
    """Cost of a link per gross tonne: money, reliability of land days and borders, time value of the metal in it."""
    cost = link.cost_usd_per_t + parameters.RELIABILITY_USD_PER_T_BORDER * link.borders
    if link.kind not in ("sea", "gate"):
        cost += parameters.RELIABILITY_USD_PER_T_DAY * link.days
    if form is not None:
        price = atlas.commodities[atlas.forms[form].commodity].price_usd_per_t or 0.0
        value = price * atlas.forms[form].contained_fraction
        cost += link.days * value * parameters.INTEREST_PER_YEAR / DAYS_PER_YEAR
    return cost


def _no_route(atlas: Atlas, from_id: str, to_id: str, blocked: frozenset[str]) -> PathResult:
    names = ", ".join(getattr(atlas.gates.get(b) or atlas.routes.get(b), "name", b) for b in sorted(blocked))
    reason = "no chain of links that carry cargo today joins them" + (f" with {names} blocked" if blocked else "")
    shut = [b for b in sorted(blocked) if {from_id, to_id} & expand_block(atlas, b).sites]
    if shut:
        reason = f"an end of the path is itself closed by the block of {shut[0]}"
    return PathResult("no route", from_id, to_id, None, None, None, None, (), (), (), (), reason)


def _result(atlas: Atlas, from_id: str, to_id: str, chain: list[tuple[str, bool]], form: str | None) -> PathResult:
    links = [atlas.links[link] for link, _ in chain]
    sites = [from_id, *(k.to_site if forward else k.from_site for k, (_, forward) in zip(links, chain, strict=True))]
    gates = [g.id for k in links for g in atlas.gates.values() if k.id in g.links]
    routes = [r.id for k in links for r in atlas.routes.values() if k.id in r.markers]
    return PathResult(
        status="ok",
        from_site=from_id,
        to_site=to_id,
        length_km=round(sum(k.length_km for k in links), 3),
        days=round(sum(k.days for k in links), 4),
        cost_usd_per_t=round(sum(k.cost_usd_per_t for k in links), 4),
        generalised_usd_per_t=round(sum(generalised_usd_per_t(atlas, k, form) for k in links), 4),
        links=tuple(chain),
        sites=tuple(sites),
        gates=tuple(dict.fromkeys(gates)),
        routes=tuple(dict.fromkeys(routes)),
        reason="",
    )


class _Graph:
    """Open links as a directed graph. Of parallel links the cheapest stays an edge, the others pass an own node, so
    that the next best path may differ by one of them alone.
    """

    def __init__(
        self, atlas: Atlas, closed: frozenset[str], ends: set[str], weight_of: Callable[[Link], float]
    ) -> None:
        """``ends`` are the sites that may be mines, plants or markets and still be joined."""
        self._number = {site: n for n, site in enumerate(sorted(atlas.sites))}
        self._sites = list(self._number)
        self.link_of: dict[tuple[int, int], tuple[str, bool]] = {}
        tails: list[int] = []
        heads: list[int] = []
        weights: list[float] = []
        count = len(self._sites)
        arcs: list[tuple[float, str, bool, int, int]] = []
        for link in atlas.links.values():
            sides = (link.from_site, link.to_site)
            if link.id in closed or any(s.partition(":")[0] in _ENDS_ONLY and s not in ends for s in sides):
                continue
            a, b = (self._number[s] for s in sides)
            weight = max(weight_of(link), 0.0) + 1e-6  # scipy takes a weight of 0 for no edge
            arcs += [(weight, link.id, True, a, b), (weight, link.id, False, b, a)]
        for weight, link_id, forward, tail, head in sorted(arcs):
            start, share = tail, weight
            if (tail, head) in self.link_of:
                tails.append(tail)
                heads.append(count)
                weights.append(weight / 2)
                start, share = count, weight / 2
                count += 1
            tails.append(start)
            heads.append(head)
            weights.append(share)
            self.link_of[start, head] = (link_id, forward)
        self.matrix = sparse.csr_matrix((weights, (tails, heads)), shape=(count, count))

    def chains(self, from_site: str, to_site: str, k: int) -> list[list[tuple[str, bool]]]:
        """Up to ``k`` chains of (link id, forward), cheapest first."""
        start, end = self._number[from_site], self._number[to_site]
        if k == 1:
            _, before = csgraph.dijkstra(self.matrix, indices=start, return_predecessors=True)
            trees = before[None, :]
        else:
            _, trees = csgraph.yen(self.matrix, start, end, k, return_predecessors=True)
        return [chain for before in trees if (chain := self._walk(before, start, end))]

    def reached(self, from_sites: Iterable[str]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int32]]:
        """Least weight from any of the sites to every node, and the tree of predecessors."""
        starts = [self._number[s] for s in sorted(from_sites)]
        dist, before, _ = csgraph.dijkstra(self.matrix, indices=starts, min_only=True, return_predecessors=True)
        return dist, before

    def number(self, site: str) -> int:
        """Node of a site."""
        return self._number[site]

    def site(self, node: int) -> str:
        """Site of a node."""
        return self._sites[node]

    def walk_back(self, before: npt.NDArray[np.int32], end: int) -> tuple[str, list[tuple[str, bool]]]:
        """The site that the tree reaches ``end`` from, and the chain of links."""
        start = end
        while before[start] >= 0:
            start = int(before[start])
        return self._sites[start], self._walk(before, start, end)

    def _walk(self, before: npt.NDArray[np.int32], start: int, end: int) -> list[tuple[str, bool]]:
        chain: list[tuple[str, bool]] = []
        node = end
        while node != start:
            step = int(before[node])
            if step < 0:
                return []
            if (step, node) in self.link_of:  # the first half of a parallel link carries no name
                chain.append(self.link_of[step, node])
            node = step
        return chain[::-1]


@dataclass(frozen=True, slots=True)
class CutProof:
    """Whether blocking ``blocked`` leaves no path from one set of sites to the other, by exhaustive search.

    ``leak`` is the shortest path that remains, ``None`` where the cut holds. ``reached`` counts the sites on the near
    side.
    """

    blocked: tuple[str, ...]
    holds: bool
    leak: PathResult | None
    reached: int


def prove_cut(
    atlas: Atlas,
    blocked: Iterable[str],
    from_sites: Iterable[str],
    to_sites: Iterable[str],
    *,
    opened: Iterable[str] = (),
    kinds: frozenset[str] | None = None,
) -> CutProof:
    """Search all paths from ``from_sites`` to ``to_sites`` with ``blocked`` closed and ``opened`` open.

    ``kinds`` limits the search to links of these kinds (``frozenset(("sea", "gate"))`` = by sea only). Raises
    ``UnknownIdError`` for an id that the atlas has not.
    """
    names, starts, ends = tuple(sorted(set(blocked))), sorted(set(from_sites)), sorted(set(to_sites))
    for site in (*starts, *ends):
        if site not in atlas.sites:
            raise UnknownIdError(f"'{site}' is not a site of the atlas; give a mine, plant, port, place or market.")
    if not starts or not ends:
        raise ScenarioError("a cut is proven between two sets of sites; one of them is empty")
    closed = blocked_links(atlas, names, opened)
    if kinds is not None:
        closed |= {k.id for k in atlas.links.values() if k.kind not in kinds}
    graph = _Graph(atlas, closed, {*starts, *ends}, lambda link: link.length_km)
    dist, before = graph.reached(starts)
    reached = int(np.isfinite(dist[: len(atlas.sites)]).sum())
    distance, target = min((float(dist[graph.number(s)]), s) for s in ends)
    if not np.isfinite(distance):
        return CutProof(names, True, None, reached)
    start, chain = graph.walk_back(before, graph.number(target))
    return CutProof(names, False, _result(atlas, start, target, chain, None), reached)
