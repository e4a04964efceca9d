"""The sea: the lane network, ports joined to it, gates as proven cuts, and the contraction to legs between them."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from layers.recipe.context import SourceRow
from lodeway.errors import RecipeError
from lodeway.geo.sphere import distance_km

FAR_PORT_KM = 120.0
NO_ZERO_KM = 1e-6
"""Length of a way between two sites at one node: a sparse matrix takes 0 for no way."""
OFF_OCEAN = frozenset(
    ("port:az-alat", "port:kz-aktau", "port:cd-kalemie", "port:tz-kigoma", "port:zm-mpulungu", "port:bi-bujumbura")
)
"""Ports of the Caspian Sea and Lake Tanganyika: the nearest lane node lies in another sea."""
LOCAL_WINDOW_SHARE, LOCAL_WINDOW_MAX_DEG = 0.3, 1.0
"""The window of a local proof reaches beyond the line by this share of its length: a wider one sees the way round."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Lane:
    """One edge that crosses a gate's line: node numbers of its two ends and its length."""

    gate: str
    number: int
    ends: tuple[int, int]
    km: float


@dataclass(frozen=True)
class SeaGraph:
    """``lonlat`` (n, 2) degrees; ``edges`` (m, 2); ``km`` (m,); ``port_node``: port id to node.

    ``gate_of`` (m,) is the number of the gate whose line the edge crosses, -1 elsewhere. ``far_ports``: port id to the
    length in km of an access edge beyond ``FAR_PORT_KM``.
    """

    lonlat: Floats
    edges: Ints
    km: Floats
    port_node: dict[str, int]
    gates: tuple[str, ...]
    gate_of: Ints
    far_ports: dict[str, float]

    def matrix(self, closed: frozenset[str] = frozenset()) -> sparse.csr_matrix:
        """Symmetric matrix of km without the edges of closed gates."""
        shut = np.isin(self.gate_of, [self.gates.index(g) for g in closed])
        return self._matrix(~shut)

    def without_gates(self) -> sparse.csr_matrix:
        """Symmetric matrix of km without any gate's edges."""
        return self._matrix(self.gate_of < 0)

    def _matrix(self, keep: NDArray[np.bool_]) -> sparse.csr_matrix:
        n = len(self.lonlat)
        a, b = self.edges[keep].T
        km = self.km[keep]
        return sparse.coo_matrix((np.r_[km, km], (np.r_[a, b], np.r_[b, a])), shape=(n, n)).tocsr()


def read_lanes(path: Path) -> tuple[Floats, Ints]:
    """Nodes and edges of the lane network; longitudes wrapped to [-180, 180), so that lanes join across 180 degrees."""
    number: dict[tuple[float, float], int] = {}
    edges: set[tuple[int, int]] = set()
    for feature in json.loads(path.read_text("utf-8"))["features"]:
        shape = shapely.geometry.shape(feature["geometry"])
        for line in shapely.get_parts(shape):
            xy = np.round(shapely.get_coordinates(line), 5)
            xy[:, 0] = (xy[:, 0] + 180.0) % 360.0 - 180.0
            nodes = [number.setdefault((x, y), len(number)) for x, y in xy.tolist()]
            edges |= {(min(a, b), max(a, b)) for a, b in itertools.pairwise(nodes) if a != b}
    return np.array(list(number)), np.array(sorted(edges))


def build_graph(path: Path, ports: list[SourceRow], gates: list[SourceRow]) -> SeaGraph:
    """Lanes, ports on access edges to their nearest lane node, and the edges that every gate's line crosses."""
    lonlat, edges = read_lanes(path)
    km = distance_km(*lonlat[edges[:, 0]].T, *lonlat[edges[:, 1]].T)
    used = np.unique(edges)
    port_node: dict[str, int] = {}
    far: dict[str, float] = {}
    extra_xy: list[tuple[float, float]] = []
    extra_edges: list[tuple[int, int]] = []
    extra_km: list[float] = []
    for row in ports:
        port = row.required("id")
        if port in OFF_OCEAN:
            continue
        lon, lat = row.required_number("lon"), row.required_number("lat")
        away = distance_km(lonlat[used, 0], lonlat[used, 1], lon, lat)
        nearest = int(used[away.argmin()])
        port_node[port] = len(lonlat) + len(extra_xy)
        extra_xy.append((lon, lat))
        extra_edges.append((nearest, port_node[port]))
        extra_km.append(max(float(away.min()), 0.1))
        if away.min() > FAR_PORT_KM:
            far[port] = float(away.min())
    all_xy = np.vstack([lonlat, extra_xy])
    all_edges = np.vstack([edges, extra_edges])
    gate_of = _crossings(all_xy, all_edges, len(edges), gates)
    return SeaGraph(
        all_xy, all_edges, np.r_[km, extra_km], port_node, tuple(g.required("id") for g in gates), gate_of, far
    )


def _crossings(lonlat: Floats, edges: Ints, lane_count: int, gates: list[SourceRow]) -> Ints:
    """Gate number of every edge that crosses a gate's line, -1 elsewhere; a line through a node is an error."""
    ends = lonlat[edges]
    step = ends[:, 1, 0] - ends[:, 0, 0]
    ends[:, 1, 0] -= 360.0 * np.round(step / 360.0)  # the shorter way round
    chords = shapely.linestrings(ends)
    nodes = shapely.points(lonlat)
    gate_of = np.full(len(edges), -1)
    for number, row in enumerate(gates):
        try:
            line = shapely.from_wkt(row.required("line_wkt"))
        except shapely.errors.GEOSException as error:
            raise row.error(f"'line_wkt' is not a line ({error})") from error
        if shapely.dwithin(nodes, line, 1e-6).any():
            raise row.error("a node of the lane network lies on its line; move the line")
        crossed = np.flatnonzero(shapely.intersects(chords, line))
        if not len(crossed):
            raise row.error("no sea lane crosses its line")
        if crossed.max() >= lane_count:
            raise row.error("the way from a port to its lane crosses its line; move the line")
        if (gate_of[crossed] >= 0).any():
            raise row.error("shares a lane with another gate")
        gate_of[crossed] = number
    return gate_of


def local_leak(graph: SeaGraph, gate: str, line: Any) -> list[int]:
    """Nodes of a path inside a window about the line that joins the gate's two sides although it and its
    neighbour gates are closed; else empty.
    """
    number = graph.gates.index(gate)
    own = graph.edges[graph.gate_of == number]
    west, south, east, north = line.bounds
    pad = min(LOCAL_WINDOW_SHARE * line.length, LOCAL_WINDOW_MAX_DEG)
    lon, lat = graph.lonlat.T
    inside = (lon > west - pad) & (lon < east + pad) & (lat > south - pad) & (lat < north + pad)
    keep = (graph.gate_of < 0) & inside[graph.edges].all(axis=1)
    n = len(lon)
    a, b = graph.edges[keep].T
    matrix = sparse.coo_matrix((graph.km[keep], (a, b)), shape=(n, n)).tocsr()
    _, part = csgraph.connected_components(matrix, directed=False)
    left, right = own.T
    shared = np.flatnonzero(part[left] == part[right])
    if not len(shared):
        return []
    k = int(shared[0])
    _, before = csgraph.dijkstra(matrix, directed=False, indices=int(left[k]), return_predecessors=True)
    chain = [int(right[k])]
    while before[chain[-1]] >= 0:
        chain.append(int(before[chain[-1]]))
    return chain


@dataclass(frozen=True)
class Contraction:
    """Legs free of gates between terminals, and the lanes through the gates.

    ``terminals``: site id (port or waypoint) to node; ``legs``: (site, site) to km; ``lanes`` by waypoint pair.
    """

    terminals: dict[str, int]
    legs: dict[tuple[str, str], float]
    lanes: dict[tuple[str, str], Lane]


def contract(graph: SeaGraph, closed_by_default: frozenset[str], gate_penalty_km: dict[str, float]) -> Contraction:
    """Legs and lanes that give the full network's best way between all ports, for any closure of up to two gates.

    Exact by length, and by cost where a gate costs as much as ``gate_penalty_km`` of sea (missing = 0): a leg is kept
    where it lies on a best way of either measure for some closure. Gates that are closed by default count as closed,
    and each of them may be opened beside one closure.
    """
    terminals = dict(graph.port_node)
    lanes: dict[tuple[str, str], Lane] = {}
    waypoint: dict[int, str] = {}
    for number, gate in enumerate(graph.gates):
        for k, edge in enumerate(np.flatnonzero(graph.gate_of == number).tolist(), start=1):
            a, b = graph.edges[edge].tolist()
            short = gate.removeprefix("gate:")
            names = [waypoint.setdefault(node, f"waypoint:{short}-{k}{side}") for node, side in ((a, "a"), (b, "b"))]
            terminals |= dict(zip(names, (a, b), strict=True))
            lanes[names[0], names[1]] = Lane(gate, k, (a, b), float(graph.km[edge]))
    sites = list(terminals)
    nodes = np.array([terminals[s] for s in sites])
    free = csgraph.dijkstra(graph.without_gates(), directed=False, indices=nodes)[:, nodes]
    free = np.maximum((free + free.T) / 2, NO_ZERO_KM)  # the two directions differ in the last bits
    np.fill_diagonal(free, np.inf)
    kept = np.zeros(free.shape, dtype=bool)
    for closed in closures(graph.gates, closed_by_default):
        for penalty in ({}, gate_penalty_km):
            kept |= _used_legs(free, sites, lanes, closed, penalty)
    used = np.argwhere(np.triu(kept | kept.T)).tolist()
    legs = {(sites[i], sites[j]): float(free[i, j]) for i, j in used}
    return Contraction(terminals, legs, lanes)


def closures(gates: tuple[str, ...], closed_by_default: frozenset[str]) -> list[frozenset[str]]:
    """Sets of closed gates: up to two beside those closed by default, and up to one where one of these is opened."""
    others = [g for g in gates if g not in closed_by_default]
    some = [frozenset(c) | closed_by_default for size in range(3) for c in itertools.combinations(others, size)]
    for opened in sorted(closed_by_default):
        shut = closed_by_default - {opened}
        some += [shut | frozenset(c) for size in range(2) for c in itertools.combinations(others, size)]
    return some


def _used_legs(
    free: Floats,
    sites: list[str],
    lanes: dict[tuple[str, str], Lane],
    closed: frozenset[str],
    penalty_km: dict[str, float],
) -> NDArray[np.bool_]:
    """Which gate-free legs (n, n) lie on the best ways between ports under one closure and measure."""
    index = {site: k for k, site in enumerate(sites)}
    through = np.full(free.shape, np.inf)
    for (a, b), lane in lanes.items():
        if lane.gate not in closed:
            through[index[a], index[b]] = through[index[b], index[a]] = lane.km + penalty_km.get(lane.gate, 0.0)
    best = np.minimum(free, through)
    ports = np.array([k for k, site in enumerate(sites) if site.startswith("port:")])
    matrix = sparse.csr_matrix(np.where(np.isfinite(best), best, 0.0))
    _, before = csgraph.dijkstra(matrix, directed=False, indices=ports, return_predecessors=True)
    passed = np.zeros(free.shape, dtype=bool)
    tree, node = (grid.ravel() for grid in np.indices((len(ports), len(ports))))
    node = ports[node]
    while len(node):
        previous = before[tree, node]
        going = previous >= 0
        tree, node, previous = tree[going], node[going], previous[going]
        passed[previous, node] = True
        node = previous
    return passed & (free <= through)


def leg_line(graph: SeaGraph, before: NDArray[np.int32], end: int) -> Floats:
    """Vertices (k, 2) of the way to ``end`` in a tree of predecessors."""
    chain = [end]
    while before[chain[-1]] >= 0:
        chain.append(int(before[chain[-1]]))
    if len(chain) < 2:
        raise RecipeError("a kept leg has no line; the lane network changed under the recipe")
    return graph.lonlat[chain[::-1]]
