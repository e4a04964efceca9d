"""Speed of studies: N-1 over everything on all cores, and a warm answer beside a cold rebuild of the same problem.

Run on a quiet machine: ``.venv/bin/python tests/bench/bench_studies.py``. The cold rebuild is what a script would do:
the network and the matrix built anew from the atlas, then ``scipy.optimize.linprog`` with HiGHS. Both solve the same
closure of the Suez Canal, and the objectives must agree; their ratio does not depend on the machine.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace

import numpy as np
from scipy.optimize import linprog

import lodeway.levers  # noqa: F401  (tells the solver the levers)
from lodeway.atlas.reader import load_atlas
from lodeway.model.atlas import Atlas
from lodeway.model.scenario import LeverUse, Scenario
from lodeway.solve import Model
from lodeway.studies import n1
from lodeway.studies.crew import Crew, Ground
from lodeway.studies.study import Desk

FLOOR_N1_S = 20.0
FLOOR_RATIO = 20.0
CLOSED = "gate:suez"
WARM_TIMES = 15


def warm(model: Model) -> tuple[float, float]:
    """(median wall time, s; objective) of the answer with its tracing and figures."""
    scenario = Scenario(levers=(LeverUse("block", CLOSED),))
    model.solve(scenario)
    times = []
    objective = 0.0
    for _ in range(WARM_TIMES):
        begin = time.perf_counter()
        objective = model.solve(scenario).objective_usd_per_year
        times.append(time.perf_counter() - begin)
    return float(np.median(times)), objective


def cold(atlas: Atlas) -> tuple[float, float]:
    """(wall time, s; objective) of the same closure by a rebuild and scipy's HiGHS, without tracing or figures."""
    begin = time.perf_counter()
    model = Model(atlas)
    p = model.problem
    upper = p.upper.copy()
    rows = [p.arcs.link_of[k] for k in atlas.gates[CLOSED].links if k in p.arcs.link_of]
    upper[p.columns["ship"]][np.unique(p.link_use[rows].indices)] = 0.0
    equal = p.row_lower == p.row_upper
    below = ~equal & np.isfinite(p.row_upper)
    matrix = p.matrix.tocsr()
    found = linprog(
        p.cost, A_ub=matrix[below], b_ub=p.row_upper[below], A_eq=matrix[equal], b_eq=p.row_upper[equal],
        bounds=np.column_stack((p.lower, upper)), method="highs",
    )  # fmt: skip
    return time.perf_counter() - begin, float(found.fun) * 1_000.0


def main() -> int:
    """Measure and print; exit status 1 where a floor is missed."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    ground = Ground(load_atlas())
    model = ground.model()
    quick, objective = warm(model)
    slow, same = cold(replace(ground.atlas))
    agree = abs(objective - same) <= 1e-6 * abs(objective)
    print(f"warm answer {quick * 1e3:.0f} ms; cold rebuild with linprog {slow:.2f} s; {slow / quick:.0f} times faster")
    print(f"the objectives {'agree' if agree else 'DIFFER'}: {objective:,.0f} and {same:,.0f} USD/yr")
    begin = time.perf_counter()
    ranking = n1.run(Desk(model, ground, crew=Crew()))
    whole = time.perf_counter() - begin
    print(f"N-1: {len(ranking.outages)} closures, {ranking.solves} solves, {whole:.1f} s on all cores")
    missed = whole > FLOOR_N1_S or slow / quick < FLOOR_RATIO or not agree
    verdict = "MISSED" if missed else "hold"
    print(f"floors: N-1 {FLOOR_N1_S:.0f} s, {FLOOR_RATIO:.0f} times faster than a rebuild: {verdict}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
