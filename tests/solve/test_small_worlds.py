"""The flow model on worlds small enough to solve by hand (drawn in ``small.py``)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lodeway.levers  # noqa: F401  (tells the solver the levers)
from lodeway.model.atlas import Atlas
from lodeway.model.result import Result
from lodeway.model.scenario import ADAPTATIONS, LeverUse, Scenario
from lodeway.solve import Model
from tests.solve.small import METAL, link, mine, world


def model(atlas: Atlas, tmp_path: Path) -> Model:
    """A model without a shipped baseline."""
    return Model(atlas, tmp_path / "none.npz")


def block(*targets: str, adaptation: str = "months") -> Scenario:
    """A scenario that blocks some things."""
    return Scenario("blocked", tuple(LeverUse("block", t) for t in targets), adaptation=adaptation)  # type: ignore[arg-type]


def delivered(result: Result) -> dict[str, float]:
    """Market to tonnes."""
    return {m.id: m.delivered_t for m in result.markets}


def test_gross_tonnes_fill_the_road(tmp_path: Path) -> None:
    """100 kt contained at 0.5 are 200 kt gross: 60 kt fill the cheap road, 140 kt take the rail.

    Counting contained tonnes instead would let 60 kt + 40 kt pass and leave the rail at 40 kt.
    """
    base = model(world(), tmp_path).baseline()
    assert base.status == "optimal"
    assert base.links["link:r1"].flow_t_per_year == pytest.approx(60_000, abs=1)
    assert base.links["link:r2"].flow_t_per_year == pytest.approx(140_000, abs=1)
    assert base.links["link:r1"].utilisation == pytest.approx(1.0)
    assert delivered(base) == pytest.approx({"market:A": 60_000, "market:B": 40_000})


def test_a_block_moves_the_metal_and_costs_the_difference(tmp_path: Path) -> None:
    m = model(world(), tmp_path)
    base, result = m.baseline(), m.solve(block("route:one"))
    assert result.routes["route:one"].flow_t_per_year == 0 and result.routes["route:one"].blocked
    assert result.routes["route:two"].flow_t_per_year == pytest.approx(200_000, abs=1)
    assert delivered(result) == pytest.approx(delivered(base))


def test_no_way_left_is_unmet_demand_with_a_reason(tmp_path: Path) -> None:
    result = model(world(), tmp_path).solve(block("route:one", "route:two"))
    assert sum(m.unmet_t for m in result.markets) == pytest.approx(100_000, abs=1)
    short = [r for r in result.reasons if r.subject.startswith("market:")]
    assert sum(r.tonnes for r in short) == pytest.approx(100_000, abs=1)
    assert all(r.words for r in short)


def test_a_shortage_is_shared(tmp_path: Path) -> None:
    """With one price of missing demand a shortage falls on one market whole; steps share it."""
    m = model(world(r2=100_000.0), tmp_path)
    missing = {x.id: x.unmet_t / x.demand_t for x in m.solve(block("link:r1")).markets}
    assert set(missing) == {"market:A", "market:B"}
    assert max(missing.values()) - min(missing.values()) < 0.25
    assert all(share > 0.2 for share in missing.values())


def test_an_unused_thing_changes_nothing(tmp_path: Path) -> None:
    idle = link("idle", "place:x", "port:e", 500.0)
    m = model(world(extra=(idle,)), tmp_path)
    base, result = m.baseline(), m.solve(block("link:idle"))
    assert base.links["link:idle"].flow_t_per_year == 0
    assert result.flows == base.flows and result.markets == base.markets
    assert result.info.iterations == 0


def test_every_stop_has_the_same_baseline(tmp_path: Path) -> None:
    m = model(world(), tmp_path)
    base = m.baseline()
    for stop in ADAPTATIONS:
        assert m.solve(Scenario("nothing", adaptation=stop)).flows == base.flows


def test_an_answer_does_not_depend_on_the_questions_before(tmp_path: Path) -> None:
    one = model(world(), tmp_path)
    one.solve(block("route:two"))
    one.solve(block("route:one", "route:two"))
    assert one.solve(block("route:one")).flows == model(world(), tmp_path).solve(block("route:one")).flows
    assert one.solve(Scenario()).flows == one.baseline().flows


def test_cut_leaves_that_share(tmp_path: Path) -> None:
    use = LeverUse("cut", "route:two", (("percent", 75.0),))
    result = model(world(r2=200_000.0), tmp_path).solve(Scenario("cut", (use,)))
    assert result.routes["route:two"].flow_t_per_year == pytest.approx(50_000, abs=1)
    assert result.routes["route:two"].capacity_t_per_year == pytest.approx(50_000), "a cut route kept its full capacity"
    assert result.routes["route:two"].utilisation == pytest.approx(1.0)


def test_a_cut_line_keeps_its_other_traffic(tmp_path: Path) -> None:
    busy = link("busy", "place:x", "port:e", 2.0, capacity=100_000.0, other=80_000.0)
    use = LeverUse("cut", "link:busy", (("percent", 50.0),))
    result = model(world(extra=(busy,)), tmp_path).solve(Scenario("cut", (use,)))
    assert result.links["link:busy"].capacity_t_per_year == pytest.approx(90_000), "80 kt of others and half of 20 kt"
    assert result.links["link:busy"].flow_t_per_year == pytest.approx(10_000, abs=1)


def test_open_carries_a_planned_line(tmp_path: Path) -> None:
    planned = link("new", "place:x", "port:e", 2.0, status="planned", open_year=2030)
    m = model(world(r1=None, extra=(planned,)), tmp_path)
    assert m.baseline().links["link:new"].flow_t_per_year == 0
    opened = m.solve(Scenario("open", (LeverUse("open", "link:new"),), adaptation="years"))
    later = m.solve(Scenario("later", year=2030, adaptation="years"))
    assert opened.links["link:new"].flow_t_per_year > 0
    assert later.links["link:new"].flow_t_per_year == pytest.approx(opened.links["link:new"].flow_t_per_year)


def test_other_traffic_takes_its_part_of_the_line(tmp_path: Path) -> None:
    busy = link("busy", "place:x", "port:e", 2.0, capacity=100_000.0, other=80_000.0)
    base = model(world(extra=(busy,)), tmp_path).baseline()
    assert base.links["link:busy"].flow_t_per_year == pytest.approx(20_000, abs=1)
    assert base.links["link:busy"].utilisation == pytest.approx(1.0)


def test_a_surplus_is_spread_over_the_mines_of_a_country(tmp_path: Path) -> None:
    """A vertex would stop one mine and run the other full (25 kt of cobalt once fell on one mine)."""
    pair = (mine("a", "AAA", 80_000.0), mine("b", "AAA", 40_000.0))
    base = model(world(mines=pair), tmp_path).baseline()
    share = [base.sites[m.id].stock_t / (m.production_t_per_year or 1.0) for m in pair]
    assert share[0] == pytest.approx(share[1], rel=1e-6)
    assert sum(base.sites[m.id].stock_t for m in pair) == pytest.approx(20_000, abs=1)


def test_what_no_plant_takes_is_put_in_stock_and_a_lost_sale_is_not(tmp_path: Path) -> None:
    """Unsold intermediate was once not counted as mined: cobalt of the world came out 13 % below what is published."""
    m = model(world(mines=(mine("a", "AAA", 120_000.0),)), tmp_path)
    site = m.baseline().sites["mine:a"]
    assert (site.output_t, site.stock_t) == (pytest.approx(120_000), pytest.approx(20_000))
    shut = m.solve(block("route:one", "route:two")).sites["mine:a"]
    assert (shut.output_t, shut.stock_t) == (pytest.approx(20_000), pytest.approx(20_000))
    closed = m.solve(block("mine:a")).sites["mine:a"]
    assert (closed.output_t, closed.stock_t) == (0.0, 0.0)


def test_the_baseline_file_is_the_same_bytes_and_gives_the_same_answer(tmp_path: Path) -> None:
    for name in ("a.npz", "b.npz"):
        model(world(), tmp_path).save_baseline(tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    shipped = Model(world(), tmp_path / "a.npz")
    assert shipped.baseline().flows == model(world(), tmp_path).baseline().flows
    assert shipped.from_shipped


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tonnes=st.floats(1_000, 300_000),
    r1=st.one_of(st.none(), st.floats(0, 400_000)),
    r2=st.one_of(st.none(), st.floats(0, 400_000)),
    a=st.floats(1_000, 200_000),
    b=st.floats(1_000, 200_000),
    fraction=st.floats(0.05, 1.0),
    blocked=st.sampled_from([(), ("route:one",), ("route:two",), ("route:one", "route:two"), ("link:sea",)]),
)
def test_balances_close_and_limits_hold(
    tmp_path: Path,
    tonnes: float,
    r1: float | None,
    r2: float | None,
    a: float,
    b: float,
    fraction: float,
    blocked: tuple[str, ...],
) -> None:
    atlas = world(tonnes=tonnes, r1=r1, r2=r2, demand={"market:A": a, "market:B": b}, fraction=fraction)
    result = model(atlas, tmp_path).solve(block(*blocked))
    assert result.info.max_balance_error_kt < 1e-6
    for use in result.links.values():
        limit = atlas.links[use.id].capacity_t_per_year
        assert limit is None or use.flow_t_per_year <= limit + 1e-3
    made = sum(s.output_t - s.stock_t for s in result.sites.values() if s.id.startswith("mine:"))
    got = sum(m.delivered_t for m in result.markets)
    assert got == pytest.approx(made, abs=0.01)
    assert got + sum(m.unmet_t for m in result.markets) == pytest.approx(a + b, abs=0.01)
    assert METAL in {m.commodity for m in result.markets}
