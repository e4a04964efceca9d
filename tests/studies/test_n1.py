"""N-1 on worlds small enough to rank by hand, and the same numbers from every crew."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import lodeway.levers  # noqa: F401  (tells the solver the levers)
from lodeway.model.scenario import LeverUse, Scenario
from lodeway.solve import Model
from lodeway.studies import STUDIES, n1
from lodeway.studies.crew import Crew, Ground
from lodeway.studies.study import Desk
from tests.solve.small import METAL, link, world


def desk(tmp_path: Path, scenario: Scenario | None = None, **options: Any) -> Desk:
    """A desk on the drawn world, without a shipped baseline."""
    ground = Ground(world(**options), tmp_path / "none.npz")
    return Desk(ground.model(), ground, scenario or Scenario(), Crew(jobs=1))


def by_id(ranking: n1.Ranking) -> dict[str, n1.Outage]:
    """Outages by id; a link and its route are two."""
    return {o.id: o for o in ranking.outages}


def test_the_ranking_of_the_drawn_world(tmp_path: Path) -> None:
    r"""200 kt gross: the road r1 carries 60 of 60, the rail r2 140 of 150, all pass port e and the plant of CCC.

    x ==r1 60/60==> e ~~~> i -> plant -> A, B      r2 gone: 200 - 60 = 140 gross, 70 kt of metal lost
      \\=r2 140/150=/                              r1 gone: 200 - 150 = 50 gross, 25 kt lost; 10 gross go over
    """
    found = by_id(n1.run(desk(tmp_path, r2=150_000.0)))
    assert found["link:r2"].of(METAL).lost_t == pytest.approx(70_000, abs=1)  # type: ignore[union-attr]
    assert found["link:r1"].of(METAL).lost_t == pytest.approx(25_000, abs=1)  # type: ignore[union-attr]
    assert found["link:r1"].lost_value_usd == pytest.approx(25_000 * 10_000.0, rel=1e-4)
    for whole in ("port:e", "port:i", "country:CCC"):
        assert found[whole].of(METAL).lost_t == pytest.approx(100_000, abs=1), whole  # type: ignore[union-attr]
    ranks = [o.id for o in n1.run(desk(tmp_path, r2=150_000.0)).outages]
    assert ranks.index("country:CCC") < ranks.index("link:r2") < ranks.index("link:r1")


def test_a_detour_costs_its_difference_and_loses_nothing(tmp_path: Path) -> None:
    """60 kt gross move from 10 to 30 USD/t: 1.2 M USD a year, no tonne lost, same days."""
    road = by_id(n1.run(desk(tmp_path)))["route:one"]
    assert road.lost_value_usd == 0.0 and not road.markets
    assert road.added_cost_usd == pytest.approx(60_000 * 20.0, rel=1e-3)
    assert road.added_days == pytest.approx(0.0, abs=1e-6)


def test_an_unused_thing_loses_nothing_without_a_solve(tmp_path: Path) -> None:
    idle = link("idle", "place:x", "port:e", 500.0)
    ranking = n1.run(desk(tmp_path, extra=(idle,)))
    assert by_id(ranking)["link:idle"].status == "unused"
    # r1 = route one, r2 = route two, both ports and the plant country cut all: the same closures are solved once
    assert ranking.solves < len([o for o in ranking.outages if o.status == "solved"])


def test_a_ranking_of_a_scenario_starts_from_its_answer(tmp_path: Path) -> None:
    """With r1 closed already everything hangs on r2: its loss is what is left, and r1 is not closed again."""
    closed = Scenario("r1 closed", (LeverUse("block", "link:r1"),))
    found = by_id(n1.run(desk(tmp_path, closed, r2=150_000.0)))
    assert found["link:r2"].of(METAL).lost_t == pytest.approx(75_000, abs=1)  # type: ignore[union-attr]
    assert "link:r1" not in found


def test_results_stream_in_and_a_listener_can_cancel(tmp_path: Path) -> None:
    seen: list[n1.Outage] = []
    fractions: list[float] = []

    class StopError(Exception):
        pass

    def listen(words: str, fraction: float, found: tuple[Any, ...]) -> None:
        seen.extend(found)
        fractions.append(fraction)
        if fraction >= 0.5:
            raise StopError

    whole = n1.run(desk(tmp_path))
    with pytest.raises(StopError):
        n1.run(replace(desk(tmp_path), progress=listen))
    assert fractions == sorted(fractions) and 0 < len(seen) < len(whole.outages)
    assert {o.id for o in seen} <= {o.id for o in whole.outages}


def _where(model: Model, task: int) -> tuple[int, int]:
    return task, os.getpid()


def _fatal(model: Model, task: int) -> int:
    if task == 7 and os.getppid() == int(os.environ["LODEWAY_TEST_PARENT"]):
        os.kill(os.getpid(), signal.SIGKILL)
    return task * task


def test_a_pool_gives_each_task_once_from_other_processes(tmp_path: Path) -> None:
    at = desk(tmp_path)
    answers = dict(Crew(jobs=2).each(at.ground, at.model, _where, list(range(40))))
    assert {place: task for place, (task, _) in answers.items()} == {k: k for k in range(40)}
    assert os.getpid() not in {process for _, process in answers.values()}


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
@pytest.mark.may_skip
def test_a_killed_worker_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LODEWAY_TEST_PARENT", str(os.getpid()))
    at = desk(tmp_path)
    answers = dict(Crew(jobs=2).each(at.ground, at.model, _fatal, list(range(40))))
    assert answers == {k: k * k for k in range(40)}


def test_an_answer_does_not_depend_on_the_questions_before_on_the_real_world(real_atlas: Any) -> None:
    """Ties between equally good answers were broken by what the solver had learnt from the question before."""
    model = Ground(real_atlas).model()
    asked = [Scenario(levers=(LeverUse("block", name),)) for name in ("gate:malacca", "gate:suez", "gate:malacca")]
    first, _, again = (model.solve(scenario) for scenario in asked)
    assert again.flows == first.flows and again.objective_usd_per_year == first.objective_usd_per_year


def test_a_pool_gives_the_same_ranking_as_one_process(real_atlas: Any) -> None:
    ground = Ground(real_atlas)
    alone = Desk(ground.model(), ground, crew=Crew(jobs=1))
    kinds: tuple[n1.Kind, ...] = ("gate",)
    one = n1.run(alone, kinds=kinds)
    two = n1.run(replace(alone, crew=Crew(jobs=2)), kinds=kinds)
    assert one == two and len(one.outages) > 10
    assert STUDIES["n-1"].run is n1.run
