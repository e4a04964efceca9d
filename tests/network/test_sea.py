"""The sea: gates as cuts of the full lane network, and a contraction that loses nothing."""

from __future__ import annotations

import dataclasses
import itertools
import json
import random
from pathlib import Path

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from layers.recipe import land, network
from layers.recipe.context import Context, SourceRow
from layers.recipe.sealanes import OFF_OCEAN, Contraction, SeaGraph, build_graph, closures, contract, local_leak
from lodeway.atlas.vector import read_layer
from lodeway.errors import RecipeError
from lodeway.geo.sphere import distance_km
from lodeway.solve.claims import CLAIMS, Claim

Floats = NDArray[np.float64]


@pytest.fixture(scope="session")
def penalty(ctx: Context, sea: SeaGraph) -> dict[str, float]:
    return network.gate_penalty_km(sea.gates, land.parameters(ctx))


@pytest.fixture(scope="session")
def small(sea: SeaGraph, shut: frozenset[str], penalty: dict[str, float]) -> Contraction:
    return contract(sea, shut, penalty)


def _full_km(sea: SeaGraph, closed: frozenset[str], penalty: dict[str, float]) -> Floats:
    """(ports, ports) shortest ways over all lanes."""
    km = sea.km + np.array([*(penalty.get(g, 0.0) for g in sea.gates), 0.0])[sea.gate_of]
    graph = dataclasses.replace(sea, km=km)
    nodes = np.array(list(sea.port_node.values()))
    found: Floats = csgraph.dijkstra(graph.matrix(closed), directed=False, indices=nodes)[:, nodes]
    return found


def _small_km(sea: SeaGraph, small: Contraction, closed: frozenset[str], penalty: dict[str, float]) -> Floats:
    """(ports, ports) shortest ways over the kept legs and the lanes of open gates."""
    index = {site: k for k, site in enumerate(small.terminals)}
    best = np.full((len(index), len(index)), np.inf)
    for (a, b), km in small.legs.items():
        best[index[a], index[b]] = km
    for (a, b), lane in small.lanes.items():
        if lane.gate not in closed:
            best[index[a], index[b]] = min(best[index[a], index[b]], lane.km + penalty.get(lane.gate, 0.0))
    matrix = sparse.csr_matrix(np.where(np.isfinite(best), best, 0.0))
    ports = np.array([index[port] for port in sea.port_node])
    found: Floats = csgraph.dijkstra(matrix, directed=False, indices=ports)[:, ports]
    return found


def _same(full: Floats, short: Floats, closed: frozenset[str]) -> None:
    assert (np.isfinite(full) == np.isfinite(short)).all(), f"reach differs with {sorted(closed)} closed"
    off = ~np.eye(len(full), dtype=bool) & np.isfinite(full)
    worst = np.abs(full[off] - short[off]).max()
    assert worst < 0.01, f"a way is {worst:.3f} km off with {sorted(closed)} closed"


def _chosen(sea: SeaGraph, shut: frozenset[str]) -> list[frozenset[str]]:
    """No closure, every single one, each gate that is closed by default opened, and a fixed sample of pairs."""
    every = closures(sea.gates, shut)
    few = [c for c in every if len(c - shut) <= (1 if shut <= c else 0)]
    pairs = [c for c in every if c not in few]
    return few + random.Random(2).sample(pairs, 20)


def test_the_contraction_gives_the_full_networks_ways(
    sea: SeaGraph, small: Contraction, shut: frozenset[str], penalty: dict[str, float]
) -> None:
    chosen = _chosen(sea, shut)
    assert {len(c - shut) for c in chosen} == {0, 1, 2}
    for closed in chosen:
        _same(_full_km(sea, closed, {}), _small_km(sea, small, closed, {}), closed)
    for closed in chosen[:8]:
        _same(_full_km(sea, closed, penalty), _small_km(sea, small, closed, penalty), closed)


@pytest.mark.thorough
def test_the_contraction_gives_the_full_networks_ways_for_all_pairs_of_gates(
    sea: SeaGraph, small: Contraction, shut: frozenset[str]
) -> None:
    every = closures(sea.gates, shut)
    assert len(every) == 1 + 20 + 190 + 2 * 21
    for closed in every:
        _same(_full_km(sea, closed, {}), _small_km(sea, small, closed, {}), closed)


def test_a_lost_leg_would_be_seen(sea: SeaGraph, small: Contraction, shut: frozenset[str]) -> None:
    legs = dict(small.legs)
    del legs[next(pair for pair in legs if pair[0].startswith("port:") and pair[1].startswith("port:"))]
    with pytest.raises(AssertionError):
        _same(_full_km(sea, shut, {}), _small_km(sea, dataclasses.replace(small, legs=legs), shut, {}), shut)


def test_ports_are_leaves_so_that_no_way_runs_through_one(sea: SeaGraph) -> None:
    degree = np.bincount(sea.edges.ravel(), minlength=len(sea.lonlat))
    assert {int(degree[node]) for node in sea.port_node.values()} == {1}


def test_ports_of_lakes_and_the_caspian_are_kept_off_the_ocean(sea: SeaGraph) -> None:
    assert not OFF_OCEAN & set(sea.port_node)


def test_far_ports_are_listed(sea: SeaGraph) -> None:
    access = {port: sea.km[(sea.edges == node).any(axis=1)].item() for port, node in sea.port_node.items()}
    assert sea.far_ports == {port: km for port, km in access.items() if km > 120.0}
    expected = {"ru-dudinka": 318, "gn-kamsar": 164, "mx-manzanillo": 153, "pe-ilo": 144, "au-groote": 141}
    for name, km in expected.items():
        assert sea.far_ports[f"port:{name}"] == pytest.approx(km, rel=0.01)


@pytest.mark.parametrize(
    ("start", "end", "closed", "km"),
    [
        ("za-durban", "cn-shanghai", (), 12_948),
        ("za-durban", "cn-shanghai", ("malacca", "sunda"), 13_973),
        ("ao-lobito", "be-antwerp", (), 9_660),
        ("tz-dar", "cn-ningbo", (), 11_790),
        ("nl-rotterdam", "sg-singapore", (), 15_495),
        ("nl-rotterdam", "sg-singapore", ("suez",), 21_955),
        ("nl-rotterdam", "sg-singapore", ("babelmandeb",), 21_955),
        ("ao-lobito", "cn-shanghai", (), 16_935),
        ("ao-lobito", "us-lalb", (), 16_899),
        ("ao-lobito", "us-lalb", ("panama",), 19_949),
        ("cn-shanghai", "us-lalb", (), 10_615),
        ("mz-beira", "cn-shanghai", (), 12_873),
    ],
)
def test_distances_are_those_of_searoute_itself(
    sea: SeaGraph, shut: frozenset[str], start: str, end: str, closed: tuple[str, ...], km: float
) -> None:
    matrix = sea.matrix(shut | {f"gate:{c}" for c in closed})
    away = csgraph.dijkstra(matrix, directed=False, indices=sea.port_node[f"port:{start}"])
    assert away[sea.port_node[f"port:{end}"]] == pytest.approx(km, rel=0.01)


def test_every_gates_line_is_a_cut_of_its_strait(sea: SeaGraph, gate_rows: list[SourceRow]) -> None:
    for row in gate_rows:
        assert local_leak(sea, row.required("id"), shapely.from_wkt(row.required("line_wkt"))) == []


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_the_claims_hold_on_the_full_network(sea: SeaGraph, small: Contraction, claim: Claim) -> None:
    outside = claim.outside or tuple(set(sea.port_node) - set(claim.inside))
    start, ends = (np.array([small.terminals[s] for s in names]) for names in (claim.inside, outside))
    reached = csgraph.dijkstra(sea.matrix(frozenset(claim.blocked)), directed=False, indices=start)[:, ends]
    assert np.isfinite(reached).any() != claim.holds


def _tagged(sea: SeaGraph, lanes: Path, tag: str) -> set[tuple[int, int]]:
    """Edges that searoute itself marks as a passage."""
    number = {(round(x, 5), round(y, 5)): k for k, (x, y) in enumerate(sea.lonlat.tolist())}
    found = set()
    for feature in json.loads(lanes.read_text("utf-8"))["features"]:
        if feature["properties"].get("passage") != tag:
            continue
        for line in shapely.get_parts(shapely.geometry.shape(feature["geometry"])):
            xy = np.round(shapely.get_coordinates(line), 5)
            xy[:, 0] = (xy[:, 0] + 180.0) % 360.0 - 180.0
            nodes = [number[round(x, 5), round(y, 5)] for x, y in xy.tolist()]
            found |= {(min(p), max(p)) for p in itertools.pairwise(nodes)}
    return found


@pytest.mark.parametrize(
    ("tag", "gate"),
    [
        ("malacca", "malacca"),
        ("sunda", "sunda"),
        ("south_africa", "goodhope"),
        ("northwest",) * 2,
    ],
)
def test_searoutes_own_tags_are_no_cut(sea: SeaGraph, lanes: Path, tag: str, gate: str) -> None:
    # at Cape Horn and Hormuz the tags hold every lane that crosses our line, so they prove nothing here
    tagged = _tagged(sea, lanes, tag)
    assert tagged
    crossing = sea.edges[sea.gate_of == sea.gates.index(f"gate:{gate}")].tolist()
    assert {(min(edge), max(edge)) for edge in crossing} - tagged, "a lane across the line that searoute does not tag"


def _moved(rows: list[SourceRow], gate: str, wkt: str) -> list[SourceRow]:
    return [
        dataclasses.replace(r, cells=r.cells | {"line_wkt": wkt}) if r.cells["id"] == f"gate:{gate}" else r
        for r in rows
    ]


def test_a_line_that_forgets_the_sound_leaves_the_baltic_open(
    ctx: Context, lanes: Path, gate_rows: list[SourceRow], sea: SeaGraph
) -> None:
    rows = _moved(gate_rows, "danish", "LINESTRING(8.9 55.65, 11.9 55.65)")
    short = build_graph(lanes, ctx.rows("ports"), rows)
    for graph, reached in ((sea, False), (short, True)):
        away = csgraph.dijkstra(
            graph.matrix(frozenset({"gate:danish"})), directed=False, indices=graph.port_node["port:pl-gdansk"]
        )
        assert np.isfinite(away[graph.port_node["port:de-hamburg"]]) == reached


def test_a_line_that_ends_in_the_water_is_found(ctx: Context, lanes: Path, gate_rows: list[SourceRow]) -> None:
    wkt = "LINESTRING(119.1 24.5, 119.9 24.3)"  # the middle of the Taiwan Strait only
    graph = build_graph(lanes, ctx.rows("ports"), _moved(gate_rows, "taiwan", wkt))
    full = shapely.from_wkt(next(r for r in gate_rows if r.cells["id"] == "gate:taiwan").required("line_wkt"))
    assert local_leak(graph, "gate:taiwan", full) != []


@pytest.mark.parametrize(
    ("wkt", "words"),
    [
        ("LINESTRING(20 50, 21 50)", "no sea lane crosses"),
        ("LINESTRING(54.6 25.0, 55.4 25.1)", "crosses its line"),
        ("not a line", "is not a line"),
        ("LINESTRING(42.9 12.2, 43.9 12.95)", "shares a lane"),
    ],
)
def test_bad_lines_are_refused_by_name(
    ctx: Context, lanes: Path, gate_rows: list[SourceRow], wkt: str, words: str
) -> None:
    with pytest.raises(RecipeError, match=words) as error:
        build_graph(lanes, ctx.rows("ports"), _moved(gate_rows, "suez", wkt))
    assert "gates_sea.csv, line" in str(error.value)


def test_a_line_through_a_node_is_refused(ctx: Context, lanes: Path, gate_rows: list[SourceRow], sea: SeaGraph) -> None:
    x, y = sea.lonlat[sea.edges[sea.gate_of == sea.gates.index("gate:danish")][0, 0]].tolist()
    with pytest.raises(RecipeError, match="a node of the lane network lies on its line"):
        build_graph(lanes, ctx.rows("ports"), _moved(gate_rows, "danish", f"LINESTRING({x - 1} {y}, {x + 1} {y})"))


def test_lines_are_drawn_within_the_map_and_end_at_their_sites(ctx: Context) -> None:
    layer = read_layer(ctx.out / "atlas.gpkg", "links")
    ends: dict[str, list[float]] = {}
    for name in ("places", "ports", "mines", "plants", "markets"):
        points = read_layer(ctx.out / "atlas.gpkg", name)
        ends |= dict(zip(points.fields["id"], shapely.get_coordinates(points.geometry).tolist(), strict=True))
    assert len(layer.geometry) > 5000
    for link, kind, a, b, line in zip(
        *(layer.fields[c] for c in ("id", "kind", "from_site", "to_site")), layer.geometry, strict=True
    ):
        assert not shapely.is_empty(line), link
        for part in shapely.get_parts(line):
            xy = shapely.get_coordinates(part)
            assert np.abs(np.diff(xy[:, 0])).max() <= 180.0, link
            assert (np.abs(xy) <= (180.0, 90.0)).all(), link
        if kind in ("sea", "gate"):
            xy = shapely.get_coordinates(line)
            for site, vertex in ((a, xy[0]), (b, xy[-1])):
                assert distance_km(*ends[site], *vertex) < 1.0, (link, site)
