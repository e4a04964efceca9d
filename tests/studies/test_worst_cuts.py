"""The worst pair is that of brute force, and the search says when it has not proven it."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lodeway.levers  # noqa: F401  (tells the solver the levers)
from lodeway.errors import ScenarioError
from lodeway.model.atlas import Atlas
from lodeway.model.network import Link
from lodeway.model.scenario import Scenario
from lodeway.studies import worst_cuts
from lodeway.studies.crew import Crew, Ground
from lodeway.studies.n1 import candidates
from lodeway.studies.study import Desk
from tests.solve.small import METAL, link, world


def desk(atlas: Atlas, tmp_path: Path) -> Desk:
    ground = Ground(atlas, tmp_path / "none.npz")
    return Desk(ground.model(), ground, crew=Crew(jobs=1))


def brute(at: Desk, size: int) -> float:
    """Harm of the worst set, every one of them solved."""
    model = at.model
    zero = model.probe(Scenario())[0]
    things = candidates(model.atlas, model.baseline())
    return max(
        model.probe(Scenario(levers=tuple(u for thing in group for u in thing.levers)))[0] - zero
        for group in combinations(things, size)
    )


def three_lines(capacity: tuple[float, float, float], cost: tuple[float, float, float]) -> Atlas:
    r"""Three lines side by side, gross kt a year:   x ==r1== e,  x ==r2== e,  x ==r3== e   (ports and plant behind)."""
    third = link("r3", "place:x", "port:e", cost[2], capacity=capacity[2] * 1_000.0)
    made = world(r1=capacity[0] * 1_000.0, r2=capacity[1] * 1_000.0, extra=(third,))
    links: dict[str, Link] = dict(made.links)
    for name, usd in zip(("link:r1", "link:r2"), cost, strict=False):
        links[name] = replace(links[name], cost_usd_per_t=usd)
    return replace(made, links=links)


def test_two_lines_of_three_by_hand(tmp_path: Path) -> None:
    """60, 90 and 100 of 200 kt gross: among links alone, r2 and r3 gone leave 60, so that 70 kt of metal are lost."""
    at = desk(three_lines((60.0, 90.0, 100.0), (10.0, 20.0, 30.0)), tmp_path)
    found = worst_cuts.run(at, kinds=("link",))
    assert {m.id for m in found.cuts[0].members} == {"link:r2", "link:r3"} and found.proven
    loss = found.cuts[0].outage.of(METAL)
    assert loss is not None and loss.lost_t == pytest.approx(70_000, abs=1)
    assert found.cuts[0].harm_usd > 70_000 * 3 * 10_000.0, "harm counts missing metal at its shortage price"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.tuples(*(st.integers(10, 150).map(float) for _ in range(3))),
    st.tuples(*(st.integers(5, 60).map(float) for _ in range(3))),
)
def test_the_worst_pair_is_that_of_brute_force(
    tmp_path: Path, capacity: tuple[float, float, float], cost: tuple[float, float, float]
) -> None:
    at = desk(three_lines(capacity, cost), tmp_path)
    found = worst_cuts.run(at, best=3)
    assert found.proven and found.gap_usd == 0.0
    assert found.cuts[0].harm_usd == pytest.approx(brute(at, 2), rel=1e-9, abs=2.0)
    links = worst_cuts.run(at, kinds=("link",), best=3)
    assert [cut.harm_usd for cut in links.cuts] == sorted((cut.harm_usd for cut in links.cuts), reverse=True)


def test_a_triple_states_its_gap(tmp_path: Path) -> None:
    """Each pair of lines leaves one; three leave none: nothing can be worse, so that the triple is proven."""
    at = desk(three_lines((60.0, 90.0, 100.0), (10.0, 20.0, 30.0)), tmp_path)
    found = worst_cuts.run(at, size=3, kinds=("link",), best=1)
    assert {m.id for m in found.cuts[0].members} == {"link:r1", "link:r2", "link:r3"}
    assert found.cuts[0].harm_usd == pytest.approx(brute(at, 3), rel=1e-9) and found.proven


def test_without_budget_the_gap_is_stated_and_holds(tmp_path: Path) -> None:
    at = desk(three_lines((60.0, 90.0, 100.0), (10.0, 20.0, 30.0)), tmp_path)
    truth = worst_cuts.run(at, kinds=("link",), best=1)
    short = worst_cuts.run(at, kinds=("link",), best=1, budget=0)
    assert not short.proven and short.gap_usd > 0.0
    have = short.cuts[0].harm_usd if short.cuts else 0.0
    assert truth.cuts[0].harm_usd <= have + short.gap_usd + 1.0


def test_other_sizes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="give 2 or 3"):
        worst_cuts.run(desk(world(), tmp_path), size=4)
