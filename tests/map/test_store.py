"""Prepared layers: levels of detail, holes, seams, the cache."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from lodeway.carto.prepare import coastlines, pieces_of
from lodeway.carto.store import LayerStore, collapsed, visible
from lodeway.geo.projection import Projection, plate_carree
from lodeway.geo.viewport import Viewport


def test_rings_stay_closed_in_every_level(store: LayerStore) -> None:
    for layer in ("countries", "lakes"):
        levels = store.get(layer).levels
        assert len(levels) >= 3
        for level in levels:
            first, last = level.start[:-1], level.start[1:] - 1
            assert np.array_equal(level.xy[first], level.xy[last])
            assert (np.diff(level.start) >= 4).all()
        sizes = [len(level.xy) for level in levels]
        assert sizes == sorted(sizes, reverse=True)


def test_a_level_moves_nothing_by_more_than_its_tolerance(projection: Projection) -> None:
    circle = shapely.Point(20, -10).buffer(5, quad_segs=2000)
    levels = pieces_of([(np.array([circle], dtype=object), 0.0)], projection, closed=True)
    finest = shapely.linearrings(levels[0].xy)
    for level in levels[1:]:
        assert shapely.hausdorff_distance(finest, shapely.linearrings(level.xy)) < 2 * level.tolerance_m


def test_holes_are_not_filled() -> None:
    projection = plate_carree()
    ring = shapely.box(0, 0, 10, 10) - shapely.box(4, 4, 6, 6) - shapely.box(1, 1, 2, 2)
    level = pieces_of([(np.array([ring], dtype=object), 0.0)], projection, closed=True)[0]
    assert len(level.start) == 2, "one piece"
    x, y = level.xy.T
    area = abs(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2  # bridges there and back cancel
    assert area == pytest.approx(
        shapely.area(shapely.polygons(projection.forward(shapely.get_coordinates(shapely.box(0, 0, 10, 10))))) * 0.95,
        rel=1e-9,
    )


def test_coast_is_where_no_neighbour_is() -> None:
    lines = coastlines(np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], dtype=object))
    merged = shapely.union_all(lines)
    assert shapely.length(merged) == pytest.approx(6.0)
    assert not shapely.intersects(merged, shapely.Point(1, 0.5))


def test_nothing_of_the_world_crosses_the_whole_map(store: LayerStore, projection: Projection) -> None:
    width = projection.bounds[2] - projection.bounds[0]
    for layer in ("countries", "coast", "borders", "railways-world", "sealanes"):
        level = store.get(layer).levels[0]
        step = np.abs(np.diff(level.xy[:, 0]))
        inside = np.ones(len(step), dtype=bool)
        inside[level.start[1:-1] - 1] = False
        inside &= level.xy[1:, 1] > projection.bounds[1] + 1.0  # the pole is a line, not a jump
        longest = step[inside].max()
        assert longest < 0.25 * width, layer


def test_vertices_far_outside_do_not_matter(store: LayerStore) -> None:
    box = shapely.box(0, 0, 800, 600)
    rng = np.random.default_rng(3)
    for _ in range(40):
        points = rng.normal(400, 1500, (40, 2))
        hull = shapely.get_coordinates(shapely.convex_hull(shapely.multipoints(points)))
        rough = shapely.segmentize(shapely.polygons(hull), 30.0)
        xy = shapely.get_coordinates(rough)
        less, start = collapsed(xy, np.array([0, len(xy)]), 800, 600)
        assert start.tolist() == [0, len(less)]
        want = shapely.area(shapely.intersection(rough, box))
        assert shapely.area(shapely.intersection(shapely.make_valid(shapely.polygons(less)), box)) == pytest.approx(
            want, abs=1e-6
        )


def test_the_cache_gives_the_same_and_is_used(
    store: LayerStore, projection: Projection, map_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = store.get("borders")
    again = LayerStore(projection, cache=map_cache)
    monkeypatch.setattr("lodeway.atlas.vector.read_layer", lambda *_, **__: pytest.fail("the file was read again"))
    read = again.get("borders")
    assert read.fields == made.fields
    for one, other in zip(read.levels, made.levels, strict=True):
        assert np.array_equal(one.xy, other.xy) and np.array_equal(one.start, other.start)


def test_a_damaged_cache_is_made_again(projection: Projection, tmp_path: Path) -> None:
    LayerStore(projection, cache=tmp_path).get("disputed")
    for file in tmp_path.glob("disputed*.json"):
        file.write_text("{")
    assert len(LayerStore(projection, cache=tmp_path).get("disputed").levels[0].xy) > 100


def test_a_view_prunes(store: LayerStore) -> None:
    prepared = store.get("countries")
    whole = visible(prepared, Viewport(0, 0, 20_000, 1900, 1000), 20_000)
    near = visible(prepared, Viewport(2.5e6, -1.4e6, 500, 1900, 1000), 500)
    names = {prepared.fields["country"][i] for i in near.feature}
    assert "ZMB" in names and "BRA" not in names
    assert len(set(whole.feature.tolist())) > 150
    assert len(near.xy) < 60_000
