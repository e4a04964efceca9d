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
OFF_OCEAN = frozenset("port:az-alat port:kz-aktau port:cd-kalemie port:tz-kigoma port:zm-mpulungu port:bi-bujumbura".split())
"""Ports of the Caspian Sea and Lake Tanganyika: the nearest lane node lies in another sea."""
LOCAL_WINDOW_SHARE, LOCAL_WINDOW_MAX_DEG = 0.3, 1.0
"""The window of a local proof reaches beyond the line by this share of its length: wider ones see the way round an island."""

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
    """``lonlat`` (n, 2) degrees; ``edges`` (m, 2); ``km`` (m,); ``port_node``: port id to node; ``gate_of`` (m,): -1 or gate."""

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
    extra_xy, extra_edges, extra_km = [], [], []
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
    return SeaGraph(all_xy, all_edges, np.r_[km, extra_km], port_node, tuple(g.required("id") for g in gates), gate_of, far)


def _crossings(lonlat: Floats, edges: Ints, lane_count: int, gates: list[SourceRow]) -> Ints:
    """Gate number of every edge that crosses a gate's line, -1 elsewhere; a node on a line or a port's edge is an error."""
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
    neighbour gates are closed; else empty."""
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


def contract(graph: SeaGraph, closed_by_default: frozenset[str]) -> Contraction:
    """Exact for every port pair and any closure of up to two gates: the legs that lie on some best path are kept."""
    terminals = dict(graph.port_node)
    lanes: dict[tuple[str, str], Lane] = {}
    waypoint: dict[int, str] = {}
    for number, gate in enumerate(graph.gates):
        for k, edge in enumerate(np.flatnonzero(graph.gate_of == number).tolist(), start=1):
            a, b = graph.edges[edge].tolist()
            names = [waypoint.setdefault(node, f"waypoint:{gate.removeprefix('gate:')}-{k}{side}") for node, side in ((a, "a"), (b, "b"))]
            terminals |= dict(zip(names, (a, b), strict=True))
            lanes[names[0], names[1]] = Lane(gate, k, (a, b), float(graph.km[edge]))
    sites = list(terminals)
    nodes = np.array([terminals[s] for s in sites])
    free = csgraph.dijkstra(graph.without_gates(), directed=False, indices=nodes)[:, nodes]
    np.fill_diagonal(free, np.inf)
    ports = np.array([k for k, s in enumerate(sites) if s.startswith("port:")])
    kept: set[tuple[int, int]] = set()
    others = [g for g in graph.gates if g not in closed_by_default]
    closures = [frozenset(c) | closed_by_default for size in range(3) for c in itertools.combinations(others, size)]
    closures += [(closed_by_default - {g}) | frozenset(c) for g in sorted(closed_by_default) for size in range(2)
                 for c in itertools.combinations(others, size)]  # fmt: skip
    index = {s: k for k, s in enumerate(sites)}
    for closed in closures:
        dense = np.where(np.isfinite(free), np.maximum(free, 1e-6), 0.0)
        for (a, b), lane in lanes.items():
            if lane.gate not in closed:
                i, j = index[a], index[b]
                if not dense[i, j] or lane.km < dense[i, j]:
                    dense[i, j] = dense[j, i] = max(lane.km, 1e-6)
        _, before = csgraph.dijkstra(sparse.csr_matrix(dense), directed=False, indices=ports, return_predecessors=True)
        for source in range(len(ports)):
            _walk(before[source], ports, kept)
    pairs = {(index[a], index[b]) for a, b in lanes} | {(index[b], index[a]) for a, b in lanes}
    legs = {}
    for i, j in sorted({(min(p), max(p)) for p in kept}):
        if (i, j) not in pairs and np.isfinite(free[i, j]):
            legs[sites[i], sites[j]] = float(free[i, j])
        elif (i, j) in pairs and np.isfinite(free[i, j]) and free[i, j] < lanes.get((sites[i], sites[j]), lanes.get((sites[j], sites[i]))).km:  # type: ignore[union-attr]
            legs[sites[i], sites[j]] = float(free[i, j])
    return Contraction(terminals, legs, lanes)


def _walk(before: NDArray[np.int32], targets: Ints, kept: set[tuple[int, int]]) -> None:
    for target in targets.tolist():
        node = target
        while before[node] >= 0:
            step = (int(before[node]), node)
            if step in kept:
                node = step[0]
                continue
            kept.add(step)
            node = step[0]


def leg_line(graph: SeaGraph, before: NDArray[np.int32], end: int) -> Floats:
    """Vertices (k, 2) of the way to ``end`` in a tree of predecessors."""
    chain = [end]
    while before[chain[-1]] >= 0:
        chain.append(int(before[chain[-1]]))
    if len(chain) < 2:
        raise RecipeError("a kept leg has no line; the lane network changed under the recipe")
    return graph.lonlat[chain[::-1]]
