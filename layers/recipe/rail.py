"""The railway graph of scgraph_data: edges with real track km, gaps joined, shortest ways between places."""

from __future__ import annotations

import ast
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

JOIN_KM = 5.0
"""Components of the graph that come this near to each other are joined."""
AFRICA = (8.0, -36.0, 43.0, 8.0)
SNAP_KM = 25.0
"""A place further from the railway than this cannot be routed ..."""
SNAP_SHARE = 0.1
"""... unless it lies within this share of a chord's length: long chords leave out the curves between their ends."""


@dataclass(frozen=True)
class Join:
    """A link added between two graph nodes; ``reason`` says why."""

    id: str
    nodes: tuple[int, int]
    km: float
    reason: str


@dataclass(frozen=True)
class RailGraph:
    """``lonlat`` (n, 2) degrees; ``edges`` (m, 2) node numbers; ``km`` (m,) of track, more than the chord drawn."""

    lonlat: NDArray[np.float64]
    edges: NDArray[np.int64]
    km: NDArray[np.float64]
    joins: tuple[Join, ...]

    def matrix(self) -> sparse.csr_matrix:
        """Symmetric sparse matrix of km."""
        n = len(self.lonlat)
        a, b = self.edges.T
        both = sparse.coo_matrix((np.tile(self.km, 2), (np.r_[a, b], np.r_[b, a])), shape=(n, n))
        return both.tocsr()


def read_graph(path: Path, joins: list[SourceRow]) -> RailGraph:
    """The world's railways with gaps in southern Africa closed: by nearness, and by the listed joins."""
    values: dict[str, Any] = {}
    for node in ast.parse(path.read_text("utf-8")).body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id in ("graph", "nodes")
        ):
            values[node.targets[0].id] = ast.literal_eval(node.value)
    lonlat = np.array(values["nodes"], dtype=float)[:, ::-1]
    triples = [(i, j, w) for i, near in enumerate(values["graph"]) for j, w in near.items() if i < j]
    edges = np.array([(i, j) for i, j, _ in triples])
    km = np.array([w for _, _, w in triples], dtype=float)
    found = _near_joins(lonlat, edges)
    for row in joins:
        join, lonlat = _listed_join(row, lonlat)
        found.append(join)
    extra = np.array([join.nodes for join in found]).reshape(-1, 2)
    return RailGraph(lonlat, np.vstack([edges, extra]), np.r_[km, [join.km for join in found]], tuple(found))


def _near_joins(lonlat: NDArray[np.float64], edges: NDArray[np.int64]) -> list[Join]:
    west, south, east, north = AFRICA
    lon, lat = lonlat.T
    inside = np.flatnonzero((lon > west) & (lon < east) & (lat > south) & (lat < north))
    n = len(lonlat)
    graph = sparse.coo_matrix((np.ones(len(edges)), tuple(edges.T)), shape=(n, n))
    _, part = csgraph.connected_components(graph, directed=False)
    points = shapely.points(lonlat[inside])
    i, j = shapely.STRtree(points).query(points, predicate="dwithin", distance=JOIN_KM / 100.0)
    i, j = inside[i], inside[j]
    apart = (part[i] != part[j]) & (i < j)
    best: dict[tuple[int, int], Join] = {}
    for a, b in zip(i[apart].tolist(), j[apart].tolist(), strict=True):
        key = (min(part[a], part[b]), max(part[a], part[b]))
        km = float(distance_km(*lonlat[a], *lonlat[b]))
        if km <= JOIN_KM and (key not in best or km < best[key].km):
            best[key] = Join("", (a, b), km, "two ends of the railway layer lie this near to each other")
    ordered = sorted(best.values(), key=lambda join: join.nodes)
    return [Join(f"gap-{k:02d}", join.nodes, join.km, join.reason) for k, join in enumerate(ordered, start=1)]


def _listed_join(row: SourceRow, lonlat: NDArray[np.float64]) -> tuple[Join, NDArray[np.float64]]:
    """The join of a row, and the nodes, with a new one where the row's ``to`` end is the end of a missing branch."""
    ends = []
    for end in ("from", "to"):
        lon, lat = row.required_number(f"{end}_lon"), row.required_number(f"{end}_lat")
        away = distance_km(lonlat[:, 0], lonlat[:, 1], lon, lat)
        if away.min() <= SNAP_KM:
            ends.append(int(away.argmin()))
        elif end == "to" and row.required("kind") == "branch":
            lonlat = np.vstack([lonlat, [lon, lat]])
            ends.append(len(lonlat) - 1)
        else:
            raise row.error(f"no railway within {SNAP_KM:.0f} km of its {end} point")
    km = float(distance_km(*lonlat[ends[0]], *lonlat[ends[1]]))
    return Join(row.required("id"), (ends[0], ends[1]), km, row.required("reason")), lonlat


class Router:
    """Shortest ways by track km between positions, which join the nearest piece of track."""

    def __init__(self, graph: RailGraph, places: dict[str, tuple[float, float]]) -> None:
        """``places``: id to (lon, lat). Chords of the layer are long, so a place joins a chord, not only its ends."""
        self._lonlat = np.vstack([graph.lonlat, np.array(list(places.values()))])
        self._node = {place: len(graph.lonlat) + k for k, place in enumerate(places)}
        ends = graph.lonlat[graph.edges]
        chords = shapely.linestrings(ends)
        points = shapely.points(np.array(list(places.values())))
        reach = np.maximum(SNAP_KM, SNAP_SHARE * graph.km)
        which, chord = shapely.STRtree(chords).query(points, predicate="dwithin", distance=reach.max() / 100.0)
        near = _away_km(points[which], chords[chord]) <= reach[chord]
        which, chord = which[near], chord[near]
        rows: list[tuple[int, int, float]] = []
        on_chord: dict[int, list[tuple[int, float]]] = {}
        away = _away_km(points[which], chords[chord])
        order = np.lexsort((away, which))
        taken: dict[int, int] = {}
        self._access: dict[tuple[int, int], float] = {}  # what a step to the track costs and is no track
        for k in order.tolist():
            place, edge = int(which[k]), int(chord[k])
            if taken.get(place, 0) >= 2:
                continue
            taken[place] = taken.get(place, 0) + 1
            node, km = len(graph.lonlat) + place, float(graph.km[edge])
            share = float(shapely.line_locate_point(chords[edge], points[place], normalized=True))
            access = 2.0 * float(away[k])
            a, b = graph.edges[edge].tolist()
            self._access |= {(node, a): access, (node, b): access}
            rows += [(node, a, share * km + access + 0.001), (node, b, (1 - share) * km + access + 0.001)]
            for other, other_share in on_chord.setdefault(edge, []):
                rows.append((node, other, abs(share - other_share) * km + 0.001))
            on_chord[edge].append((node, share))
        n = len(self._lonlat)
        i = np.r_[graph.edges[:, 0], [r[0] for r in rows]].astype(np.int64)
        j = np.r_[graph.edges[:, 1], [r[1] for r in rows]].astype(np.int64)
        km_all = np.r_[graph.km, [r[2] for r in rows]]
        self._matrix = sparse.coo_matrix((np.r_[km_all, km_all], (np.r_[i, j], np.r_[j, i])), shape=(n, n)).tocsr()
        self._joined = set(taken)
        self._first_place = len(graph.lonlat)

    def way(self, start: str, end: str) -> tuple[shapely.LineString, float]:
        """Line from place ``start`` to ``end`` along the track, and its track km; raises :class:`RecipeError`."""
        a, b = self._node[start], self._node[end]
        for place, node in ((start, a), (end, b)):
            if node - self._first_place not in self._joined:
                raise RecipeError(f"no railway within {SNAP_KM:.0f} km of {place}")
        limit = 3.0 * float(distance_km(*self._lonlat[a], *self._lonlat[b])) + 200.0
        dist, before = csgraph.dijkstra(self._matrix, indices=a, return_predecessors=True, limit=limit)
        if not np.isfinite(dist[b]):
            raise RecipeError(f"no way by rail from {start} to {end}")
        chain = [b]
        while before[chain[-1]] >= 0:
            chain.append(int(before[chain[-1]]))
        points = [self._lonlat[k] for k in chain[::-1]]
        access = sum(self._access.get(step, 0.0) for step in ((chain[0], chain[1]), (chain[-1], chain[-2])))
        return shapely.remove_repeated_points(shapely.LineString(points), 1e-9), float(dist[b]) - access


def _away_km(points: Any, lines: Any) -> NDArray[np.float64]:
    """Distance of each point to the nearest place on its line."""
    foot = shapely.get_coordinates(shapely.line_interpolate_point(lines, shapely.line_locate_point(lines, points)))
    away: NDArray[np.float64] = distance_km(shapely.get_x(points), shapely.get_y(points), foot[:, 0], foot[:, 1])
    return away
