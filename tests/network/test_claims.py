"""The shipped atlas: what gates and routes claim, what reaches what, and that nothing bypasses a tabled corridor."""

from __future__ import annotations

import dataclasses

import pytest

from lodeway.model.atlas import Atlas
from lodeway.model.network import USABLE
from lodeway.solve.claims import CLAIMS, COPPERBELT, certify, copperbelt
from lodeway.solve.paths import cheapest_paths, expand_block, prove_cut
from lodeway.solve.reach import stranded

LAND = frozenset({"tabled", "access"})


def _seaports(atlas: Atlas) -> set[str]:
    return {s for k in atlas.links.values() if k.kind == "sea" for s in (k.from_site, k.to_site) if s in atlas.ports}


def _planned(atlas: Atlas) -> list[str]:
    return [k.id for k in atlas.links.values() if k.status not in USABLE]


def test_every_claim_is_kept(atlas: Atlas) -> None:
    found = certify(atlas)
    assert [c.id for c in found if not c.kept] == []
    assert {c.id for c in found} >= {claim.id for claim in CLAIMS} | set(atlas.routes) | {"copperbelt"}
    nsr = next(c for c in found if c.id == "not-without-nsr")
    assert "Vilkitsky" in nsr.found


def test_a_broken_gate_is_found_and_its_leak_named(atlas: Atlas) -> None:
    gates = atlas.gates | {"gate:hormuz": dataclasses.replace(atlas.gates["gate:hormuz"], links=())}
    broken = next(c for c in certify(dataclasses.replace(atlas, gates=gates)) if c.id == "persian-gulf")
    assert not broken.kept
    assert "is left from port:" in broken.found


def test_a_route_whose_marker_is_off_its_chain_is_found(atlas: Atlas) -> None:
    routes = atlas.routes | {
        "route:lobito": dataclasses.replace(atlas.routes["route:lobito"], markers=("link:taz-05",))
    }
    broken = {c.id for c in certify(dataclasses.replace(atlas, routes=routes)) if not c.kept}
    assert "route:lobito" in broken and "copperbelt" in broken


def test_a_marker_at_luau_dilolo_leaks_by_the_zambian_line(atlas: Atlas) -> None:
    lobito = dataclasses.replace(atlas.routes["route:lobito"], markers=("link:lob-08",))
    zambian = dataclasses.replace(atlas.routes["route:lobito-zm"], copperbelt_exit=False)
    routes = atlas.routes | {"route:lobito": lobito, "route:lobito-zm": zambian}
    at_border = copperbelt(dataclasses.replace(atlas, routes=routes))
    assert not at_border.kept and "port:ao-lobito" in at_border.found
    on_trunk = copperbelt(dataclasses.replace(atlas, routes=atlas.routes | {"route:lobito-zm": zambian}))
    assert on_trunk.kept, "LOB-06 closes both lines"


@pytest.mark.parametrize(
    "route",
    ["lobito", "tazara", "dar-road", "central", "northsouth-road", "kazungula", "northsouth-rail", "walvis", "beira",
     "beira-tete", "nacala", "maputo", "matadi"],
)  # fmt: skip
def test_each_exit_is_needed_for_the_cut(atlas: Atlas, route: str) -> None:
    name = f"route:{route}"
    routes = atlas.routes | {name: dataclasses.replace(atlas.routes[name], copperbelt_exit=False)}
    assert not copperbelt(dataclasses.replace(atlas, routes=routes)).kept


def test_the_main_segments_of_the_corridors_do_not_close_the_copperbelt(atlas: Atlas) -> None:
    main = ["link:lob-06", "link:taz-05", "link:dar-04", "link:cen-08", "link:ns-07", "link:kz-03", "link:tfr-01",
            "link:wb-02", "link:be-02", "link:be-11", "link:mat-02"]  # fmt: skip
    proof = prove_cut(atlas, main, COPPERBELT, _seaports(atlas), kinds=LAND)
    assert not proof.holds and proof.leak is not None


def test_lobito_blocked_the_copperbelt_still_finds_a_port(atlas: Atlas) -> None:
    (path,) = cheapest_paths(atlas, "place:cd-kolwezi", "port:cn-shanghai", blocked=frozenset({"route:lobito"}))
    assert path.status == "ok" and "route:lobito" not in path.routes
    assert "link:lob-06" not in dict(path.links)


def test_a_country_is_closed_with_its_ports(atlas: Atlas) -> None:
    block = expand_block(atlas, "country:AGO")
    assert {"port:ao-lobito", "place:ao-luau"} <= block.sites
    assert {"link:lob-01", "link:lob-08"} <= block.links
    assert "link:lob-09" not in block.links


def test_sites_attach_only_to_places_that_carry_cargo(atlas: Atlas) -> None:
    alive = {
        s for k in atlas.links.values() if k.status in USABLE and k.kind != "access" for s in (k.from_site, k.to_site)
    }
    for link in atlas.links.values():
        if link.kind == "access":
            for site in (link.from_site, link.to_site):
                if site in atlas.places or site in atlas.ports:
                    assert site in alive, link.id


def test_sentinel_joins_solwezi_and_not_the_planned_post_of_kambimba(atlas: Atlas) -> None:
    joined = {k.to_site for k in atlas.links.values() if k.from_site == "mine:sentinel-copper"}
    assert joined == {"place:zm-solwezi"}
    mine, near = atlas.mines["mine:sentinel-copper"], atlas.places["place:cd-kambimba"]
    far = atlas.places["place:zm-solwezi"]
    assert abs(near.lat - mine.lat) + abs(near.lon - mine.lon) < abs(far.lat - mine.lat) + abs(far.lon - mine.lon)


def test_derived_links_join_sites_of_one_country_unless_it_has_no_port(atlas: Atlas) -> None:
    with_port = {atlas.ports[s].country for s in _seaports(atlas)}
    for link in atlas.links.values():
        ends = [atlas.sites[s] for s in (link.from_site, link.to_site)]
        if link.kind != "access" or link.to_site in atlas.markets or "serves it" in link.note:
            continue
        here, there = (getattr(s, "country", "") for s in ends)
        assert here == there or here not in with_port, link.id


def test_nothing_bypasses_norilsk_bayan_obo_oyu_tolgoi_or_the_sea(atlas: Atlas) -> None:
    def ways_out(mine: str) -> set[str]:
        return {k.to_site for k in atlas.links.values() if k.from_site == f"mine:{mine}"}

    assert ways_out("norilsk-copper") == {"place:ru-norilsk"}
    assert ways_out("bayan-obo-rare-earths") == {"place:cn-bayanobo"}
    assert ways_out("oyu-tolgoi-copper") == {"place:mn-oyutolgoi"}
    assert ways_out("grasberg-copper") == {"port:id-amamapare"}, "no road leads from Papua to Java"


def test_derived_links_never_join_two_sites_of_the_tables_network(atlas: Atlas) -> None:
    tabled = {s for k in atlas.links.values() if k.kind == "tabled" for s in (k.from_site, k.to_site)}
    for link in atlas.links.values():
        if link.kind == "access":
            assert not {link.from_site, link.to_site} <= tabled, link.id


def test_no_route_of_the_tables_strands_cargo(atlas: Atlas) -> None:
    for site in ("place:cn-khorgos", "place:kz-dostyk", "place:tr-kars", "place:cn-chengdu", "place:cn-wuhan"):
        assert cheapest_paths(atlas, site, "port:cn-shanghai")[0].status == "ok", site


def test_what_does_not_reach_its_takers_is_known(atlas: Atlas) -> None:
    for gap in stranded(atlas):
        assert "no working plant of the atlas takes" in gap.reason, gap
    solved = {c.id for c in atlas.commodities.values() if c.solved}
    assert [g.site for g in stranded(atlas) if atlas.forms[g.form].commodity in solved] == []


def test_a_site_without_a_link_is_listed(atlas: Atlas) -> None:
    links = {k: v for k, v in atlas.links.items() if "mine:kinsevere-copper" not in (v.from_site, v.to_site)}
    alone = {g.site: g for g in stranded(dataclasses.replace(atlas, links=links))}
    assert "no link" in alone["mine:kinsevere-copper"].reason


def test_chains_of_routes_hang_together(atlas: Atlas) -> None:
    for route in atlas.routes.values():
        here = route.from_site
        for link_id, forward in route.links:
            link = atlas.links[link_id]
            start, end = (link.from_site, link.to_site) if forward else (link.to_site, link.from_site)
            assert start == here, (route.id, link_id)
            here = end
        assert here == route.to_site, route.id
