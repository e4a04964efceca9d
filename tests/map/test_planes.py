"""Every projection on real and invented geometry: nothing is smeared, nothing lost, and bad input is one sentence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from lodeway.carto.prepare import pieces_of
from lodeway.errors import DataError
from lodeway.geo.graticule import graticule
from lodeway.geo.projection import NOWHERE_M, PROJECTIONS, Projection, from_text, projection_of
from lodeway.session.document import Document, Plane
from lodeway.session.history import History
from lodeway.session.map_commands import UsePlane
from lodeway.ui.crs_dialog import CrsDialog

OTHERS = (
    "EPSG:32735",
    "EPSG:3031",
    "EPSG:3347",
    "EPSG:2154",
    "EPSG:4326",
    "EPSG:2263",
    "+proj=moll +lon_0=100",
    "EPSG:3460",
)
ALL = [make() for make in PROJECTIONS.values()] + [from_text(text) for text in OTHERS]


@pytest.mark.parametrize("projection", ALL, ids=lambda p: p.id)
@settings(max_examples=25, deadline=None)
@given(lon=st.floats(-179, 179), lat=st.floats(-88, 88), size=st.floats(0.5, 40))
def test_a_box_anywhere_stays_together(projection: Projection, lon: float, lat: float, size: float) -> None:
    """An edge as long as a quarter of the map is a smear: a box across the seam once filled the width of the world."""
    west, south, east, north = (
        max(-180.0, lon - size),
        max(-90.0, lat - size),
        min(180.0, lon + size),
        min(90.0, lat + size),
    )
    box = shapely.segmentize(shapely.box(west, south, east, north), 1.0)
    level = pieces_of([(np.array([box], dtype=object), 0.0)], projection, closed=True)[0]
    assert np.isfinite(level.xy).all()
    left, bottom, right, top = projection.bounds
    reach = max(right - left, top - bottom)
    for a, b in zip(level.start[:-1], level.start[1:], strict=True):
        edges = np.hypot(*np.diff(level.xy[a:b], axis=0).T)
        assert edges.max(initial=0.0) < 0.25 * reach


@pytest.mark.parametrize("projection", ALL, ids=lambda p: p.id)
def test_there_and_back_and_nowhere(projection: Projection) -> None:
    rng = np.random.default_rng(3)
    lonlat = np.column_stack([rng.uniform(-180, 180, 4000), rng.uniform(-89, 89, 4000)])
    xy = projection.forward_points(lonlat)
    shown = xy[:, 0] < NOWHERE_M
    assert shown.any()
    inner = shown & (np.abs(lonlat[:, 1]) < 84.9)
    back = projection.inverse(xy[inner])
    turn = (back[:, 0] - lonlat[inner, 0] + 180) % 360 - 180
    assert np.nanmax(np.abs(turn * np.cos(np.radians(lonlat[inner, 1])))) < 1e-6
    assert np.isfinite(back).all(axis=1).mean() > 0.99
    assert np.isnan(projection.inverse(np.array([[NOWHERE_M, NOWHERE_M]]))).all()


@pytest.mark.parametrize("projection", ALL, ids=lambda p: p.id)
def test_the_graticule_is_finite_and_within_what_is_shown(projection: Projection) -> None:
    left, bottom, right, top = projection.bounds
    room = 0.01 * max(right - left, top - bottom)
    lines = graticule(projection, 10.0, (-180.0, -90.0, 180.0, 90.0))
    for line in lines:
        assert np.isfinite(line).all()
        assert line[:, 0].min() > left - room and line[:, 0].max() < right + room
        assert line[:, 1].min() > bottom - room and line[:, 1].max() < top + room


def test_the_pole_is_filled_and_areas_are_true() -> None:
    """Antarctica is cut along 180 degrees and closed along the pole: in a polar plane its middle must not be a hole."""
    cap = shapely.segmentize(shapely.box(-180, -90, 180, -70), 1.0)
    level = pieces_of([(np.array([cap], dtype=object), 0.0)], PROJECTIONS["south-pole"](), closed=True)[0]
    ring = shapely.make_valid(shapely.polygons(level.xy))
    assert ring.buffer(1.0).contains(shapely.Point(0.0, 0.0))
    laea = from_text("+proj=laea +lat_0=-90 +lon_0=0 +datum=WGS84")
    disc = pieces_of([(np.array([cap], dtype=object), 0.0)], laea, closed=True)[0]
    assert shapely.area(shapely.make_valid(shapely.polygons(disc.xy))) == pytest.approx(1.5382e13, rel=0.01)


def test_feet_become_metres() -> None:
    projection = from_text("EPSG:2263")
    a, b = projection.forward_points(np.array([[-73.98, 40.75], [-73.97, 40.75]]))
    assert np.hypot(*(a - b)) == pytest.approx(844.6, abs=1.0), "New York's system counts feet"


@pytest.mark.parametrize("text", ["EPSG:999999", "nonsense", "", "+proj=nothing", "EPSG:5773", "x" * 5000])
def test_what_is_no_system_is_told_in_one_sentence(text: str) -> None:
    with pytest.raises(DataError) as told:
        projection_of(text)
    assert len(str(told.value)) < 200
    assert "\n" not in str(told.value)


def test_the_plane_is_undone() -> None:
    history, document = History(), Document()
    after = history.do(document, UsePlane(Plane("robinson", 150.0, 20.0), "Robinson"))
    assert history.undo_name == "Use Robinson"
    assert history.undo(after).plane == Plane()


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[CrsDialog]:
    made = CrsDialog(Plane())
    qtbot.addWidget(made)
    made.show()
    yield made
    made.reject()


def test_the_dialog_finds_a_system_by_place_and_says_what_is_wrong(qtbot: QtBot, dialog: CrsDialog) -> None:
    qtbot.waitUntil(lambda: dialog._systems is not None, timeout=30_000)
    qtbot.keyClicks(dialog.line, "32735")
    qtbot.waitUntil(lambda: dialog.list.count() == 1)
    assert "UTM zone 35S" in dialog.about.text()
    dialog.line.setText("+proj=nothing")
    qtbot.waitUntil(lambda: "no coordinate reference system" in dialog.about.text())
    dialog.line.setText("+proj=moll +lon_0=100")
    qtbot.waitUntil(lambda: "shows" in dialog.about.text())
    dialog.rotation.setValue(15.0)
    dialog._take()
    assert dialog.plane == Plane("+proj=moll +lon_0=100", None, 15.0)
