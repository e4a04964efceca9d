"""Projections, views, cutting at the seam, and curves on flat arrays."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from lodeway.geo.antimeridian import cut_at_seam
from lodeway.geo.curves import along, bands, normals, thin
from lodeway.geo.geodesic import geodesic, length_m, metres_per_unit
from lodeway.geo.graticule import graticule, step_for
from lodeway.geo.projection import PROJECTIONS, Projection, equal_earth
from lodeway.geo.viewport import Viewport

ALL = [make(central) for make in PROJECTIONS.values() for central in (0.0, 11.0, -150.0)]


@pytest.mark.parametrize("projection", ALL, ids=lambda p: p.key)
def test_there_and_back(projection: Projection) -> None:
    rng = np.random.default_rng(7)
    lonlat = np.column_stack([rng.uniform(-180, 180, 2000), rng.uniform(-84, 84, 2000)])
    near = lonlat.copy()
    near[:, 0] = projection.wrapped(near[:, 0])
    lonlat = lonlat[projection.shows(near)]
    assert len(lonlat) > 100
    back = projection.inverse(projection.forward_points(lonlat))
    turn = (back[:, 0] - lonlat[:, 0] + 180) % 360 - 180
    assert np.abs(turn).max() < 1e-7
    assert np.abs(back[:, 1] - lonlat[:, 1]).max() < 1e-7


def test_equal_earth_keeps_areas() -> None:
    projection = equal_earth()
    areas = []
    for lat in (0.0, 30.0, 60.0):
        box = np.array([[10, lat], [11, lat], [11, lat + 1], [10, lat + 1]], dtype=float)
        dense = shapely.get_coordinates(shapely.segmentize(shapely.polygons(box), 0.02))
        true = abs(Geod(ellps="WGS84").geometry_area_perimeter(shapely.segmentize(shapely.polygons(box), 0.02))[0])
        areas.append(shapely.area(shapely.polygons(projection.forward(dense))) / true)
    assert areas == pytest.approx([1.0, 1.0, 1.0], rel=1e-4)


@pytest.mark.parametrize("projection", ALL, ids=lambda p: p.key)
def test_outside_the_earth_is_nowhere(projection: Projection) -> None:
    left, _, right, top = projection.bounds
    assert np.isnan(projection.inverse(np.array([[right * 1.2, 0.0], [left * 1.2, top * 0.1]]))).all()


def test_outline_is_closed_and_turns_left() -> None:
    ring = equal_earth().outline()
    assert np.allclose(ring[0], ring[-1], atol=1.0)
    assert shapely.is_ccw(shapely.linearrings(ring))


@given(
    st.floats(-1e7, 1e7), st.floats(-8e6, 8e6), st.floats(20, 50_000), st.floats(-180, 180), st.floats(0, 900),
    st.floats(0, 700), st.floats(0.1, 10),
)  # fmt: skip
def test_zoom_keeps_the_point_under_the_pointer(
    x: float, y: float, scale: float, turn: float, px: float, py: float, factor: float
) -> None:
    view = Viewport(x, y, scale, 900, 700, turn)
    before = view.to_map(np.array([[px, py]]))
    after = view.zoomed(factor, (px, py)).to_map(np.array([[px, py]]))
    assert np.abs(after - before).max() < 1e-3
    assert np.abs(view.to_picture(before) - (px, py)).max() < 1e-5


@given(st.floats(-500, 500), st.floats(-500, 500), st.floats(-180, 180))
def test_pan_moves_the_picture_by_what_was_dragged(dx: float, dy: float, turn: float) -> None:
    view = Viewport(1e6, -1e6, 1000.0, 900, 700, turn)
    place = view.to_map(np.array([[450.0, 350.0]]))
    assert np.abs(view.panned(dx, dy).to_picture(place) - (450 + dx, 350 + dy)).max() < 1e-6


def test_fit_shows_the_whole_box() -> None:
    left, bottom, right, top = Viewport.fit((-10.0, -5.0, 30.0, 5.0), 400, 300, 20).bounds
    assert left <= -10 and bottom <= -5 and right >= 30 and top >= 5


@pytest.mark.parametrize("central", [11.0, 150.0, -60.0])
def test_seam_cuts_keep_area_and_side(central: float) -> None:
    boxes = np.array([shapely.box(-180, 0, -160, 20), shapely.box(100, -10, 180, 10), shapely.box(-5, -5, 5, 5)])
    cut = cut_at_seam(boxes, central)
    assert np.allclose(shapely.area(cut), shapely.area(boxes))
    bounds = shapely.bounds(cut)
    assert (bounds[:, 0] >= central - 180 - 1e-9).all() and (bounds[:, 2] <= central + 180 + 1e-9).all()


def test_geodesic_is_the_shortest_line() -> None:
    line = geodesic((13.55, -12.35), (39.29, -6.83), 20_000)
    straight = np.array([line[0], line[-1]])
    assert length_m(line) == pytest.approx(length_m(straight), rel=1e-9)
    assert length_m(line) == pytest.approx(2_876_000, rel=0.02)
    assert np.hypot(*np.diff(line, axis=0).T).max() < 0.3


def test_true_scale_differs_from_the_map_scale_away_from_the_equator() -> None:
    projection = PROJECTIONS["web-mercator"](0.0)
    x, y = projection.forward(np.array([[0.0, 60.0]]))[0]
    assert metres_per_unit(projection, Viewport(x, y, 1000.0, 800, 600)) == pytest.approx(500, rel=0.01)


def test_graticule_meets_round_degrees() -> None:
    projection = equal_earth()
    lines = graticule(projection, step_for(40.0), (-20.0, -10.0, 20.0, 10.0))
    for line in lines:
        degrees = projection.inverse(line[2:-2])
        constant = np.ptp(degrees, axis=0) < 1e-6
        assert constant.any()
        assert (
            np.allclose(degrees[0][constant] % step_for(40.0) % step_for(40.0), 0, atol=1e-6)
            or np.isclose(degrees[0][constant] % step_for(40.0), step_for(40.0), atol=1e-6).all()
        )


def test_thinning_keeps_ends_and_one_vertex_per_cell() -> None:
    xy = np.column_stack([np.linspace(0, 100, 5001), np.zeros(5001)])
    start = np.array([0, 2500, 5001])
    out, out_start = thin(xy, start, 5.0)
    assert out[0].tolist() == xy[0].tolist() and out[-1].tolist() == xy[-1].tolist()
    assert out[out_start[1] - 1].tolist() == xy[2499].tolist() and out[out_start[1]].tolist() == xy[2500].tolist()
    assert len(out) < 30


def test_bands_have_the_width_they_are_given() -> None:
    line = np.array([[0.0, 0.0], [50.0, 0.0], [100.0, 0.0]])
    start = np.array([0, 3])
    ring, ring_start = bands(line, start, np.full(3, 2.0), np.full(3, 8.0))
    assert ring_start.tolist() == [0, 6]
    assert shapely.area(shapely.polygons(ring)) == pytest.approx(600.0)
    assert (ring[:, 1] >= 2.0 - 1e-9).all(), "right of a line to the right is down on the screen"


def test_mitre_keeps_a_bend_as_wide_as_the_line() -> None:
    line = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0]])
    right = normals(line, np.array([0, 3]))
    assert np.hypot(*right[1]) == pytest.approx(np.sqrt(2), rel=1e-6)
    assert np.hypot(*right[[0, 2]].T) == pytest.approx([1.0, 1.0])


def test_distances_start_anew_on_each_line() -> None:
    xy = np.array([[0.0, 0.0], [3.0, 4.0], [100.0, 0.0], [100.0, 2.0]])
    assert along(xy, np.array([0, 2, 4])).tolist() == [0.0, 5.0, 0.0, 2.0]
