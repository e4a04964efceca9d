"""What lies where: features at a place, within a ring, and their rows in the tables."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodeway.carto import pick
from lodeway.carto.scene import Scene
from lodeway.carto.store import LayerStore
from lodeway.exports.attributes import attribute_table
from lodeway.geo.projection import equal_earth
from lodeway.geo.viewport import Viewport
from lodeway.model.atlas import Atlas
from lodeway.ui.map.history import ViewHistory


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> LayerStore:
    return LayerStore(equal_earth(), cache=tmp_path_factory.mktemp("cache"))


def rows_at(store: LayerStore, atlas: Atlas, lon: float, lat: float, scale: float) -> dict[str, list[str]]:
    place = store.projection.forward_points(np.array([[lon, lat]]))[0]
    found = {}
    for layer, numbers in pick.at(Scene(atlas=atlas), store, place, 7 * scale, scale):
        if layer in ("mines", "plants", "ports", "countries", "lakes", "places", "links"):
            table = attribute_table(layer, atlas)
            rows = numbers - pick.row_offset(layer, store, len(table))
            column = next(name for name in ("name_en", "name") if name in table.names) if layer != "links" else "id"
            found[layer] = [str(table.columns[column][row]) for row in rows if 0 <= row < len(table)]
    return found


def test_a_place_gives_its_country_town_and_mines(store: LayerStore, real_atlas: Atlas) -> None:
    found = rows_at(store, real_atlas, 25.47, -10.71, 300.0)
    assert found["countries"] == ["Congo - Kinshasa"], "levels of detail were once counted as rows"
    assert "Kolwezi" in found["places"]
    assert all(name.startswith("link:") for name in found["links"])


def test_the_middle_of_a_lake_is_a_lake_and_the_sea_is_nothing(store: LayerStore, real_atlas: Atlas) -> None:
    assert "Lake Victoria" in rows_at(store, real_atlas, 33.0, -1.0, 1_000.0)["lakes"]
    assert "countries" not in rows_at(store, real_atlas, -30.0, -30.0, 1_000.0)


def test_a_ring_takes_what_touches_it(store: LayerStore, real_atlas: Atlas) -> None:
    corners = np.array([[25.0, -11.2], [26.2, -11.2], [26.2, -10.3], [25.0, -10.3], [25.0, -11.2]])
    ring = store.projection.forward_points(corners)
    scene = Scene(atlas=real_atlas)
    mines = attribute_table("mines", real_atlas)
    lon, lat = mines.columns["lon"], mines.columns["lat"]
    inside = set(mines.columns["id"][(lon > 25.0) & (lon < 26.2) & (lat > -11.2) & (lat < -10.3)].tolist())
    found = {str(mines.columns["id"][row]) for row in pick.within("mines", scene, store, ring)}
    assert inside and found == inside
    countries = attribute_table("countries", real_atlas)
    ring = store.projection.forward_points(corners + np.array([-3.0, 3.0]))
    numbers = pick.within("countries", scene, store, ring) - pick.row_offset("countries", store, len(countries))
    assert [countries.columns["country"][n] for n in numbers if n >= 0] == ["COD"], "a box within a country is in it"


@given(st.floats(-3, 3), st.floats(-3, 3))
def test_inside_is_even_odd(x: float, y: float) -> None:
    ring = np.array(
        [[-1, -1], [2, -1], [2, 2], [-1, 2], [-1, -1], [0, 0], [0, 1], [1, 1], [1, 0], [0, 0], [-1, -1]], float
    )
    hole = 0 < x < 1 and 0 < y < 1
    if abs(x - y) > 1e-9 and all(abs(value - edge) > 1e-9 for value in (x, y) for edge in (-1.0, 0.0, 1.0, 2.0)):
        assert bool(pick.inside(ring, np.array([[x, y]]))[0]) is (-1 < x < 2 and -1 < y < 2 and not hole)


def test_views_go_back_and_forth_and_a_new_one_forgets_what_lay_ahead() -> None:
    history = ViewHistory()
    views = [Viewport(float(k), 0.0, 1.0, 10, 10) for k in range(4)]
    for view in views[:3]:
        history.keep(view)
        history.keep(view)
    assert history.go(-1) == views[1]
    assert history.go(-1) == views[0]
    assert history.go(-1) is None
    assert history.go(1) == views[1]
    history.keep(views[3])
    assert history.go(1) is None
    assert history.go(-1) == views[1]
