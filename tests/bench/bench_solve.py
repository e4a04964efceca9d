"""Speed of the flow model: start with the shipped basis, from nothing, and warm answers to a block.

Run on a quiet machine: ``.venv/bin/python tests/bench/bench_solve.py``. Absolute times depend on the machine; the ratio
of a warm answer to a solve from nothing, taken in one run, does not.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

import lodeway.levers  # noqa: F401  (tells the solver the levers)
from lodeway.atlas.reader import load_atlas
from lodeway.model.scenario import LeverUse, Scenario
from lodeway.solve import Model

FLOORS_S = {"start with basis": 3.0, "from nothing": 12.0, "warm p50": 0.060, "warm p95": 0.200}
_START = """
from lodeway.atlas.reader import load_atlas
from lodeway.solve import Model

Model(load_atlas()).baseline()
"""


def started(times: int) -> float:
    """Best wall time, s, of a fresh process from its start to the solved baseline with the shipped basis."""
    best = float("inf")
    for _ in range(times):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", _START], check=True)
        best = min(best, time.perf_counter() - begin)
    return best


def main() -> int:
    """Measure and print; exit status 1 where a floor is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=3, help="how many fresh processes to start")
    options = parser.parse_args()
    found = {"start with basis": started(options.starts)}
    atlas = load_atlas()
    begin = time.perf_counter()
    Model(atlas, Path("none.npz")).baseline()
    found["from nothing"] = time.perf_counter() - begin
    model = Model(atlas)
    base = model.baseline()
    used = [use.id for use in base.links.values() if use.flow_t_per_year and atlas.links[use.id].kind == "tabled"]
    used += [use.id for use in (*base.gates.values(), *base.routes.values()) if use.flow_t_per_year]
    whole, iterations, retries = [], [], 0
    for name in used:
        begin = time.perf_counter()
        result = model.solve(Scenario(levers=(LeverUse("block", name),)))
        whole.append(time.perf_counter() - begin)
        iterations.append(result.info.iterations)
        retries += result.info.cold_retries
    found["warm p50"], found["warm p95"] = (float(q) for q in np.percentile(whole, [50, 95]))
    print(f"{len(used)} blocks of used links, gates and routes; {retries} cold retries")
    size = f"{base.info.columns:,} columns, {base.info.rows:,} rows"
    print(f"{size}; {float(np.median(iterations)):.0f} iterations in the middle")
    for name, value in found.items():
        verdict = "holds" if value <= FLOORS_S[name] else "MISSED"
        print(f"{name:<18}{value:>8.3f} s   floor {FLOORS_S[name]:.3f} s   {verdict}")
    print(f"a warm answer takes {found['warm p50'] / found['from nothing']:.4f} of a solve from nothing")
    return int(any(found[name] > FLOORS_S[name] for name in FLOORS_S))


if __name__ == "__main__":
    sys.exit(main())
