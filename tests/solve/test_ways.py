"""Ways against the whole program: what is made at need misses nothing."""

from __future__ import annotations

import numpy as np
import pytest

import lodeway.levers  # noqa: F401  (tells the solver the levers)
from lodeway.model.atlas import Atlas
from lodeway.model.scenario import LeverUse, Scenario
from lodeway.solve import Model
from lodeway.solve.effects import conditions
from lodeway.solve.fit import open_upper
from lodeway.solve.highs import LinearProgram


@pytest.fixture(scope="module")
def model(real_atlas: Atlas) -> Model:
    made = Model(real_atlas)
    made.baseline()
    return made


def whole_optimum(model: Model, scenario: Scenario) -> float:
    """The optimum of the program over all legs with a balance at every node, solved from nothing, USD a year."""
    p = model.problem
    state = conditions(model.atlas, scenario)
    closed = np.zeros(len(p.arcs.links))
    today = (~p.arcs.usable[::2]).astype(np.float64)
    closed[:] = today
    for link in state.closed:
        closed[p.arcs.link_of[link]] = 1.0
    upper = p.upper.copy()
    upper[p.columns["ship"]] = open_upper(p, closed)
    program = LinearProgram()
    program.build(p.matrix, p.cost, (p.lower, upper), (p.row_lower, p.row_upper))
    return program.solve().objective * 1_000.0


@pytest.mark.parametrize("blocked", [(), ("route:lobito",), ("gate:suez", "gate:malacca")])
def test_the_optimum_is_that_of_the_whole_program(model: Model, blocked: tuple[str, ...]) -> None:
    scenario = Scenario(levers=tuple(LeverUse("block", name) for name in blocked))
    found = model.solve(scenario).objective_usd_per_year
    assert found == pytest.approx(whole_optimum(model, scenario), rel=1e-9)


def test_an_answer_does_not_depend_on_the_questions_before_it(model: Model) -> None:
    """Ways that another question called for once stayed in the program and chose another of two equal answers."""
    question = Scenario(levers=(LeverUse("block", "route:tazara"),))
    first = model.solve(question)
    model.solve(Scenario(levers=(LeverUse("block", "gate:hormuz"), LeverUse("block", "route:lobito"))))
    again = model.solve(question)
    assert first.flows == again.flows
    assert first.objective_usd_per_year == again.objective_usd_per_year
    assert first.exposure == again.exposure
