"""The program with only its promising shipments in the solver; the others are priced in where they pay.

Most shipments that a closure could ever call for are far from use. The solver holds the active ones; after each solve
the duals price all others (one sparse product), those that would lower the cost are added and the solve goes on until
none is left. The optimum is that of the whole program, proven by the same reduced costs (column generation over a
listed set; R. E. Bixby et al., Oper. Res. 40, 1992).
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from lodeway.errors import SolveError
from lodeway.solve.highs import Answer, Basis, FloatArray, IntArray, LinearProgram

PRICE_TOLERANCE_USD_PER_T = 1e-6
"""A shipment is added where its reduced cost is below minus this; far below the perturbation."""
ADDED_PER_ROUND = 20_000
MOST_ROUNDS = 200


class SiftedProgram:
    """One program whose columns are known by their number in the whole of it."""

    def __init__(self) -> None:
        self._program = LinearProgram()
        self._extra: list[sparse.csr_matrix] = []
        self.called_for: set[int] = set()
        """Columns outside the active ones that some solve since ``build`` had to price in."""

    @property
    def cold_retries(self) -> int:
        """See :attr:`LinearProgram.cold_retries`."""
        return self._program.cold_retries

    def build(
        self,
        matrix: sparse.csc_matrix,
        cost: FloatArray,
        column_bounds: tuple[FloatArray, FloatArray],
        row_bounds: tuple[FloatArray, FloatArray],
        active: IntArray,
    ) -> None:
        """Load the active columns (sorted numbers) of the whole program."""
        self._matrix, self._transposed = matrix, matrix.T.tocsr()
        self._cost, self._lower, self._upper = cost.copy(), column_bounds[0].copy(), column_bounds[1].copy()
        self._rows = len(row_bounds[0])
        self.active = active
        self.called_for.clear()
        self._numbers = active
        self._place = np.full(len(cost), -1, dtype=np.int32)
        self._place[active] = np.arange(len(active), dtype=np.int32)
        self._program.build(
            matrix[:, active], cost[active], (column_bounds[0][active], column_bounds[1][active]), row_bounds
        )

    def set_column_bounds(self, columns: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Change the bounds of some columns."""
        self._lower[columns], self._upper[columns] = lower, upper
        place = self._place[columns]
        here = place >= 0
        self._program.set_column_bounds(place[here], lower[here], upper[here])

    def set_costs(self, columns: IntArray, cost: FloatArray) -> None:
        """Change the objective coefficients of some columns."""
        self._cost[columns] = cost
        place = self._place[columns]
        here = place >= 0
        self._program.set_costs(place[here], cost[here])

    def add_row(self, row: sparse.csr_matrix, upper: float) -> None:
        """Append a limit: ``row`` is (1, columns of the whole program or fewer)."""
        place = self._place[row.indices]
        here = place >= 0
        self._extra.append(row)
        self._program.add_row(place[here], row.data[here], -np.inf, upper)

    def set_basis(self, basis: Basis) -> None:
        """Start the next solve from a basis of the active columns."""
        self._program.set_basis(basis)

    def basis(self) -> Basis:
        """The present basis of the columns now in the solver."""
        return self._program.basis()

    def status(self) -> Basis:
        """The present basis over all columns of the whole program; those outside the solver are at their bound."""
        basis = self._program.basis()
        columns = np.zeros(len(self._cost), dtype=np.int8)
        columns[self._numbers] = basis.columns
        return Basis(columns, basis.rows)

    def reset(self) -> None:
        """Drop the limits and columns that were added since ``build``."""
        self._program.drop_rows_from(self._rows)
        self._extra.clear()
        added = self._numbers[len(self.active) :]
        self.called_for.update(added.tolist())
        self._place[added] = -1
        self._numbers = self.active
        self._program.drop_columns_from(len(self.active))

    def keep_added(self) -> None:
        """Make the columns that were priced in part of the active ones."""
        self.active = self._numbers

    def solve(self) -> Answer:
        """Solve the whole program to proven optimality."""
        answer = self._program.solve()
        iterations = answer.iterations
        for _ in range(MOST_ROUNDS):
            reduced = self._reduced_costs(answer.row_duals)
            wanted = np.flatnonzero(reduced < -PRICE_TOLERANCE_USD_PER_T)
            wanted = wanted[(self._place[wanted] < 0) & (self._upper[wanted] > 0.0)]
            if not len(wanted):
                x = np.zeros(len(self._cost))
                x[self._numbers] = answer.x
                return Answer(x, answer.row_values, reduced, answer.row_duals, answer.objective, iterations)
            if len(wanted) > ADDED_PER_ROUND:
                worst = np.argpartition(reduced[wanted], ADDED_PER_ROUND)[:ADDED_PER_ROUND]
                wanted = np.sort(wanted[worst])
            self._add(wanted.astype(np.int32))
            answer = self._program.solve(primal=True)
            iterations += answer.iterations
        raise SolveError("pricing in shipments does not come to an end; report the scenario")

    def _add(self, columns: IntArray) -> None:
        self._place[columns] = np.arange(len(self._numbers), len(self._numbers) + len(columns), dtype=np.int32)
        self._numbers = np.concatenate((self._numbers, columns))
        part = self._matrix[:, columns]
        for row in self._extra:
            width = len(self._cost)
            whole = sparse.csr_matrix((row.data, row.indices, row.indptr), shape=(1, width))
            part = sparse.vstack([part, whole[:, columns]], format="csc")
        part.sort_indices()
        self._program.add_columns(part.tocsc(), self._cost[columns], self._lower[columns], self._upper[columns])

    def _reduced_costs(self, duals: FloatArray) -> FloatArray:
        reduced: FloatArray = self._cost - self._transposed @ duals[: self._rows]
        for k, row in enumerate(self._extra):
            reduced[row.indices] -= row.data * duals[self._rows + k]
        return reduced
