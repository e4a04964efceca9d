"""Cheapest paths, blocks and cut proofs on drawn networks."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lodeway.errors import ScenarioError, UnknownIdError
from lodeway.solve.paths import PathResult, cheapest_paths, expand_block, prove_cut
from tests.network.drawn import draw

SQUARE = """
a-b-c
|   |
d---e
"""


def _chain(path: PathResult) -> str:
    return "".join(s[-1] for s in path.sites)


def test_the_shorter_way_is_taken_and_the_longer_one_is_next() -> None:
    first, second = cheapest_paths(draw(SQUARE), "place:a", "place:e", k=5)
    assert (_chain(first), first.length_km) == ("abce", 300)
    assert (_chain(second), second.length_km) == ("ade", 400)
    assert first.cost_usd_per_t == pytest.approx(15.0)
    assert first.days == pytest.approx(0.6)
    assert first.links == (("link:ab", True), ("link:bc", True), ("link:ce", True))


def test_a_link_against_its_direction_says_so() -> None:
    (path,) = cheapest_paths(draw("a-b"), "place:b", "place:a")
    assert path.links == (("link:ab", False),)


def test_parallel_links_are_two_paths() -> None:
    atlas = draw("a-b-c", extra=(("a", "b", 150.0),))
    paths = cheapest_paths(atlas, "place:a", "place:c", k=9)
    assert [p.links[0][0] for p in paths] == ["link:ab", "link:ab-2"]
    assert [p.length_km for p in paths] == [200, 250]


def test_a_block_sends_the_path_round_and_two_blocks_leave_no_route() -> None:
    atlas = draw(SQUARE)
    (path,) = cheapest_paths(atlas, "place:a", "place:e", blocked=frozenset({"link:bc"}))
    assert _chain(path) == "ade"
    (path,) = cheapest_paths(atlas, "place:a", "place:e", blocked=frozenset({"link:bc", "place:d"}))
    assert path.status == "no route"
    assert (path.length_km, path.days, path.cost_usd_per_t, path.generalised_usd_per_t) == (None, None, None, None)
    assert path.links == () and "no chain of links" in path.reason


def test_a_blocked_end_is_named() -> None:
    (path,) = cheapest_paths(draw(SQUARE), "place:a", "place:e", blocked=frozenset({"place:e"}))
    assert path.status == "no route" and "place:e" in path.reason


def test_no_cargo_passes_a_mine_a_plant_or_a_market() -> None:
    for kind in ("mine", "plant", "market"):
        atlas = draw("a-m-b", kinds={"m": kind})
        assert cheapest_paths(atlas, "place:a", "place:b")[0].status == "no route"
        assert cheapest_paths(atlas, "place:a", f"{kind}:m")[0].status == "ok"
        assert cheapest_paths(atlas, f"{kind}:m", "place:b")[0].status == "ok"


def test_planned_links_carry_nothing_until_opened() -> None:
    atlas = draw("a.b")
    assert cheapest_paths(atlas, "place:a", "place:b")[0].status == "no route"
    (path,) = cheapest_paths(atlas, "place:a", "place:b", opened=frozenset({"link:ab"}))
    assert path.length_km == 100
    both = frozenset({"link:ab"})
    assert cheapest_paths(atlas, "place:a", "place:b", opened=both, blocked=both)[0].status == "no route"


def test_a_gate_closed_by_default_is_closed() -> None:
    atlas = draw("A==B", gates={"nsr": ("AB",)}, closed=frozenset({"nsr"}))
    assert cheapest_paths(atlas, "port:a", "port:b")[0].status == "no route"
    (path,) = cheapest_paths(atlas, "port:a", "port:b", opened=frozenset({"gate:nsr"}))
    assert path.gates == ("gate:nsr",)


def test_the_time_of_a_dear_metal_counts() -> None:
    atlas = draw("a-b")
    plain = cheapest_paths(atlas, "place:a", "place:b")[0]
    metal = cheapest_paths(atlas, "place:a", "place:b", form="form:copper/metal")[0]
    ore = cheapest_paths(atlas, "place:a", "place:b", form="form:copper/ore")[0]
    value = 0.2 * 9000 * 0.1 / 365  # 0.2 days of 9,000 USD/t at ten per cent a year
    assert metal.generalised_usd_per_t - plain.generalised_usd_per_t == pytest.approx(value, abs=2e-4)  # type: ignore[operator]
    assert ore.generalised_usd_per_t - plain.generalised_usd_per_t == pytest.approx(value / 4, abs=2e-4)  # type: ignore[operator]
    assert metal.cost_usd_per_t == plain.cost_usd_per_t


def test_bad_input_says_what_to_do() -> None:
    atlas = draw("a-b")
    with pytest.raises(UnknownIdError, match="not a site"):
        cheapest_paths(atlas, "place:nowhere", "place:b")
    with pytest.raises(UnknownIdError, match="not a form"):
        cheapest_paths(atlas, "place:a", "place:b", form="form:gold")
    with pytest.raises(ScenarioError, match="from 1 to"):
        cheapest_paths(atlas, "place:a", "place:b", k=0)
    with pytest.raises(UnknownIdError, match="place:q"):
        cheapest_paths(atlas, "place:a", "place:b", blocked=frozenset({"place:q"}))
    with pytest.raises(ScenarioError, match="cannot be blocked"):
        expand_block(atlas, "commodity:copper")
    with pytest.raises(ScenarioError, match="empty"):
        prove_cut(atlas, (), (), ("place:a",))


def test_what_a_block_closes() -> None:
    atlas = draw(
        "a-b-C==D",
        gates={"g": ("CD",)},
        routes={"r": ("bC",)},
        countries={"a": "COD", "b": "DEU", "C": "FRA"},
    )  # fmt: skip
    links = {name: set(expand_block(atlas, name).links) for name in (
        "link:ab", "gate:g", "place:b", "port:c", "country:COD", "area:EU27")}  # fmt: skip
    assert links["link:ab"] == {"link:ab"}
    assert links["gate:g"] == {"link:CD"}
    assert links["place:b"] == {"link:ab", "link:Cb"}
    assert links["port:c"] == {"link:Cb", "link:CD"}
    assert links["country:COD"] == {"link:ab"}
    assert links["area:EU27"] == {"link:ab", "link:Cb", "link:CD"}
    assert expand_block(atlas, "area:EU27").sites == {"place:b", "port:c"}


CORRIDOR = """
k--d--t---L
      |
z-----s
"""
"""k Kolwezi, d Dilolo, t Luacano where the line from Zambia (z, s) joins the trunk, L Lobito."""


def test_a_marker_at_the_border_leaks_where_another_line_joins_the_trunk() -> None:
    atlas = draw(CORRIDOR, routes={"border": ("dk",), "trunk": ("Lt",)})
    border = prove_cut(atlas, ("route:border",), ("place:k", "place:z"), ("port:l",))
    assert not border.holds
    assert border.leak is not None and _chain(border.leak) == "zstl"
    trunk = prove_cut(atlas, ("route:trunk",), ("place:k", "place:z"), ("port:l",))
    assert trunk.holds and trunk.leak is None
    assert trunk.reached == 5


def test_a_cut_by_sea_does_not_look_at_land() -> None:
    atlas = draw(
        """
        A==B
        |  |
        a--b
        """,
        gates={"g": ("AB",)},
    )
    assert not prove_cut(atlas, ("gate:g",), ("port:a",), ("port:b",)).holds
    assert prove_cut(atlas, ("gate:g",), ("port:a",), ("port:b",), kinds=frozenset({"sea", "gate"})).holds


_LETTERS = "abcdef"
_PAIRS = list(itertools.combinations(_LETTERS, 2))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(_PAIRS), st.integers(1, 9)), min_size=1, max_size=12), st.data())
def test_paths_are_the_cheapest_of_all_chains(edges: list[tuple[tuple[str, str], int]], data: st.DataObject) -> None:
    atlas = draw(" ".join(_LETTERS), extra=tuple((a, b, 100.0 * n) for (a, b), n in dict(edges).items()))
    expected = sorted(_all_chains(dict(edges), "a", "f"))
    paths = cheapest_paths(atlas, "place:a", "place:f", k=4)
    if not expected:
        assert paths[0].status == "no route"
        return
    assert [p.length_km for p in paths] == [100.0 * n for n in expected[:4]]
    assert len({p.links for p in paths}) == len(paths)
    assert all(len(set(p.sites)) == len(p.sites) for p in paths)
    blocked = frozenset({data.draw(st.sampled_from(sorted(atlas.links)))})
    after = cheapest_paths(atlas, "place:a", "place:f", blocked=blocked)[0]
    on_path = any(link in blocked for link, _ in paths[0].links)
    assert after.status == "no route" or after.length_km >= paths[0].length_km  # type: ignore[operator]
    assert on_path or after.length_km == paths[0].length_km
    assert all(link not in blocked for link, _ in after.links)


def _all_chains(edges: dict[tuple[str, str], int], start: str, end: str, seen: str = "") -> list[int]:
    if start == end:
        return [0]
    found = []
    for (a, b), n in edges.items():
        for here, there in ((a, b), (b, a)):
            if here == start and there not in seen + start:
                found += [n + rest for rest in _all_chains(edges, there, end, seen + start)]
    return found
