"""Names are found while they are typed."""

from __future__ import annotations

import pytest

from lodeway.atlas.gazetteer import Entry, Gazetteer, atlas_entries, town_entries
from lodeway.model.atlas import Atlas
from lodeway.paths import layers_dir


@pytest.fixture(scope="module")
def world(real_atlas: Atlas) -> Gazetteer:
    return Gazetteer([*atlas_entries(real_atlas), *town_entries(layers_dir() / "base.gpkg", real_atlas.country_names)])


@pytest.mark.parametrize(
    ("text", "first"),
    [("lobito", "route:lobito"), ("LOBTO", "route:lobito"), ("suez can", "gate:suez"), ("tazara", "route:tazara"),
     ("sao paulo", "town:"), ("são paulo", "town:"), ("new yrok", "port:"), ("刚果", "country:"),
     ("Cu", "commodity:copper")],
)  # fmt: skip
def test_the_best_match_comes_first(world: Gazetteer, text: str, first: str) -> None:
    assert any(entry.id.startswith(first) for entry in world.search(text)[:2])


def test_all_towns_are_there_and_every_name_finds_itself(world: Gazetteer, real_atlas: Atlas) -> None:
    assert len(world) > 37_000
    for route in real_atlas.routes.values():
        assert route.id in [entry.id for entry in world.search(route.name)], route.name


@pytest.mark.parametrize("text", ["", "   ", "zzzzqqq", "(", "[a-z]*", "\\", "\x01", "a" * 3000])
def test_odd_texts_find_nothing_and_break_nothing(world: Gazetteer, text: str) -> None:
    assert isinstance(world.search(text), list)


def test_a_spelling_mistake_does_not_push_out_what_is_right() -> None:
    names = Gazetteer([Entry("a", "Tenke", ""), Entry("b", "Tanke", ""), Entry("c", "Menke", "")])
    assert names.search("tenke")[0].id == "a"
    assert "b" in [entry.id for entry in names.search("tenke")]
    assert not Gazetteer(()).search("tenke")
