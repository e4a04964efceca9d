"""The flow model in memory: built once, solved for the baseline, re-solved warm for scenarios.

One thread owns a :class:`Model`; HiGHS releases the interpreter's lock while it solves. Every solve starts from the
baseline's basis of its stop, so that an answer does not depend on the questions asked before it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy import sparse

from lodeway.errors import SolveError
from lodeway.model.atlas import Atlas
from lodeway.model.result import Result, SolveInfo
from lodeway.model.scenario import Adaptation, Scenario
from lodeway.paths import layers_dir
from lodeway.solve import store
from lodeway.solve.arcs import BoolArray, FloatArray, IntArray, build_arcs
from lodeway.solve.assemble import Assembler
from lodeway.solve.circles import without_circles
from lodeway.solve.effects import Conditions, Limit, conditions
from lodeway.solve.fit import Fit, fit, open_upper, price_in, stop_costs
from lodeway.solve.groups import build_chain
from lodeway.solve.highs import Basis
from lodeway.solve.problem import Problem, build_problem
from lodeway.solve.reasons import explain
from lodeway.solve.shipments import build_shipments
from lodeway.solve.tracing import Trace, Tracer
from lodeway.solve.ways import WayProgram, WholeAnswer, ways_of

BASELINE_FILE = "baseline.npz"
SHARED_STOP: Adaptation = "months"
"""The stop at which the baseline is solved; by construction it is optimal at every other one."""
CARRIED_KT = 1e-9


class Model:
    """Answers scenarios on one atlas."""

    def __init__(self, atlas: Atlas, shipped: Path | None = None) -> None:
        """``shipped`` is the file of the baseline, by default ``layers/baseline.npz``; a stale one is not used."""
        self.atlas = atlas
        self._shipped = layers_dir() / BASELINE_FILE if shipped is None else shipped
        self._program = WayProgram()
        self._problem: Problem | None = None
        self._stored: store.Stored | None = None
        self._result: Result | None = None
        self._stop_costs: dict[Adaptation, tuple[IntArray, FloatArray]] = {}
        self.from_shipped = False
        """Whether the baseline came from the shipped file."""

    def baseline(self) -> Result:
        """The fitted world; built at the first call. Raises ``SolveError``."""
        if self._result is None:
            self._prepare(store.load(self._shipped, self.atlas.data_version))
        assert self._result is not None
        return self._result

    def load_baseline(self, path: Path) -> bool:
        """Start from the file at ``path``; ``False`` where it does not fit this atlas, and the baseline is built."""
        stored = store.load(path, self.atlas.data_version)
        self._prepare(stored)
        return self.from_shipped

    def save_baseline(self, path: Path) -> None:
        """Write the baseline, its hidden costs and its bases; raises ``DataError``."""
        self.baseline()
        assert self._stored is not None
        store.save(path, self.atlas.data_version, self._stored)

    def rehearse(self, scenarios: Iterable[Scenario]) -> int:
        """Solve each and keep the ways in its optimal basis at hand in the saved baseline; returns how many.

        A later answer is the same, but needs not make them.
        """
        for scenario in scenarios:
            self.solve(scenario)
        assert self._stored is not None
        found = self._stored.fit
        extra = ways_of([list(walk) for walk in sorted(self._program.wanted)])
        bases = {stop: Basis(np.pad(b.columns, (0, extra.count)), b.rows) for stop, b in found.bases.items()}
        self._stored = replace(self._stored, fit=replace(found, ways=found.ways.with_more(extra), bases=bases))
        return extra.count

    @property
    def problem(self) -> Problem:
        """The arrays of the program, for tests and studies."""
        self.baseline()
        assert self._problem is not None
        return self._problem

    @property
    def fitted(self) -> Fit:
        """The fitted values and hidden costs."""
        self.baseline()
        assert self._stored is not None
        return self._stored.fit

    def solve(self, scenario: Scenario, room_kt: Mapping[str, float] | None = None) -> Result:
        """The answer to a scenario; raises ``ScenarioError``, ``UnknownIdError`` or ``SolveError``.

        ``room_kt`` gives (or takes, below zero) gross kt a year to every capacity of a link or port, by its id. It is
        for studies that ask what a limit is worth; figures of use are still against the published capacity.
        """
        self.baseline()
        assert self._problem is not None and self._stored is not None
        started = time.perf_counter()
        state = conditions(self.atlas, scenario)
        upper, closed = self._upper(state)
        changed = np.flatnonzero(upper != self._upper_today).astype(np.int32)
        limits = [self._limit_row(limit) for limit in state.limits]
        room = self._room(room_kt or {})
        if not room and self._leaves_all_as_it_is(upper, changed, limits):
            return self._assemble(scenario, state, self._answer, closed, started, trace=self._trace, iterations=0)
        retries = self._program.cold_retries
        answer = self._warm(scenario.adaptation, upper, limits, room)
        return self._assemble(
            scenario,
            state,
            answer,
            closed,
            started,
            iterations=answer.iterations,
            retries=self._program.cold_retries - retries,
        )

    def probe(self, scenario: Scenario) -> tuple[float, FloatArray]:
        """Objective, USD a year, and all columns of the answer (kt); quicker than ``solve``, and nothing is traced."""
        self.baseline()
        state = conditions(self.atlas, scenario)
        upper, _ = self._upper(state)
        changed = np.flatnonzero(upper != self._upper_today).astype(np.int32)
        limits = [self._limit_row(limit) for limit in state.limits]
        answer = self._answer
        if not self._leaves_all_as_it_is(upper, changed, limits):
            answer = self._warm(scenario.adaptation, upper, limits, [])
        return answer.objective * 1_000.0, answer.x

    def _warm(
        self,
        stop: Adaptation,
        upper: FloatArray,
        limits: list[tuple[sparse.csr_matrix, float]],
        room: list[tuple[int, float]],
    ) -> WholeAnswer:
        """Solve from the basis of the stop, and put everything back."""
        assert self._problem is not None and self._stored is not None
        program = self._program
        stop_changes = stop != SHARED_STOP
        try:
            program.open_legs(upper > 0.0)
            if stop_changes:
                program.set_costs(*self._costs(stop))
            for row, limit_kt in limits:
                program.add_row(row, limit_kt)
            for number, limit_kt in room:
                program.set_row_upper(number, limit_kt)
            program.set_basis(self._stored.fit.bases[stop])
            answer = program.solve()
            return replace(answer, x=without_circles(self._problem, answer.x))
        finally:
            program.reset()
            for number, _ in room:
                program.set_row_upper(number, float(self._problem.row_upper[number]))
            program.open_legs(self._upper_today > 0.0)
            if stop_changes:
                program.set_costs(*self._costs(SHARED_STOP))

    def _prepare(self, stored: store.Stored | None) -> None:
        started = time.perf_counter()
        arcs, chain = build_arcs(self.atlas), build_chain(self.atlas)
        if not chain.groups or not chain.demand_kt:
            raise SolveError(
                "no commodity of this atlas can be solved; mark one as solved and give it mines and demand"
            )
        self._closed_today = (~arcs.usable[::2]).astype(np.float64)
        problem = None
        if stored is not None:
            problem = build_problem(self.atlas, arcs, chain, stored.shipments)
            if len(stored.fit.x) != len(problem.cost) or len(stored.fit.trade_kt) != len(problem.trade):
                stored, problem = None, None
        self.from_shipped = stored is not None
        if stored is None or problem is None:
            shipments = build_shipments(arcs, chain)
            problem = build_problem(self.atlas, arcs, chain, shipments)
            problem.upper[problem.columns["ship"]] = open_upper(problem, self._closed_today)
            fitted = fit(problem, self._program)
            stored = store.Stored(shipments, fitted)
            problem = build_problem(self.atlas, arcs, chain, shipments)
        found = stored.fit
        problem.upper[problem.columns["ship"]] = open_upper(problem, self._closed_today)
        price_in(problem, found.trade_kt, found.route_kt, found.trade_hidden_usd_per_t, found.route_hidden_usd_per_t)
        self._program.load(problem, found.ways)
        self._program.set_basis(found.bases[SHARED_STOP])
        answer = self._program.solve()
        self._answer: WholeAnswer = replace(answer, x=without_circles(problem, answer.x))
        self._stored = store.Stored(stored.shipments, replace(found, x=self._answer.x))
        self._problem = problem
        self._upper_today: FloatArray = problem.upper[problem.columns["ship"]].copy()
        self._tracer, self._assembler = Tracer(problem), Assembler(problem)
        self._trace: Trace = self._tracer.trace(self._answer.x)
        nothing = conditions(self.atlas, Scenario())
        unclosed = np.zeros(problem.shipments.count, dtype=bool)
        self._result = self._assemble(
            Scenario(), nothing, self._answer, unclosed, started, trace=self._trace, iterations=self._answer.iterations
        )
        self._assembler.keep_as_baseline(self._result, self._answer.x)

    def _costs(self, stop: Adaptation) -> tuple[IntArray, FloatArray]:
        if stop not in self._stop_costs:
            assert self._problem is not None
            self._stop_costs[stop] = stop_costs(self._problem, stop)
        return self._stop_costs[stop]

    def _upper(self, state: Conditions) -> tuple[FloatArray, BoolArray]:
        """Upper bounds of the shipments, and which of them the scenario closes."""
        assert self._problem is not None
        closed = self._closed_today.copy()
        index = self._problem.arcs.link_of
        closed[[index[link] for link in state.opened]] = 0.0
        closed[[index[link] for link in state.closed]] = 1.0
        upper = open_upper(self._problem, closed)
        return upper, (upper == 0.0) & (self._upper_today > 0.0)

    def _room(self, room_kt: Mapping[str, float]) -> list[tuple[int, float]]:
        """(row, upper bound in gross kt) of the capacities that get more or less room."""
        assert self._problem is not None
        first = self._problem.rows["capacity"].start
        return [
            (first + k, max(0.0, capacity.limit_kt + room_kt[capacity.subject]))
            for k, capacity in enumerate(self._problem.capacities)
            if room_kt.get(capacity.subject)
        ]

    def _limit_row(self, limit: Limit) -> tuple[sparse.csr_matrix, float]:
        """Gross kt over the links of a limit, and how much of it remains."""
        assert self._problem is not None
        p = self._problem
        members = [p.arcs.link_of[link] for link in sorted(limit.links) if link in p.arcs.link_of]
        row = sparse.csr_matrix(p.link_use[members].sum(axis=0)).multiply(1.0 / p.fraction[None, :]).tocsr()
        row.eliminate_zeros()
        whole = (
            float((row @ self._answer.x[p.columns["ship"]])[0])
            if limit.capacity_t_per_year is None
            else limit.capacity_t_per_year / 1_000.0
        )
        return row, max(0.0, whole * limit.keep_share)

    def _leaves_all_as_it_is(
        self, upper: FloatArray, changed: IntArray,
        limits: list[tuple[sparse.csr_matrix, float]],
    ) -> bool:  # fmt: skip
        """Whether the scenario only forbids what the baseline does not do; then the baseline stays optimal."""
        assert self._problem is not None
        x = self._answer.x[self._problem.columns["ship"]]
        if (upper[changed] > 0.0).any() or (x[changed] > CARRIED_KT).any():
            return False
        return all(float((row @ x)[0]) <= limit_kt for row, limit_kt in limits)

    def _assemble(
        self,
        scenario: Scenario,
        state: Conditions,
        answer: WholeAnswer,
        closed: BoolArray,
        started: float,
        *,
        iterations: int,
        retries: int = 0,
        trace: Trace | None = None,
    ) -> Result:
        assert self._problem is not None
        p = self._problem
        traced = self._tracer.trace(answer.x) if trace is None else trace
        names = tuple(sorted(state.blocked_subjects))
        reasons = explain(p, answer, closed, names)
        info = SolveInfo(
            seconds=time.perf_counter() - started,
            iterations=iterations,
            cold_retries=retries,
            max_balance_error_kt=self._assembler.balance_error_kt(answer.x),
            columns=len(p.cost),
            rows=len(p.row_upper),
        )
        return self._assembler.result(scenario, state, answer.x, answer.objective, traced, reasons, info)
