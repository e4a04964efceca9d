"""Land links from source rows, and the derived access links of sites that no table joins."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import pytest
import shapely

from layers.recipe import land
from layers.recipe.context import Context, SourceRow
from lodeway.errors import RecipeError
from lodeway.model.atlas import Atlas
from lodeway.model.network import Link
from tests.network.drawn import draw

COLUMNS = {
    "id": "link:x-1", "from_site": "place:a", "to_site": "place:b", "mode": "rail", "length_km": "240",
    "speed_kmh": "20", "border_delay_hours": "12", "cost_usd_per_tkm": "0.05", "cost_usd_per_t": "",
    "capacity_t_per_year": "400000", "direction_capacity_t_per_year": "240000", "other_traffic_t_per_year": "",
    "status": "operating", "open_year": "1931", "border": "Post", "countries": "AGO;COD", "confidence": "estimated",
    "source": "source:own-estimate", "note": "",
}  # fmt: skip
POSITION = {"place:a": (0.0, 0.0), "place:b": (2.0, 0.0)}


def _tabled(ctx: Context, tmp_path: Path, **cells: str) -> Link:
    with (tmp_path / "segments.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerow(COLUMNS | cells)
    (link,) = land.tabled_links(dataclasses.replace(ctx, sources=tmp_path), POSITION, land.parameters(ctx))
    return link


def test_days_are_running_time_and_delay_and_cost_is_freight_and_fee(ctx: Context, tmp_path: Path) -> None:
    link = _tabled(ctx, tmp_path)
    fee = land.parameters(ctx)["border_usd_per_t"]
    assert link.days == pytest.approx(240 / 20 / 24 + 12 / 24)
    assert link.cost_usd_per_t == pytest.approx(240 * 0.05 + fee)
    assert (link.capacity_t_per_year, link.direction_capacity_t_per_year) == (400_000, 240_000)
    assert link.other_traffic_t_per_year is None, "blank is unknown, not zero"
    assert _tabled(ctx, tmp_path, cost_usd_per_t="30", border="").cost_usd_per_t == 30


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"from_site": "place:nowhere"}, "neither places.csv nor ports.csv"),
        ({"length_km": "0"}, "above zero"),
        ({"speed_kmh": "fast"}, "not a number"),
        ({"speed_kmh": ""}, "blank"),
    ],
)
def test_a_bad_row_is_named(ctx: Context, tmp_path: Path, cells: dict[str, str], words: str) -> None:
    with pytest.raises(RecipeError, match=words) as error:
        _tabled(ctx, tmp_path, **cells)
    assert "segments.csv, line 2 (link:x-1)" in str(error.value)


def _access(ctx: Context, atlas: Atlas, water_east_of: float | None = None) -> land.Access:
    """Derived links over a drawn network; sites east of a column lie on an island."""
    sites = atlas.sites
    ports = [
        SourceRow("ports", k, {"id": p.id, "roles": ";".join(p.roles)}) for k, p in enumerate(atlas.ports.values(), 2)
    ]
    island = 1 if water_east_of is not None else 0
    return land.Access(
        p=land.parameters(ctx),
        position={s: (site.lon / 10, site.lat / 10) for s, site in sites.items()},
        country={s: getattr(site, "country", "") for s, site in sites.items()},
        tabled=[k for k in atlas.links.values() if k.kind == "tabled"],
        ports=ports,
        area={"COD": "COD", "ZMB": "ZMB"},
        mass={
            s: frozenset((island if water_east_of is not None and site.lon > water_east_of else 0,))
            for s, site in sites.items()
        },
    )


def _joined(access: land.Access, site: str) -> list[str]:
    return [k.to_site for k in access.links if k.from_site == site]


def test_a_site_joins_an_operating_place_though_a_planned_one_is_nearer(ctx: Context) -> None:
    # Sentinel (s) lies beside the planned post of Kambimba (p); Solwezi (o) is further
    atlas = draw("s p...q  o--r", kinds={"s": "mine"}, countries=dict.fromkeys("spqor", "ZMB"))
    access = _access(ctx, atlas)
    access.site("mine:s", "")
    assert _joined(access, "mine:s")[0] == "place:o"
    assert "place:p" not in _joined(access, "mine:s")


def test_a_site_joins_its_own_country_though_a_foreign_place_is_nearer(ctx: Context) -> None:
    atlas = draw(
        "s p---q  o--r", kinds={"s": "mine"}, countries={"s": "ZMB", "p": "COD", "q": "COD", "o": "ZMB", "r": "ZMB"}
    )
    access = _access(ctx, atlas)
    access.site("mine:s", "")
    assert set(_joined(access, "mine:s")) <= {"place:o", "place:r"}


def test_an_island_without_a_port_ships_along_the_coast_and_says_so(ctx: Context) -> None:
    atlas = draw("P--o     s", kinds={"s": "mine"}, countries=dict.fromkeys("Pos", "COD"))
    access = _access(ctx, atlas, water_east_of=5)
    access.site("mine:s", "")
    assert _joined(access, "mine:s") == ["port:p"]
    assert "coastal shipping" in access.links[0].note
    assert "over water" in access.notes["mine:s"]


@pytest.mark.parametrize(("island", "expected"), [(None, ["plant:s"]), (5.0, [])])
def test_no_overland_link_crosses_water(ctx: Context, island: float | None, expected: list[str]) -> None:
    atlas = draw("m        s", kinds={"m": "mine", "s": "plant"}, countries=dict.fromkeys("ms", "COD"))
    access = _access(ctx, atlas, island)
    access.overland(list(atlas.mines.values()), list(atlas.plants.values()))
    assert _joined(access, "mine:m") == expected


def test_no_overland_link_where_both_ends_are_on_the_tables(ctx: Context) -> None:
    atlas = draw("m o-----p s", kinds={"m": "mine", "s": "plant"}, countries=dict.fromkeys("mops", "COD"))
    access = _access(ctx, atlas)
    access.site("mine:m", "")
    access.site("plant:s", "")
    access.overland(list(atlas.mines.values()), list(atlas.plants.values()))
    assert "plant:s" not in _joined(access, "mine:m")


def test_derived_links_say_that_they_are_estimates(ctx: Context) -> None:
    atlas = draw("m o-----p", kinds={"m": "mine"}, countries=dict.fromkeys("mop", "COD"))
    access = _access(ctx, atlas)
    access.site("mine:m", "")
    (link, *_) = access.links
    assert (link.confidence, link.source, link.kind) == ("estimated", "source:own-estimate", "access")
    assert link.note.startswith("derived")
    assert link.length_km == pytest.approx(0.2 * 111.195 * 1.3, abs=0.06)


def test_land_masses_join_a_quay_to_its_coast_but_not_an_island_to_another() -> None:
    west = shapely.box(0, 0, 2, 2)
    east = shapely.box(3, 0, 5, 2)
    mass = land.land_masses([west, east], {"in": (1, 1), "quay": (2.1, 1), "far": (4, 1), "sea": (2.6, 1)})
    assert mass["in"] == mass["quay"]
    assert not mass["in"] & mass["far"]
    assert mass["sea"] == mass["far"], "in the middle of the sea: the nearest land"
