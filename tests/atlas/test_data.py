"""Defects of the raw tables that were found once, each with the answer it would give."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from lodeway.atlas.check import RULES, check, modelled_output
from lodeway.model.atlas import Atlas, Provenance
from lodeway.model.network import USABLE
from lodeway.paths import layers_dir


@pytest.mark.parametrize("rule", RULES)
def test_promise(rule: str, real_atlas: Atlas, provenance: Provenance) -> None:
    known = {"plant:ni-ph-coral"}
    assert [fault for fault in RULES[rule](real_atlas, provenance, layers_dir()) if fault[0] not in known] == []


def test_every_check_holds_and_every_exception_has_its_reason() -> None:
    lines = check()
    assert [line for line in lines if not line.ok] == []
    assert sum(line.rule.startswith("known defect") for line in lines) >= 5
    assert any("refineries make" in line.detail for line in lines)


def test_a_broken_layer_is_a_failed_line_and_no_traceback(tmp_path: Path) -> None:
    for name in ("base.gpkg", "transport.gpkg", "atlas.gpkg"):
        (tmp_path / name).symlink_to(layers_dir() / name)
    (tmp_path / "maritime.gpkg").write_bytes(b"junk")
    line = check(tmp_path)[0]
    assert not line.ok and "maritime.gpkg" in line.detail


def test_copper_closes(real_atlas: Atlas) -> None:
    """Mines 23.0 Mt, refined 26.9 Mt; without scrap 4 Mt of refined copper had no feed."""
    mined = modelled_output(real_atlas, "commodity:copper", "mine")
    refined = modelled_output(real_atlas, "commodity:copper", "refined")
    assert sum(mined.values()) == pytest.approx(23.0e6, rel=0.01)
    assert sum(refined.values()) == pytest.approx(26.94e6, rel=0.01)
    demand = sum(m.demand_t_per_year["commodity:copper"] for m in real_atlas.markets.values())
    assert demand == pytest.approx(sum(refined.values()), rel=1e-4)
    scrap = sum(p.secondary_t_per_year or 0.0 for p in real_atlas.plants.values() if p.commodity == "commodity:copper")
    assert 4.4e6 < scrap < 4.8e6


def test_the_drc_does_not_refine_its_cathode_twice(real_atlas: Atlas) -> None:
    """An "SX-EW" plant of 2.4 Mt beside mines that list cathode doubled the country's copper."""
    assert "plant:cu-cd-sxew" not in real_atlas.plants and "plant:cu-cl-sxew" not in real_atlas.plants
    assert modelled_output(real_atlas, "commodity:copper", "mine")["COD"] == pytest.approx(2.99e6, rel=0.01)
    assert modelled_output(real_atlas, "commodity:copper", "refined")["COD"] < 2.6e6


def test_smelters_have_an_output(real_atlas: Atlas) -> None:
    """Without one, no blister moved and Zambia shipped two million tonnes of concentrate to Beira."""
    for plant in real_atlas.plants.values():
        if plant.commodity == "commodity:copper" and plant.status in USABLE:
            assert plant.production_t_per_year, plant.id


def test_zambia_has_no_scrap(real_atlas: Atlas) -> None:
    """Scrap shared by output alone fed a fifth of Zambian refineries with it."""
    assert all(not p.secondary_t_per_year for p in real_atlas.plants.values() if p.country in ("ZMB", "COD", "PER"))


def test_kamoa_smelter_is_not_of_2024(real_atlas: Atlas) -> None:
    """At 500 kt it would have eaten all concentrate of the DRC in the atlas year."""
    assert real_atlas.plants["plant:cu-cd-kamoa"].status == "planned"


def test_mines_beside_tenke_have_a_road(real_atlas: Atlas) -> None:
    """With the railway only, 650,000 t of cathode took it north to Matadi and Lake Tanganyika."""
    roads = {
        s
        for k in real_atlas.links.values()
        if k.mode == "road" and k.status in USABLE
        for s in (k.from_site, k.to_site)
    }
    assert "place:cd-tenke" in roads


def test_lobito_has_both_readings_of_its_capacity(real_atlas: Atlas) -> None:
    line = [k for k in real_atlas.links.values() if k.id.startswith("link:lob-")]
    assert len(line) == 10
    assert {k.direction_capacity_t_per_year for k in line} == {240_000.0}
    assert {k.capacity_t_per_year for k in line} == {400_000.0, 460_000.0}


def test_coal_lines_are_not_empty(real_atlas: Atlas) -> None:
    """18 Mt of a coal line looked free for copper."""
    for name in ("link:nac-05", "link:be-12", "link:orx-01", "link:nor-01"):
        assert real_atlas.links[name].other_traffic_t_per_year, name


def test_detours_of_the_great_border_posts_exist(real_atlas: Atlas) -> None:
    """Kasumbalesa, Tunduma and Chirundu had none, so a closure looked final."""
    borders = {k.border for k in real_atlas.links.values() if k.status in USABLE}
    assert {"Kipushi", "Mokambo", "Sakania", "Kasumulu", "Kasesya", "Kariba"} <= borders


def test_border_posts_have_a_capacity(real_atlas: Atlas) -> None:
    for name in ("link:rd-04", "link:dar-04", "link:ns-04", "link:ns-07", "link:kz-03", "link:rd-08", "link:rd-10"):
        assert real_atlas.links[name].capacity_t_per_year, name


def test_transit_is_no_trade(real_atlas: Atlas) -> None:
    cells = {(c.form, c.origin, c.destination) for c in real_atlas.trade}
    assert not cells & {
        ("form:copper/blister", "ZAF", "CHN"),
        ("form:cobalt/refined", "COD", "NAM"),
        ("form:copper/cathode", "ZMB", "CHE"),
    }


@pytest.mark.parametrize(
    ("form", "origin", "least", "most"),
    [
        ("form:copper/cathode", "COD", 2.4e6, 2.8e6),
        ("form:copper/concentrate-rich", "COD", 0.74e6, 0.9e6),
        ("form:cobalt/hydroxide", "COD", 0.55e6, 0.8e6),
        ("form:copper/blister", "ZMB", 0.55e6, 0.75e6),
    ],
)
def test_route_references_add_up_to_a_bit_more_than_exports(
    real_atlas: Atlas, form: str, origin: str, least: float, most: float
) -> None:
    total = sum(s.gross_t_per_year for s in real_atlas.route_shares if (s.form, s.origin) == (form, origin))
    assert least <= total <= most


def test_each_market_has_one_demand_of_a_commodity(real_atlas: Atlas) -> None:
    """China's copper stood twice, and the rest of the world's 5.5 Mt was a round number."""
    assert real_atlas.markets["market:CHN"].demand_t_per_year["commodity:copper"] == 15_892_000.0
    assert real_atlas.markets["market:ROW"].demand_t_per_year["commodity:copper"] == pytest.approx(4.49e6, rel=0.01)


def test_commodities_that_do_not_close_say_why(real_atlas: Atlas) -> None:
    for commodity in real_atlas.commodities.values():
        assert commodity.solved != bool(commodity.why_not_solved), commodity.id


def test_residual_sites_say_so(real_atlas: Atlas) -> None:
    made: defaultdict[bool, float] = defaultdict(float)
    for mine in real_atlas.mines.values():
        assert mine.residual == mine.id.startswith("mine:rest-of-"), mine.id
        if mine.form.startswith("form:copper/"):
            made[mine.residual] += mine.production_t_per_year or 0.0
    assert made[True] < made[False], "most of the copper is itemised"
