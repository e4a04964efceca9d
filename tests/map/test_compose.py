"""What the display list says: widths, hues, outlines, marks; never how it is painted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import shapely

from lodeway.carto.compose import Composer
from lodeway.carto.display import DisplayList, Lines, Polygons, Symbol, Text
from lodeway.carto.flows import FlowScale, nice, project, ribbons
from lodeway.carto.layers import BY_ID, LAYERS
from lodeway.carto.legend import flow_steps, map_legend
from lodeway.carto.scene import Frame, Scene
from lodeway.carto.sites import REFERENCE_T, least_px, reference_px, size_px
from lodeway.carto.store import LayerStore
from lodeway.carto.themes import THEMES
from lodeway.geo.viewport import Viewport
from tests.map import small

Measure = Callable[[str, Any], float]


@pytest.fixture(scope="session")
def composer(store: LayerStore) -> Composer:
    return Composer(store.projection)


def frame_of(store: LayerStore, measure: Measure, box: tuple[float, float, float, float], px: float = 1.0) -> Frame:
    west, south, east, north = box
    xy = store.projection.forward_points(np.array([[west, south], [east, north], [west, north], [east, south]]))
    bounds = (*xy.min(axis=0).tolist(), *xy.max(axis=0).tolist())
    return Frame(Viewport.fit(bounds, 1200 * px, 800 * px), store, measure, px)


CORRIDOR = (12.0, -15.0, 27.0, -8.0)


def ribbon_width(records: list[Any], identifier: str) -> float:
    """Area over length of the longest ribbon of a hue."""
    widths = []
    for record in records:
        if isinstance(record, Polygons) and record.id == identifier:
            for a, b in zip(record.start, record.start[1:], strict=False):
                ring = record.xy[a:b]
                if len(ring) != 5:  # five are an arrowhead
                    half = len(ring) // 2
                    length = np.hypot(*np.diff(ring[:half], axis=0).T).sum()
                    widths.append((length, shapely.area(shapely.make_valid(shapely.polygons(ring))) / length))
    return float(max(widths)[1])


def test_ribbons_are_as_wide_as_their_tonnes(store: LayerStore, composer: Composer, measure: Measure) -> None:
    atlas = small.atlas(small.mine("a", 25.4, -10.7, 100_000.0))
    frame = frame_of(store, measure, CORRIDOR)
    scale = FlowScale(100_000.0)
    widths = []
    for tonnes in (400_000.0, 800_000.0, 1_600_000.0):
        scene = Scene(atlas, small.result(small.flow("link:lob-04", tonnes)))
        flows = composer.flows(scene)
        assert flows is not None
        widths.append(ribbon_width(list(ribbons(scene, frame, flows, scale)), "commodity:copper"))
    assert widths == pytest.approx([4.0, 8.0, 16.0], rel=0.05)


def test_directions_lie_side_by_side(store: LayerStore, composer: Composer, measure: Measure) -> None:
    atlas = small.atlas(small.mine("a", 25.4, -10.7, 100_000.0))
    frame = frame_of(store, measure, CORRIDOR)
    scene = Scene(atlas, small.result(small.flow("link:lob-04", 9e5), small.flow("link:lob-04", 6e5, forward=False)))
    flows = composer.flows(scene)
    assert flows is not None
    rings = [r.xy for r in ribbons(scene, frame, flows, FlowScale(1e5))
             if isinstance(r, Polygons) and r.id == "commodity:copper" and np.diff(r.start)[0] != 5]  # fmt: skip
    assert len(rings) == 2
    one, other = (shapely.make_valid(shapely.polygons(ring)) for ring in rings)
    assert shapely.area(shapely.intersection(one, other)) < 0.02 * min(shapely.area(one), shapely.area(other))


def test_flows_on_shared_water_add_up(composer: Composer, real_atlas: Any) -> None:
    network = composer.network
    lanes = [link.id for link in real_atlas.links.values() if link.kind == "sea"][:400]
    flows = [small.flow(name, 1000.0) for name in lanes]
    chains = network.chains(small.atlas(), flows)
    assert chains.total.max() > 3000.0, "many legs run over one lane"
    drawn = sum(float(t) * float(np.hypot(*np.diff(chains.lonlat[a:b], axis=0).T).sum())
                for t, a, b in zip(chains.total, chains.start, chains.start[1:], strict=False))  # fmt: skip
    asked = sum(1000.0 * shapely.length(network.geometry[name]) for name in lanes)
    assert drawn == pytest.approx(asked, rel=1e-4)


def test_changes_against_the_baseline(composer: Composer) -> None:
    atlas = small.atlas()
    before = [small.flow("link:lob-04", 500_000.0), small.flow("link:lob-05", 300_000.0)]
    after = [small.flow("link:lob-04", 800_000.0)]
    chains = composer.network.chains(atlas, after, "", before)
    assert chains.commodities == ("unchanged", "gained", "lost")
    by_kind = {name: (chains.forward + chains.back)[:, k].max() for k, name in enumerate(chains.commodities)}
    assert by_kind == {"unchanged": 500_000.0, "gained": 300_000.0, "lost": 300_000.0}


def test_ribbons_do_not_cross_the_map_at_the_seam(store: LayerStore, composer: Composer, real_atlas: Any) -> None:
    lanes = [small.flow(link.id, 1e6) for link in real_atlas.links.values() if link.kind == "sea"]
    flows = project(composer.network.chains(small.atlas(), lanes), store.projection)
    step = np.abs(np.diff(flows.xy[:, 0]))
    step[flows.start[1:-1] - 1] = 0.0
    assert step.max() < 1.0e6
    edge = np.abs(flows.xy[:, 0]).max()
    assert edge > 0.95 * 1.2e7, "some lanes reach the seam"


def composed(composer: Composer, store: LayerStore, measure: Measure, scene: Scene, px: float = 1.0) -> DisplayList:
    return composer.compose(scene, frame_of(store, measure, CORRIDOR, px))


def test_outline_says_confidence_and_hollow_says_not_running(
    store: LayerStore, composer: Composer, measure: Measure
) -> None:
    atlas = small.atlas(
        small.mine("Solid", 20.0, -11.0, 2e5), small.mine("Dashed", 21.5, -12.5, 2e5, confidence="derived"),
        small.mine("Dotted", 18.0, -13.0, 2e5, confidence="estimated"),
        small.mine("Planned", 16.0, -12.0, None, status="planned"),
    )  # fmt: skip
    marks = {r.id: r for r in composed(composer, store, measure, Scene(atlas)).records
             if isinstance(r, Symbol) and r.id.startswith("mine")}  # fmt: skip
    assert marks["mine:solid"].pen.dash == ()
    dashes = {marks["mine:dashed"].pen.dash, marks["mine:dotted"].pen.dash}
    assert len(dashes) == 2 and () not in dashes
    assert marks["mine:planned"].fill != marks["mine:solid"].fill == "#C4581B"
    assert {m.shape for m in marks.values()} == {"triangle-down"}


def test_symbol_area_is_in_proportion_to_tonnes() -> None:
    for scale in (200.0, 1_000.0, 5_000.0, 18_000.0):
        assert size_px(REFERENCE_T, scale) == pytest.approx(reference_px(scale))
        assert (size_px(4 * REFERENCE_T, scale) / size_px(REFERENCE_T, scale)) ** 2 == pytest.approx(4.0)
        assert size_px(None, scale) == least_px(scale)


def test_crowded_symbols_part_and_keep_a_leader(store: LayerStore, composer: Composer, measure: Measure) -> None:
    crowd = [small.mine(f"M{k}", 20.0 + 1e-4 * k, -11.0, 3e5) for k in range(8)]
    centre = store.projection.forward_points(np.array([[20.0, -11.0]]))[0]
    near = Viewport(float(centre[0]), float(centre[1]), 150.0, 1200, 800)
    records = composer.compose(Scene(small.atlas(*crowd)), Frame(near, store, measure)).records
    marks = [r for r in records if isinstance(r, Symbol) and r.id.startswith("mine")]
    assert len(marks) == 8
    for i, a in enumerate(marks):
        for b in marks[i + 1 :]:
            assert np.hypot(a.x - b.x, a.y - b.y) > 0.6 * (a.size + b.size) / 2
    assert any(isinstance(r, Lines) and r.layer == "mines" for r in records), "leaders"


def test_far_away_a_crowd_becomes_one_symbol_with_a_count(
    store: LayerStore, composer: Composer, measure: Measure
) -> None:
    crowd = [small.mine(f"M{k}", 20.0 + 1e-3 * k, -11.0, 1e5) for k in range(5)]
    world = Viewport.fit(store.projection.bounds, 1200, 800)
    records = composer.compose(Scene(small.atlas(*crowd)), Frame(world, store, measure)).records
    (mark,) = [r for r in records if isinstance(r, Symbol) and r.layer == "mines" and r.shape == "triangle-down"]
    assert mark.text == "5"


def test_blocked_is_a_cross_on_a_disc_and_a_broken_line(
    store: LayerStore, composer: Composer, measure: Measure
) -> None:
    scene = Scene(small.atlas(), blocked=frozenset({"route:lobito"}))
    blocked = [r for r in composed(composer, store, measure, scene).records if getattr(r, "layer", "") == "blocked"]
    shapes = [r.shape for r in blocked if isinstance(r, Symbol)]
    assert shapes == ["circle", "cross"]
    assert all(r.pen.dash and r.casing for r in blocked if isinstance(r, Lines))
    assert any(isinstance(r, Lines) for r in blocked)


def test_hidden_layers_leave_no_record(store: LayerStore, composer: Composer, measure: Measure) -> None:
    atlas = small.atlas(small.mine("Solid", 20.0, -11.0, 2e5))
    everything = frozenset(layer.id for layer in LAYERS)
    kept = {
        getattr(r, "layer", "") for r in composed(composer, store, measure, Scene(atlas, hidden=everything)).records
    }
    assert kept == {"sea"}
    assert {r.layer for r in composed(composer, store, measure, Scene(atlas)).records if hasattr(r, "layer")} <= {
        "sea", *BY_ID,
    }  # fmt: skip


def test_names_follow_the_language(store: LayerStore, composer: Composer, measure: Measure) -> None:
    texts = {
        language: {r.text for r in composed(composer, store, measure, Scene(small.atlas(), language=language)).records
                   if isinstance(r, Text)}
        for language in ("en", "fr", "zh")
    }  # fmt: skip
    assert "ANGOLA" in texts["en"] and "ZAMBIE" in texts["fr"] and "安哥拉" in texts["zh"]
    assert "Lobito" in texts["en"] and "洛比托走廊" in texts["zh"]


def test_paper_is_the_screen_in_other_units(store: LayerStore, composer: Composer, measure: Measure) -> None:
    scene = Scene(small.atlas(small.mine("Solid", 20.0, -11.0, 2e5)))
    screen, paper = (composed(composer, store, measure, scene, px) for px in (1.0, 0.25))
    marks = [{r.id: r for r in made.records if isinstance(r, Symbol) and r.id} for made in (screen, paper)]
    assert marks[0] and marks[0].keys() == marks[1].keys()
    for name, a in marks[0].items():
        b = marks[1][name]
        assert (b.x * 4, b.y * 4, b.size * 4) == pytest.approx((a.x, a.y, a.size), abs=1e-6)


def test_the_legend_shows_true_widths(store: LayerStore, measure: Measure) -> None:
    scale = FlowScale(20_000.0)
    scene = Scene(small.atlas(), small.result(small.flow("link:lob-04", 3e5)))
    legend = map_legend(scene, frame_of(store, measure, CORRIDOR), scale)
    assert legend is not None
    heights = sorted(
        {
            round(float(np.ptp(r.xy[:, 1])), 3)
            for r in legend.records
            if isinstance(r, Polygons) and len(r.xy) == 5 and np.ptp(r.xy[:, 0]) == pytest.approx(26.0)
        }
    )
    assert heights == sorted(round(float(scale.width_px(t)), 3) for t in flow_steps(scale))
    words = [r.text for r in legend.records if isinstance(r, Text)]
    assert "200 kt" in words and not any("nan" in word.lower() for word in words)


@pytest.mark.parametrize(("value", "want"), [(1.0, 1.0), (1.01, 2.0), (0.3, 0.5), (70.0, 100.0), (0.0, 1.0)])
def test_nice_numbers(value: float, want: float) -> None:
    assert nice(value) == pytest.approx(want)


def test_layers_name_tables_that_exist_and_say_their_licence() -> None:
    from lodeway.atlas.vector import list_layers
    from lodeway.paths import layers_dir

    held = {path.name: {info.name for info in list_layers(path)} for path in layers_dir().glob("*.gpkg")}
    for layer in BY_ID.values():
        assert layer.licence
        assert {level.table for level in layer.levels} <= held.get(layer.file, set()), layer.id
    assert len(BY_ID) == len({layer.id for layer in BY_ID.values()})


def test_text_stands_off_its_ground() -> None:
    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for theme in THEMES.values():
        for ink in (theme.text, theme.text_muted, theme.town_text):
            a, b = sorted((luminance(ink), luminance(theme.land)))
            assert (b + 0.05) / (a + 0.05) >= 4.5, (theme.id, ink)
        for ink, ground in ((theme.country_text, theme.land), (theme.water_text, theme.sea)):
            a, b = sorted((luminance(ink), luminance(ground)))
            assert (b + 0.05) / (a + 0.05) >= 3.0, (theme.id, ink)
