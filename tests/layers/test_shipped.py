"""The layers that ship: valid, small, complete, and whole where the subject needs it."""

import csv
import itertools
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import shapely

from layers.recipe.styles import STYLES
from lodeway.atlas.gpkg_check import problems
from lodeway.atlas.vector import list_layers, open_gpkg, read_layer
from lodeway.geo.sphere import distance_km

LAYERS = Path(__file__).resolve().parents[2] / "layers"
MOST_BYTES = 60_000_000
FILES = ("base.gpkg", "transport.gpkg", "maritime.gpkg")
LOBITO_TO_KOLWEZI = [f"link:lob-{k:02d}" for k in range(1, 10)]


@pytest.mark.parametrize("name", FILES)
def test_valid_styled_and_with_a_notice(name: str) -> None:
    assert problems(LAYERS / name) == []
    with open_gpkg(LAYERS / name) as connection:
        styled = {row[0] for row in connection.execute("SELECT f_table_name FROM layer_styles WHERE useAsDefault")}
        notices = connection.execute("SELECT licence FROM notices").fetchall()
    layers = {info.name for info in list_layers(LAYERS / name) if info.geometry_type}
    assert styled == layers
    assert layers <= set(STYLES)
    assert notices
    assert all(info.count for info in list_layers(LAYERS / name))


def test_together_under_60_mb() -> None:
    assert sum(path.stat().st_size for path in LAYERS.glob("*.gpkg")) < MOST_BYTES


def test_odbl_notice_in_transport() -> None:
    with closing(sqlite3.connect(LAYERS / "transport.gpkg")) as connection:
        assert "ODbL" in connection.execute("SELECT licence FROM notices").fetchone()[0]


@pytest.mark.parametrize("level", ["l0", "l1", "l2"])
def test_countries_have_codes_and_names_in_four_languages(level: str) -> None:
    layer = read_layer(LAYERS / "base.gpkg", f"countries_{level}")
    codes = layer.fields["country"].tolist()
    assert len(set(codes)) == len(codes)
    assert {"AGO", "COD", "ZMB", "TZA", "ZAF", "MOZ", "CHN", "IDN", "CHL", "XKX", "PSE", "SSD"} <= set(codes)
    for language in ("en", "fr", "pt", "zh"):
        assert all(layer.fields[f"name_{language}"]), language
    drc = codes.index("COD")
    assert [layer.fields[f"name_{k}"][drc] for k in ("fr", "zh")] == ["Congo-Kinshasa", "刚果（金）"]
    assert shapely.is_valid(layer.geometry).all()


def test_the_boundary_rule_holds() -> None:
    countries = read_layer(LAYERS / "base.gpkg", "countries_l2")
    codes = countries.fields["country"].tolist()
    simferopol, laayoune = shapely.Point(34.1, 44.95), shapely.Point(-13.1, 27.1)
    assert countries.geometry[codes.index("UKR")].contains(simferopol)
    assert not countries.geometry[codes.index("RUS")].contains(simferopol)
    assert countries.geometry[codes.index("ESH")].contains(laayoune)
    lines = read_layer(LAYERS / "base.gpkg", "boundaries_l2")
    status: dict[tuple[str, str], set[str]] = {}
    for a, b, s in zip(*(lines.fields[k] for k in ("country_a", "country_b", "status")), strict=True):
        status.setdefault((a, b), set()).add(s)
    assert status["SRB", "XKX"] == {"disputed"}
    assert status["ESH", "MAR"] == {"disputed"}
    assert status["AGO", "COD"] == status["COD", "ZMB"] == {"international"}
    assert any("Somaliland" in name for name in read_layer(LAYERS / "base.gpkg", "disputed_lines").fields["name"])


def test_boundaries_run_along_the_countries() -> None:
    countries = read_layer(LAYERS / "base.gpkg", "countries_l2")
    codes = countries.fields["country"].tolist()
    lines = read_layer(LAYERS / "base.gpkg", "boundaries_l2")
    for line, a, b in zip(lines.geometry, lines.fields["country_a"], lines.fields["country_b"], strict=True):
        if {a, b} == {"COD", "ZMB"}:
            for code in (a, b):
                assert (
                    shapely.distance(
                        countries.geometry[codes.index(code)].boundary, shapely.points(shapely.get_coordinates(line))
                    ).max()
                    < 1e-9
                )


def test_places_have_rank_and_population() -> None:
    places = read_layer(LAYERS / "base.gpkg", "places")
    row = {name: i for i, name in reversed(list(enumerate(places.fields["name"])))}
    assert places.fields["population"][row["Kolwezi"]] == 790_248
    assert places.fields["capital"][row["Luanda"]]
    assert places.fields["rank"][row["Kinshasa"]] <= 2
    assert places.fields["name_zh"][row["Lobito"]] == "洛比托"


def _alignments() -> tuple[dict[str, int], dict[str, np.ndarray], np.ndarray]:
    layer = read_layer(LAYERS / "transport.gpkg", "alignments")
    return {name: i for i, name in enumerate(layer.fields["id"])}, dict(layer.fields), layer.geometry


def test_every_segment_has_its_line() -> None:
    with (LAYERS / "sources" / "segments.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row["id"] for row in csv.DictReader(stream)]
    assert list(_alignments()[0]) == rows


def test_lobito_corridor_is_one_line_of_its_published_length() -> None:
    index, fields, geometry = _alignments()
    chosen = [index[name] for name in LOBITO_TO_KOLWEZI]
    assert sum(fields["published_km"][chosen]) == pytest.approx(1729, abs=5)
    # the graph's own km, without the short ways from the stations to its generalised chords
    assert sum(fields["track_km"][chosen]) == pytest.approx(1729, rel=0.07)
    assert {fields["basis"][i] for i in chosen} == {"railway layer"}
    ends = []
    for i in chosen:
        xy = shapely.get_coordinates(geometry[i])
        ends.append((xy[0], xy[-1]))
    for (_, end), (begin, _) in itertools.pairwise(ends):
        assert distance_km(end[0], end[1], begin[0], begin[1]) < 0.01
    first, last = ends[0][0], ends[-1][1]
    assert distance_km(first[0], first[1], 13.547, -12.346) < 1
    assert distance_km(last[0], last[1], 25.47, -10.71) < 5


def test_every_join_is_listed_with_its_reason() -> None:
    joins = read_layer(LAYERS / "transport.gpkg", "rail_joins")
    assert all(joins.fields["reason"]) and len(set(joins.fields["id"])) == len(joins)
    with (LAYERS / "sources" / "rail_joins.csv").open(encoding="utf-8", newline="") as stream:
        listed = {row["id"] for row in csv.DictReader(stream)}
    assert listed <= set(joins.fields["id"])
    unlisted = [km for name, km in zip(joins.fields["id"], joins.fields["km"], strict=True) if name not in listed]
    assert max(unlisted) <= 5.0
