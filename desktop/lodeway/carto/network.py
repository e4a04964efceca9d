"""The drawn network: link geometry taken apart into shared edges, so that flows on the same water or track add up.

Sea legs of many port pairs run over the same lanes. A ribbon per leg would paint them over each other; here each edge
between two neighbouring vertices is one thing that carries the sum of all links through it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import shapely

from lodeway.atlas.vector import read_layer
from lodeway.geo.curves import Floats, Ints
from lodeway.geo.projection import Projection
from lodeway.model.atlas import Atlas
from lodeway.model.network import Route
from lodeway.model.result import Flow

_ROUND_DEG = 5  # decimals: 1 m
CHANGES = ("unchanged", "gained", "lost")
_SAME_SHARE, _SAME_T = 0.005, 200.0  # smaller differences are no change on a map


@dataclass(frozen=True)
class Chains:
    """Runs of edges with equal flows: lines (lon/lat, flat) and, per chain, gross t/yr forward and back by commodity.

    ``forward`` and ``back`` are (k, c) with the commodities of ``commodities`` in their order; "forward" is the order
    of the vertices.
    """

    lonlat: Floats
    start: Ints
    commodities: tuple[str, ...]
    forward: Floats
    back: Floats

    @cached_property
    def total(self) -> Floats:
        """Gross t/yr of each chain, both ways, shape (k,)."""
        return np.asarray(self.forward.sum(axis=1) + self.back.sum(axis=1))


class DrawnNetwork:
    """Geometry of all links of an atlas by id, in degrees, and its shared edges."""

    def __init__(self, path: Path) -> None:
        """``path`` is the GeoPackage with the ``links`` table."""
        table = read_layer(path, "links", columns=["id"])
        self.geometry = dict(zip(table.fields["id"].tolist(), table.geometry.tolist(), strict=True))
        self._route_lines: dict[tuple[str, str], Floats | None] = {}
        self._number = {name: i for i, name in enumerate(self.geometry)}
        lines, owner = shapely.get_parts(table.geometry, return_index=True)
        lonlat, line = shapely.get_coordinates(lines, return_index=True)
        rounded = np.round(lonlat, _ROUND_DEG) + 0.0
        keys = np.ascontiguousarray(rounded).view([("", np.float64)] * 2).ravel()
        _, first, vertex = np.unique(keys, return_index=True, return_inverse=True)
        self.vertices: Floats = rounded[first]
        vertex = vertex.ravel()
        step = np.flatnonzero((line[1:] == line[:-1]) & (vertex[1:] != vertex[:-1]))
        a, b = vertex[step], vertex[step + 1]
        sign = np.where(a < b, 1.0, -1.0)
        low, high = np.minimum(a, b), np.maximum(a, b)
        code, edge = np.unique(low.astype(np.int64) * len(first) + high, return_inverse=True)
        self.edges: Ints = np.column_stack([code // len(first), code % len(first)])
        self._edge, self._link, self._onward = edge.ravel(), owner[line[step]], sign > 0

    def chains(
        self, atlas: Atlas, flows: Sequence[Flow], commodity: str = "", baseline: Sequence[Flow] | None = None
    ) -> Chains:
        """Sum flows on shared edges and join edges of equal flow into lines.

        With a ``baseline`` the columns are not commodities but :data:`CHANGES`: what stays, is gained and is lost.
        """
        names, forward, back = self._on_edges(atlas, flows, commodity)
        if baseline is not None:
            _, forward_0, back_0 = self._on_edges(atlas, baseline, commodity)
            forward = _changes(forward_0.sum(axis=1), forward.sum(axis=1))
            back = _changes(back_0.sum(axis=1), back.sum(axis=1))
            names = CHANGES
        used = np.flatnonzero((forward + back).sum(axis=1) > 0)
        return self._joined(used, forward[used], back[used], names)

    def _on_edges(self, atlas: Atlas, flows: Sequence[Flow], commodity: str) -> tuple[tuple[str, ...], Floats, Floats]:
        wanted = sorted(
            {
                atlas.forms[flow.form].commodity
                for flow in flows
                if not commodity or atlas.forms[flow.form].commodity == commodity
            }
        )
        column = {name: i for i, name in enumerate(wanted)}
        notional = _notional_links(atlas)
        on_link = np.zeros((2, len(self.geometry), max(len(wanted), 1)))
        for flow in flows:
            name = atlas.forms[flow.form].commodity
            if name in column and flow.link in self._number and flow.link not in notional:
                on_link[0 if flow.forward else 1, self._number[flow.link], column[name]] += flow.gross_t
        along_edge = np.where(self._onward[:, None], on_link[0][self._link], on_link[1][self._link])
        against = np.where(self._onward[:, None], on_link[1][self._link], on_link[0][self._link])
        forward, back = (self._summed(values) for values in (along_edge, against))
        return tuple(wanted), forward, back

    def _summed(self, values: Floats) -> Floats:
        """Sums per edge of what each link puts on it, shape (m, c)."""
        columns = [np.bincount(self._edge, weights=column, minlength=len(self.edges)) for column in values.T]
        return np.asarray(np.round(np.column_stack(columns), 1))

    def _joined(self, used: Ints, forward: Floats, back: Floats, names: tuple[str, ...]) -> Chains:
        edges = self.edges[used]
        at: dict[int, list[int]] = {}
        for number, (a, b) in enumerate(edges.tolist()):
            at.setdefault(a, []).append(number)
            at.setdefault(b, []).append(number)
        done = np.zeros(len(used), dtype=bool)
        lines: list[list[int]] = []
        rows: list[tuple[int, bool]] = []

        def same(one: int, other: int, turned: bool) -> bool:
            f, b = (back, forward) if turned else (forward, back)
            return bool((forward[one] == f[other]).all() and (back[one] == b[other]).all())

        def extend(path: list[int], seed: int, flipped: bool) -> None:
            """Grow at the end of ``path`` while one other edge with the same flow goes on."""
            while True:
                tail = path[-1]
                others = [e for e in at[tail] if not done[e]]
                if len(at[tail]) != 2 or len(others) != 1:
                    return
                edge = others[0]
                a, b = edges[edge].tolist()
                onward = a == tail
                if not same(seed, edge, turned=(onward == flipped)):
                    return
                done[edge] = True
                path.append(b if onward else a)

        for seed in range(len(used)):
            if done[seed]:
                continue
            done[seed] = True
            a, b = edges[seed].tolist()
            path = [a, b]
            extend(path, seed, flipped=False)
            path.reverse()
            extend(path, seed, flipped=True)
            path.reverse()
            lines.append(path)
            rows.append((seed, False))
        start = np.concatenate([[0], np.cumsum([len(path) for path in lines])]).astype(np.int64)
        index = np.array([v for path in lines for v in path], dtype=np.int64)
        seeds = np.array([seed for seed, _ in rows], dtype=np.int64)
        width = max(len(names), 1)
        return Chains(
            self.vertices[index] if len(index) else np.zeros((0, 2)),
            start,
            names,
            forward[seeds].reshape(-1, width),
            back[seeds].reshape(-1, width),
        )

    def route_line(self, route: Route, atlas: Atlas, projection: Projection) -> Floats | None:
        """The tabled links of a route end to end on the map plane, shape (n, 2); ``None`` where none is drawn."""
        key = (route.id, projection.key)
        if key not in self._route_lines:
            parts = []
            for link, forward in route.links:
                line = self.line(link)
                if line is not None and link in atlas.links and atlas.links[link].kind == "tabled":
                    parts.append(line if forward else line[::-1])
            self._route_lines[key] = projection.forward_points(np.concatenate(parts)) if parts else None
        return self._route_lines[key]

    def line(self, link: str) -> Floats | None:
        """Vertices (n, 2) of a link's longest part in degrees, or ``None`` where it has no geometry."""
        geometry = self.geometry.get(link)
        if geometry is None or geometry.is_empty:
            return None
        parts = shapely.get_parts(geometry)
        return np.asarray(shapely.get_coordinates(parts[int(np.argmax(shapely.length(parts)))]))


def _notional_links(atlas: Atlas) -> set[str]:
    """Access links of markets and of the rest of a country: their ends are no places, so no line is drawn for them."""
    residual = {mine.id for mine in atlas.mines.values() if mine.residual}
    residual |= {plant.id for plant in atlas.plants.values() if plant.residual}
    return {
        link.id
        for link in atlas.links.values()
        if link.kind == "access"
        and any(end in atlas.markets or end in residual for end in (link.from_site, link.to_site))
    }


def _changes(before: Floats, after: Floats) -> Floats:
    """Columns of :data:`CHANGES` for gross t/yr before and after, shape (m, 3)."""
    same = np.abs(after - before) <= np.maximum(_SAME_T, _SAME_SHARE * np.maximum(before, after))
    kept = np.where(same, after, np.minimum(before, after))
    gained = np.where(same, 0.0, np.maximum(after - before, 0.0))
    lost = np.where(same, 0.0, np.maximum(before - after, 0.0))
    return np.round(np.column_stack([kept, gained, lost]), 1)
