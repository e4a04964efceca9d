"""Whole ways from a source to a sink as the columns of the program, made where they pay.

The flow problem lists *legs*: what a group may send over a chain of links from one passing node to the next. Its linear
program has a balance for every passing node, and most of its rows are such balances. A *way* is a walk over legs from a
mine or plant to a plant or market; in ways these balances hold by themselves, so that the program HiGHS holds is about
six times smaller and its pivots are as much cheaper. Ways are generated at need (L. R. Ford and D. R. Fulkerson,
Manage. Sci. 5, 1958): after each solve the duals price every leg, labels by sweeps (R. Bellman, Quart. Appl.
Math. 16, 1958)
find the cheapest way to every passing node, and a way whose reduced cost is negative is added. When there is none, the
labels are duals of the balances that were left out, and every reduced cost of the whole program is non-negative: the
optimum is that of the whole program, and :class:`WholeAnswer` is in its terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from lodeway.errors import SolveError
from lodeway.geo.curves import ranges
from lodeway.solve.arcs import BoolArray, FloatArray, IntArray
from lodeway.solve.highs import Answer, Basis, LinearProgram
from lodeway.solve.problem import Problem

PRICE_TOLERANCE_USD_PER_T = 1e-6
"""A way is added where its reduced cost is below minus this; far below the perturbation of costs."""
MOST_ROUNDS = 400
MOST_SWEEPS = 400
BASIC = 1


@dataclass(frozen=True)
class Ways:
    """Walks over legs: way ``k`` goes over ``leg[start[k]:start[k + 1]]`` in this order."""

    start: IntArray
    leg: IntArray

    @property
    def count(self) -> int:
        """Number of ways."""
        return len(self.start) - 1

    def chosen(self, numbers: IntArray) -> Ways:
        """Some of them, in the given order."""
        lengths = np.diff(self.start)[numbers]
        start = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
        entry = np.arange(start[-1], dtype=np.int64) - np.repeat(start[:-1], lengths)
        return Ways(start, self.leg[entry + np.repeat(self.start[numbers], lengths)])

    def with_more(self, other: Ways) -> Ways:
        """These, then the others."""
        return Ways(np.concatenate((self.start, other.start[1:] + self.start[-1])).astype(np.int32),
                    np.concatenate((self.leg, other.leg)))  # fmt: skip

    def over(self, legs: int) -> sparse.csc_matrix:
        """(legs, ways): how often a way goes over a leg."""
        return sparse.csc_matrix((np.ones(len(self.leg)), self.leg, self.start), shape=(legs, self.count))


def ways_of(walks: list[list[int]]) -> Ways:
    """Ways from lists of legs."""
    start = np.concatenate(([0], np.cumsum([len(walk) for walk in walks]))).astype(np.int32)
    return Ways(start, np.array([leg for walk in walks for leg in walk], dtype=np.int32))


class Pricing:
    """The cheapest ways over the legs of a problem at given prices."""

    def __init__(self, problem: Problem) -> None:
        passing = problem.rows["pass"]
        self._nodes = passing.stop - passing.start
        tail, head = problem.leaves - passing.start, problem.enters - passing.start
        self._from_source = (tail < 0) | (tail >= self._nodes)
        self._to_sink = (head < 0) | (head >= self._nodes)
        # the place after the last node stands for all sources, and for all sinks
        self._tail = np.where(self._from_source, self._nodes, tail).astype(np.int32)
        self._head = np.where(self._to_sink, self._nodes, head).astype(np.int32)
        group = problem.shipments.group.astype(np.int64)
        self._sink_of = group * len(problem.row_upper) + problem.enters
        self._source_of = group * len(problem.row_upper) + problem.leaves
        self._into = _Fans(self._head, np.flatnonzero(~self._to_sink), self._tail)
        self._out = _Fans(self._tail, np.flatnonzero(~self._from_source), self._head)
        self._sinks = _Fans(self._sink_of, np.flatnonzero(self._to_sink), self._tail)
        self._sources = _Fans(self._source_of, np.flatnonzero(self._from_source), self._head)

    def labels(self, price: FloatArray) -> FloatArray:
        """(nodes + 1,) the price of the cheapest way from any source of its group to each passing node; inf = none."""
        return self._into.labels(price, self._nodes)

    def worth(self, price: FloatArray) -> FloatArray:
        """(nodes + 1,) the price of the cheapest way from each passing node to any sink of its group; inf = none."""
        return self._out.labels(price, self._nodes)

    def difference(self, node_price: FloatArray) -> FloatArray:
        """(legs,) the price of a leg's tail less that of its head, sources and sinks counting nothing."""
        padded = np.append(node_price, 0.0)
        apart: FloatArray = padded[self._tail] - padded[self._head]
        return apart

    def paying(self, price: FloatArray, labels: FloatArray) -> list[list[int]]:
        """For every sink and every source the best way, where its price is negative."""
        first, value = self._sinks.best(price, labels)
        bad = first[value < -PRICE_TOLERANCE_USD_PER_T]
        if not len(bad):
            return []
        walks = {tuple(self._back(int(leg), price, labels)) for leg in bad.tolist()}
        worth = self.worth(price)
        last, value = self._sources.best(price, worth)
        bad = last[value < -PRICE_TOLERANCE_USD_PER_T]
        walks |= {tuple(self._forth(int(leg), price, worth)) for leg in bad.tolist()}
        return [list(walk) for walk in sorted(walks)]

    def _back(self, leg: int, price: FloatArray, labels: FloatArray) -> list[int]:
        walk = [leg]
        while not self._from_source[walk[-1]]:
            walk.append(self._into.argmin(int(self._tail[walk[-1]]), price, labels))
            if len(walk) > MOST_SWEEPS:
                raise SolveError("the prices of the flow problem reward a circle; report the scenario")
        return walk[::-1]

    def _forth(self, leg: int, price: FloatArray, worth: FloatArray) -> list[int]:
        walk = [leg]
        while not self._to_sink[walk[-1]]:
            walk.append(self._out.argmin(int(self._head[walk[-1]]), price, worth))
            if len(walk) > MOST_SWEEPS:
                raise SolveError("the prices of the flow problem reward a circle; report the scenario")
        return walk


class _Fans:
    """Legs sorted by what they have in common (``key``), each with a node at its other end."""

    def __init__(self, key: IntArray, legs: IntArray, other: IntArray) -> None:
        order = legs[np.argsort(key[legs], kind="stable")]
        keys = key[order]
        self._legs, self._other = order, other[order]
        self._start = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))) if len(order) else order
        self._keys = keys[self._start]
        self._end = np.append(self._start[1:], len(order))
        self._key_of = np.repeat(np.arange(len(self._start)), self._end - self._start)
        self._by_other = np.argsort(self._other, kind="stable")
        self._other_sorted = self._other[self._by_other]
        self._tree: list[tuple[IntArray, IntArray, IntArray]] = []

    def labels(self, price: FloatArray, nodes: int) -> FloatArray:
        """(nodes + 1,) the least price of a way from each node to the end; infinite where there is none.

        Sweeps of Bellman and Ford, begun from the ways that were best at the first question: their lengths at today's
        prices are bounds from above, and most of them are still the best.
        """
        label = np.full(nodes + 1, np.inf)
        label[nodes] = 0.0
        if not len(self._start):
            return label
        own = price[self._legs]
        for keys, legs, others in self._tree:
            label[keys] = price[legs] + label[others]
        best = np.minimum.reduceat(own + label[self._other], self._start)
        for _ in range(MOST_SWEEPS):
            fresh = np.flatnonzero(best != label[self._keys])
            if not len(fresh):
                if not self._tree:
                    self._remember(own, label)
                return label
            moved = self._keys[fresh]
            label[moved] = best[fresh]
            if 8 * len(fresh) > len(self._start):
                best = np.minimum.reduceat(own + label[self._other], self._start)
                continue
            # only what leans on a label that moved can move in turn
            begin = np.searchsorted(self._other_sorted, moved)
            count = np.searchsorted(self._other_sorted, moved, side="right") - begin
            again = np.unique(self._key_of[self._by_other[ranges(begin, count)]])
            if len(again):
                count = self._end[again] - self._start[again]
                legs = ranges(self._start[again], count)
                best[again] = np.minimum.reduceat(own[legs] + label[self._other[legs]], np.cumsum(count) - count)
        raise SolveError("the prices of the flow problem reward a circle; report the scenario")

    def _remember(self, own: FloatArray, label: FloatArray) -> None:
        """Keep the best leg of each node, in layers: each layer leans on the ones before it."""
        total = own + label[self._other]
        hit = np.flatnonzero((total == label[self._keys].repeat(self._end - self._start)) & np.isfinite(total))
        group, first = np.unique(self._key_of[hit], return_index=True)
        keys, place = self._keys[group], hit[first]
        done = np.zeros(len(label), dtype=bool)
        done[-1] = True
        waiting = np.ones(len(keys), dtype=bool)
        while waiting.any():
            ready = waiting & done[self._other[place]]
            if not ready.any():  # ties in a circle that costs nothing; the sweeps find their labels
                return
            self._tree.append((keys[ready], self._legs[place[ready]], self._other[place[ready]]))
            done[keys[ready]] = True
            waiting &= ~ready

    def best(self, price: FloatArray, label: FloatArray) -> tuple[IntArray, FloatArray]:
        """The leg of the least price with the label at its other end, and that price, of each key."""
        if not len(self._start):
            return self._legs, np.zeros(0)
        total = price[self._legs] + label[self._other]
        least = np.minimum.reduceat(total, self._start)
        hit = np.flatnonzero(total == np.repeat(least, self._end - self._start))
        group = np.searchsorted(self._start, hit, side="right") - 1
        first = np.flatnonzero(np.concatenate(([True], group[1:] != group[:-1])))
        return self._legs[hit[first]], least

    def argmin(self, key: int, price: FloatArray, label: FloatArray) -> int:
        place = int(np.searchsorted(self._keys, key))
        span = slice(self._start[place], self._end[place])
        return int(self._legs[span][np.argmin(price[self._legs[span]] + label[self._other[span]])])


class WayProgram:
    """The program over ways in HiGHS; bounds, costs and answers are in terms of the legs of its problem."""

    def __init__(self) -> None:
        self._program = LinearProgram()
        self._added: list[tuple[sparse.csr_matrix, float]] = []
        self.wanted: set[tuple[int, ...]] = set()
        """Ways outside the kept ones in the optimal basis of some solve since ``load``, as tuples of legs."""

    @property
    def cold_retries(self) -> int:
        """See :attr:`LinearProgram.cold_retries`."""
        return self._program.cold_retries

    def load(self, problem: Problem, ways: Ways) -> None:
        """Pass the arrays of the problem as they stand to HiGHS, with these ways."""
        self._problem, self._pricing = problem, Pricing(problem)
        self._cost, self._open = problem.cost.copy(), problem.upper[problem.columns["ship"]] > 0.0
        legs = self._legs = problem.columns["ship"].stop
        bound = np.isfinite(problem.row_lower) | np.isfinite(problem.row_upper)
        bound[problem.rows["pass"]] = False
        self._rows = np.flatnonzero(bound)
        self._others = np.flatnonzero(problem.upper[legs:] > 0.0).astype(np.int32) + np.int32(legs)
        self._place = np.full(len(problem.cost), -1, dtype=np.int32)
        self._place[self._others] = np.arange(len(self._others), dtype=np.int32)
        by_row = problem.matrix.tocsr()[self._rows]
        self._leg_rows = by_row[:, :legs].tocsc()
        self._leg_prices = self._leg_rows.T.tocsr()
        self._added.clear()
        self.wanted.clear()
        self.ways = ways
        self._kept = ways.count
        self._use = ways.over(legs)
        columns = sparse.hstack([by_row[:, self._others], self._leg_rows @ self._use], format="csc")
        columns.sort_indices()
        lower, upper = self._way_bounds(self._use)
        cost = np.concatenate((problem.cost[self._others], problem.cost[:legs] @ self._use))
        bounds = (np.concatenate((problem.lower[self._others], lower)),
                  np.concatenate((problem.upper[self._others], upper)))  # fmt: skip
        self._program.build(columns, cost, bounds, (problem.row_lower[self._rows], problem.row_upper[self._rows]))

    def open_legs(self, is_open: BoolArray) -> None:
        """(legs,) which legs may be used from now on."""
        before = (~self._open).astype(np.float64) @ self._use > 0.0
        self._open = is_open
        lower, upper = self._way_bounds(self._use)
        changed = np.flatnonzero(before != (upper == 0.0)).astype(np.int32)
        self._program.set_column_bounds(changed + np.int32(len(self._others)), lower[changed], upper[changed])

    def set_costs(self, columns: IntArray, cost: FloatArray) -> None:
        """Change the objective coefficients of some columns of the problem."""
        self._cost[columns] = cost
        others = columns[columns >= self._legs]
        others = others[self._place[others] >= 0]
        ways = np.arange(self.ways.count, dtype=np.int32) + np.int32(len(self._others))
        self._program.set_costs(
            np.concatenate((self._place[others], ways)),
            np.concatenate((self._cost[others], self._cost[: self._legs] @ self._use)),
        )

    def add_row(self, row: sparse.csr_matrix, upper: float) -> None:
        """Append a limit: ``row`` is (1, legs)."""
        self._added.append((row, upper))
        over = sparse.csr_matrix(row @ self._use)
        self._program.add_row(over.indices.astype(np.int32) + np.int32(len(self._others)), over.data, -np.inf, upper)

    def set_row_upper(self, row: int, upper: float) -> None:
        """Change the upper bound of a row of the problem that has one."""
        place = int(np.searchsorted(self._rows, row))
        self._program.set_row_bounds(place, float(self._problem.row_lower[row]), upper)

    def set_basis(self, basis: Basis) -> None:
        """Start the next solve from a basis of the kept ways."""
        self._program.set_basis(basis)

    def basis(self) -> Basis:
        """The present basis."""
        return self._program.basis()

    def reset(self) -> None:
        """Drop the limits and ways that were added since ``load`` or ``keep_added``."""
        if self.ways.count > self._kept:
            statuses = self._program.basis().columns[len(self._others) + self._kept :]
            for number in (np.flatnonzero(statuses == BASIC) + self._kept).tolist():
                self.wanted.add(tuple(self.ways.leg[self.ways.start[number] : self.ways.start[number + 1]].tolist()))
            self._program.drop_columns_from(len(self._others) + self._kept)
            self._show(self.ways.chosen(np.arange(self._kept)))
        if self._added:
            self._program.drop_rows_from(len(self._rows))
            self._added.clear()

    def keep_added(self) -> None:
        """The ways that were added belong to the program from now on."""
        self._kept = self.ways.count

    def solve(self) -> WholeAnswer:
        """Solve the whole problem to proven optimality."""
        answer = self._program.solve()
        iterations = answer.iterations
        for _ in range(MOST_ROUNDS):
            price = self._prices(answer.row_duals)
            open_price = np.where(self._open, price, np.inf)
            labels = self._pricing.labels(open_price)
            walks = self._pricing.paying(open_price, labels)
            if not walks:
                return self._whole(answer, price, labels, iterations)
            self._add(ways_of(walks))
            answer = self._program.solve(primal=True)
            iterations += answer.iterations
        raise SolveError("making ways does not come to an end; report the scenario")

    def _way_bounds(self, use: sparse.csc_matrix) -> tuple[FloatArray, FloatArray]:
        closed = (~self._open).astype(np.float64) @ use > 0.0
        return np.zeros(use.shape[1]), np.where(closed, 0.0, np.inf)

    def _show(self, ways: Ways) -> None:
        self.ways, self._use = ways, ways.over(self._legs)

    def _add(self, more: Ways) -> None:
        use = more.over(self._legs)
        part = self._leg_rows @ use
        if self._added:
            part = sparse.vstack([part, *(sparse.csr_matrix(row @ use) for row, _ in self._added)], format="csc")
        part = part.tocsc()
        part.sort_indices()
        lower, upper = self._way_bounds(use)
        self._program.add_columns(part, self._cost[: self._legs] @ use, lower, upper)
        self._show(self.ways.with_more(more))

    def _prices(self, duals: FloatArray) -> FloatArray:
        """(legs,) cost less the duals of all rows but the balances of passing nodes."""
        price: FloatArray = self._cost[: self._legs] - self._leg_prices @ duals[: len(self._rows)]
        for k, (row, _) in enumerate(self._added):
            price[row.indices] -= row.data * duals[len(self._rows) + k]
        return price

    def _whole(self, answer: Answer, price: FloatArray, labels: FloatArray, iterations: int) -> WholeAnswer:
        """The answer in the terms of the whole problem."""
        p, legs, count = self._problem, self._legs, len(self._others)
        x = np.zeros(len(p.cost))
        x[:legs] = self._use @ answer.x[count:]
        x[self._others] = answer.x[:count]
        duals = np.zeros(len(p.row_upper) + len(self._added))
        duals[self._rows] = answer.row_duals[: len(self._rows)]
        duals[len(p.row_upper) :] = answer.row_duals[len(self._rows) :]
        return WholeAnswer(x, duals, answer.objective, iterations, self._pricing, price, self._open, labels)


@dataclass(frozen=True)
class WholeAnswer:
    """An optimal solution of the whole problem: its columns, and the duals of all rows but those of passing nodes.

    Limits that were added follow after the rows of the problem.
    """

    x: FloatArray
    row_duals: FloatArray
    objective: float
    iterations: int
    pricing: Pricing
    price: FloatArray
    open_legs: BoolArray
    labels: FloatArray

    @cached_property
    def reduced_costs(self) -> FloatArray:
        """(legs,) what a tonne more over a leg would cost the whole, closed legs included."""
        inner = self.labels[:-1].copy()
        cut_off = np.isinf(inner)
        if cut_off.any():  # nothing gets there: its worth is what it would spare if something did
            worth = self.pricing.worth(np.where(self.open_legs, self.price, np.inf))[:-1][cut_off]
            inner[cut_off] = np.where(np.isinf(worth), 0.0, -worth)
        return self.price + self.pricing.difference(inner)
