"""Why tonnes are missing, and what capacity is worth, by hand on drawn worlds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import lodeway.levers  # noqa: F401  (tells the solver the levers)
from lodeway.errors import ScenarioError, UnknownIdError
from lodeway.model.scenario import LeverUse, Scenario
from lodeway.solve import Model
from lodeway.studies.capacity import worth
from lodeway.studies.why import why
from tests.solve.small import METAL, link, world


def model(tmp_path: Path, **options: Any) -> Model:
    """The drawn world, solved from nothing."""
    return Model(world(**options), tmp_path / "none.npz")


def blocked(*targets: str, adaptation: str = "years") -> Scenario:
    """Some things closed."""
    return Scenario("blocked", tuple(LeverUse("block", t) for t in targets), adaptation=adaptation)  # type: ignore[arg-type]


def test_nothing_is_missing(tmp_path: Path) -> None:
    found = why(model(tmp_path), Scenario(), METAL)
    assert found.missing_t == 0.0 and not found.stopped_by


def test_one_closed_line_and_a_full_one_stop_together_and_lifting_either_helps(tmp_path: Path) -> None:
    r"""The rail r2 (150 kt gross) is closed, the road r1 (60 kt) is full: 70 kt of metal are missing.

    x ==r1 60/60 full==> e     With r1 wide open all 200 kt gross would pass: r2 alone does not stop them, nor
      \==r2 150 closed=/       does r1 alone, as r2 open brings 70 kt. Together they are the smallest set.
    """
    found = why(model(tmp_path, r2=150_000.0), blocked("link:r2"), METAL)
    assert found.missing_t == pytest.approx(70_000, abs=1) and found.made_too_little_t == pytest.approx(0.0, abs=1)
    assert {x.subject for x in found.stopped_by} == {"link:r1", "link:r2"} and found.smallest
    arrives = {r.limit.subject: r.arrives_t for r in found.reliefs}
    assert arrives == pytest.approx({"link:r1": 70_000, "link:r2": 70_000}, abs=1)
    # the road is 20 USD/t gross cheaper, so that room on the road is the cheaper relief
    assert found.reliefs[0].limit.subject == "link:r1"


def test_a_closure_that_alone_stops_everything_is_the_smallest_set(tmp_path: Path) -> None:
    found = why(model(tmp_path), blocked("port:e", "link:r2"), METAL)
    assert [x.subject for x in found.stopped_by] == ["port:e"] and found.smallest
    assert found.missing_t == pytest.approx(100_000, abs=1)
    assert found.reliefs[0].arrives_t == pytest.approx(30_000, abs=1), "with the port open the road still fills"


def test_too_little_mined_is_no_limit_that_can_be_lifted(tmp_path: Path) -> None:
    found = why(model(tmp_path, tonnes=70_000.0), Scenario(adaptation="years"), METAL)
    assert found.missing_t == pytest.approx(30_000, abs=1)
    assert found.made_too_little_t == pytest.approx(30_000, abs=1) and not found.stopped_by


def test_one_market_alone(tmp_path: Path) -> None:
    found = why(model(tmp_path), blocked("link:to-a"), METAL, "market:A")
    assert found.missing_t == pytest.approx(60_000, abs=1)
    assert [x.subject for x in found.stopped_by] == ["link:to-a"]


def test_an_unknown_commodity_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="nothing is solved for"):
        why(model(tmp_path), Scenario(), "commodity:unobtainium")


def test_a_full_road_is_worth_the_detour_it_spares(tmp_path: Path) -> None:
    """r1 is full at 10 USD/t, r2 costs 30: a tonne more or less on the road is 20 USD, and r2 is worth nothing more."""
    m = model(tmp_path)
    road = worth(m, "link:r1", Scenario(adaptation="years"))
    assert road.one_less_usd_per_t is not None and road.one_less_usd_per_t >= 20.0 - 0.1
    assert road.one_more_usd_per_t is not None and 0.0 <= road.one_more_usd_per_t <= road.one_less_usd_per_t + 0.1


def test_values_of_capacity_agree_with_finite_differences(tmp_path: Path) -> None:
    """The same worlds with one per cent less road, built and solved from nothing."""
    m = model(tmp_path, r2=150_000.0)
    asked = blocked("link:r2")
    found = worth(m, "link:r1", asked)
    now = m.solve(asked).objective_usd_per_year
    for sign, value in ((1.0, found.one_more_usd_per_t), (-1.0, found.one_less_usd_per_t)):
        step = {"link:r1": sign * found.step_t / 1_000.0 / 2.0}
        moved = m.solve(asked, room_kt=step).objective_usd_per_year
        assert sign * (now - moved) / (found.step_t / 2.0) == pytest.approx(value, rel=1e-3)
        # half a tonne of metal is won per gross tonne, at the price of missing metal
        assert value is not None and value > 0.5 * 10_000.0


def test_the_step_is_a_hundredth_of_the_narrowest_link(tmp_path: Path) -> None:
    wide = link("wide", "place:x", "port:e", 12.0, capacity=30_000.0)
    assert worth(model(tmp_path, extra=(wide,)), "route:one").step_t == pytest.approx(600.0)
    assert worth(model(tmp_path, extra=(wide,)), "link:wide").step_t == pytest.approx(300.0)


def test_what_has_no_capacity_has_no_such_value(tmp_path: Path) -> None:
    m = model(tmp_path, r2=None)
    assert worth(m, "link:r2").one_more_usd_per_t is None
    with pytest.raises(UnknownIdError):
        worth(m, "gate:none")


def test_room_is_taken_back_after_the_question(tmp_path: Path) -> None:
    m = model(tmp_path)
    before = m.solve(blocked("link:r2"))
    m.solve(blocked("link:r2"), room_kt={"link:r1": 1_000.0})
    assert m.solve(blocked("link:r2")).flows == before.flows
