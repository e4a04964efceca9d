"""A thin, typed wrapper around HiGHS; the only module that imports ``highspy``.

One linear program, minimised: ``row_lower <= A x <= row_upper``, ``column_lower <= x <= column_upper``. It is built
once from arrays; afterwards only bounds, costs and a few extra rows change, and every solve starts from a given basis.
HiGHS releases the interpreter's lock while it runs, so that a solve in a worker thread does not hold up the window.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

from lodeway.errors import SolveError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int32]
ByteArray = npt.NDArray[np.int8]

OPTIONS: dict[str, str | int | float | bool] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "solver": "simplex",
    "random_seed": 0,
    "simplex_dual_edge_weight_strategy": 1,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-7,
}
"""Deterministic, silent, single-threaded simplex. The primal tolerance is below the 1e-6 kt that balances may miss."""


@dataclass(frozen=True)
class Basis:
    """A simplex basis: a status per column and row (0 at lower bound, 1 basic, 2 at upper, 3 free, 4 nonbasic)."""

    columns: ByteArray
    rows: ByteArray


@dataclass(frozen=True)
class Answer:
    """Primal and dual values of an optimal solution."""

    x: FloatArray
    row_duals: FloatArray
    objective: float
    iterations: int


class LinearProgram:
    """One HiGHS model kept in memory."""

    def __init__(self) -> None:
        self._highs = highspy._core._Highs()  # the bare class: the one above it prints a banner on standard output
        for name, value in OPTIONS.items():
            if self._highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
                raise SolveError(f"this HiGHS does not know the option '{name}'; install the pinned version of highspy")
        self._bases: dict[int, tuple[Basis, highspy.HighsBasis]] = {}
        # the basis itself is kept beside its native copy, so that its id is not given to another one
        self.cold_retries = 0
        """How often a solve ended in any status but optimal and was repeated from nothing."""

    def build(
        self,
        matrix: sparse.csc_matrix,
        cost: FloatArray,
        column_bounds: tuple[FloatArray, FloatArray],
        row_bounds: tuple[FloatArray, FloatArray],
    ) -> None:
        """Replace the model; ``matrix`` is (rows, columns) in canonical column order."""
        program = highspy.HighsLp()
        program.num_row_, program.num_col_ = matrix.shape
        program.col_cost_ = cost
        program.col_lower_, program.col_upper_ = column_bounds
        program.row_lower_, program.row_upper_ = row_bounds
        program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        program.a_matrix_.start_ = matrix.indptr
        program.a_matrix_.index_ = matrix.indices
        program.a_matrix_.value_ = matrix.data
        self._bases.clear()
        self._check(self._highs.passModel(program), "load the flow problem")

    @property
    def size(self) -> tuple[int, int]:
        """(rows, columns)."""
        return self._highs.getNumRow(), self._highs.getNumCol()

    def set_column_bounds(self, columns: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Change the bounds of some columns."""
        if len(columns):
            self._check(self._highs.changeColsBounds(len(columns), columns, lower, upper), "change bounds")

    def set_costs(self, columns: IntArray, cost: FloatArray) -> None:
        """Change the objective coefficients of some columns."""
        if len(columns):
            self._check(self._highs.changeColsCost(len(columns), columns, cost), "change costs")

    def set_row_bounds(self, row: int, lower: float, upper: float) -> None:
        """Change the bounds of one row."""
        self._check(self._highs.changeRowBounds(row, lower, upper), "change a limit")

    def add_row(self, columns: IntArray, values: FloatArray, lower: float, upper: float) -> None:
        """Append one row; it is basic, so that the present basis stays valid."""
        self._check(self._highs.addRow(lower, upper, len(columns), columns, values), "add a limit")

    def add_columns(self, matrix: sparse.csc_matrix, cost: FloatArray, lower: FloatArray, upper: FloatArray) -> None:
        """Append columns; they are nonbasic, so that the present basis stays valid."""
        status = self._highs.addCols(
            matrix.shape[1], cost, lower, upper, matrix.nnz, matrix.indptr[:-1], matrix.indices, matrix.data
        )
        self._check(status, "add shipments")

    def drop_columns_from(self, first: int) -> None:
        """Delete all columns from index ``first`` on."""
        count = self._highs.getNumCol()
        if count > first:
            columns = np.arange(first, count, dtype=np.int32)
            self._check(self._highs.deleteCols(len(columns), columns), "drop shipments")

    def drop_rows_from(self, first: int) -> None:
        """Delete all rows from index ``first`` on."""
        count = self._highs.getNumRow()
        if count > first:
            rows = np.arange(first, count, dtype=np.int32)
            self._check(self._highs.deleteRows(len(rows), rows), "drop limits")

    def basis(self) -> Basis:
        """The present basis as arrays."""
        basis = self._highs.getBasis()
        return Basis(
            np.array([int(status) for status in basis.col_status], dtype=np.int8),
            np.array([int(status) for status in basis.row_status], dtype=np.int8),
        )

    def set_basis(self, basis: Basis) -> None:
        """Start the next solve from ``basis``; extra rows beyond it are basic.

        What the solver has learnt (edge weights, a factor) is forgotten: among equally good answers it would choose
        another one than a fresh solver does.
        """
        rows, columns = self.size
        native = self._bases.get(id(basis), (None, None))[1]
        if native is None or len(native.row_status) != rows:
            padded = np.ones(rows, dtype=np.int8)
            padded[: len(basis.rows)] = basis.rows
            if len(basis.columns) != columns:
                raise SolveError("the shipped baseline does not fit the flow problem; rebuild it with the recipe")
            table = [highspy.HighsBasisStatus(code) for code in range(5)]
            native = highspy.HighsBasis()
            native.col_status = [table[code] for code in basis.columns.tolist()]
            native.row_status = [table[code] for code in padded.tolist()]
            native.valid = True
            native.alien = False
            if rows == len(basis.rows):
                self._bases[id(basis)] = (basis, native)
        self._highs.clearSolver()
        self._check(self._highs.setBasis(native), "set the starting basis")

    def solve(self, *, primal: bool = False) -> Answer:
        """Solve to proven optimality, from the present basis and, should that fail, once more from nothing.

        ``primal`` chooses the primal simplex, for a basis that is feasible but to which columns were added.
        """
        self._highs.setOptionValue("simplex_strategy", 4 if primal else 1)
        iterations = self._run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self.cold_retries += 1
            self._highs.clearSolver()
            iterations += self._run()
        status = self._highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            words = self._highs.modelStatusToString(status).lower()
            raise SolveError(
                f"the flow problem has no proven optimum ({words}); undo the last lever and report the case"
            )
        solution = self._highs.getSolution()
        return Answer(
            x=np.array(solution.col_value, dtype=np.float64),
            row_duals=np.array(solution.row_dual, dtype=np.float64),
            objective=float(self._highs.getInfo().objective_function_value),
            iterations=iterations,
        )

    def _run(self) -> int:
        self._highs.run()
        return int(self._highs.getInfo().simplex_iteration_count)

    @staticmethod
    def _check(status: highspy.HighsStatus, what: str) -> None:
        if status == highspy.HighsStatus.kError:
            raise SolveError(f"HiGHS refused to {what}; report the scenario")
