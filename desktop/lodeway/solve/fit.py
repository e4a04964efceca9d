"""The fit of the baseline to reference trade and routes, and the hidden costs that it gives.

Positive mathematical programming (R. E. Howitt, Amer. J. Agr. Econ. 77, 1995): the least-cost program is solved with a
soft band of +-5 % around every reference; the duals of the band are the hidden cost of each pair of group and
destination, and of group and route. With them in the objective the fitted flows are optimal without the band, and stay
optimal at every stop, because a stop prices only increases above the fitted values.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lodeway.model.scenario import ADAPTATIONS, Adaptation
from lodeway.solve import parameters
from lodeway.solve.arcs import FloatArray, IntArray
from lodeway.solve.highs import Basis, LinearProgram
from lodeway.solve.problem import RISES, Problem
from lodeway.solve.reference import reference_routes, reference_trade

NEGLIGIBLE_KT = 1e-4


@dataclass(frozen=True)
class Fit:
    """The fitted baseline: one value per trade row, per route row, per column; a basis per stop."""

    trade_kt: FloatArray
    route_kt: FloatArray
    """Gross."""
    trade_hidden_usd_per_t: FloatArray
    route_hidden_usd_per_t: FloatArray
    """Per gross tonne."""
    x: FloatArray
    bases: dict[Adaptation, Basis]


def open_upper(problem: Problem, closed_links: FloatArray) -> FloatArray:
    """Upper bounds of the shipment columns when ``closed_links`` (links,) is 1 at closed ones."""
    return np.where(closed_links @ problem.link_use > 0.0, 0.0, np.inf)


def load_program(program: LinearProgram, problem: Problem) -> None:
    """Pass the arrays as they stand to HiGHS."""
    program.build(problem.matrix, problem.cost, (problem.lower, problem.upper), (problem.row_lower, problem.row_upper))


def fit(problem: Problem, program: LinearProgram) -> Fit:
    """Solve the banded program from nothing, then the priced one at each stop; leaves both ready to solve."""
    trade_target, route_target = reference_trade(problem), reference_routes(problem)
    _band(problem, "trade", trade_target, _trade_prices(problem))
    _band(problem, "route", route_target, np.full(len(problem.routes), parameters.FIT_ROUTE_USD_PER_T))
    load_program(program, problem)
    banded = program.solve()
    basis = program.basis()
    trade_rows, route_rows = problem.rows["trade"], problem.rows["route"]
    use = problem.matrix[:, problem.columns["ship"]] @ banded.x[problem.columns["ship"]]
    trade_hidden = -banded.row_duals[trade_rows]
    route_hidden = -banded.row_duals[route_rows]
    price_in(problem, np.maximum(use[trade_rows], 0.0), np.maximum(use[route_rows], 0.0), trade_hidden, route_hidden)
    load_program(program, problem)
    program.set_basis(basis)
    bases: dict[Adaptation, Basis] = {}
    x = banded.x
    for stop in ADAPTATIONS:
        columns, prices = stop_costs(problem, stop)
        program.set_costs(columns, prices)
        answer = program.solve()
        bases[stop] = program.basis()
        if stop == "weeks":
            x = answer.x
    return Fit(
        trade_kt=problem.row_upper[trade_rows].copy(), route_kt=problem.row_upper[route_rows].copy(),
        trade_hidden_usd_per_t=trade_hidden, route_hidden_usd_per_t=route_hidden, x=x, bases=bases,
    )  # fmt: skip


def _trade_prices(problem: Problem) -> FloatArray:
    prices = problem.chain.price_usd_per_t
    return np.array(
        [parameters.FIT_TRADE_PRICE * prices[problem.chain.groups[k].form.commodity] for k, _ in problem.trade]
    )


def _band(problem: Problem, name: str, target: FloatArray, price: FloatArray) -> None:
    known = np.isfinite(target)
    value = np.where(known & (target > NEGLIGIBLE_KT), np.nan_to_num(target), 0.0)
    problem.row_lower[problem.rows[name]] = np.where(known, value * (1.0 - parameters.FIT_BAND), -np.inf)
    problem.row_upper[problem.rows[name]] = np.where(known, value * (1.0 + parameters.FIT_BAND), np.inf)
    above = np.zeros((len(target), RISES))
    above[:, 0] = np.inf
    problem.upper[problem.columns[f"{name}_above"]] = above.ravel()
    problem.upper[problem.columns[f"{name}_below"]] = np.inf
    problem.cost[problem.columns[f"{name}_above"]] = np.repeat(price, RISES)
    problem.cost[problem.columns[f"{name}_below"]] = price


def price_in(
    problem: Problem, trade_kt: FloatArray, route_kt: FloatArray, trade_hidden: FloatArray, route_hidden: FloatArray
) -> None:
    """Turn the banded problem into the priced one: hidden costs on shipments, increases above the fit on steps."""
    ship = problem.columns["ship"]
    for name, values, hidden in (("trade", trade_kt, trade_hidden), ("route", route_kt, route_hidden)):
        rows = problem.rows[name]
        problem.row_lower[rows] = -np.inf
        problem.row_upper[rows] = values
        problem.upper[problem.columns[f"{name}_below"]] = 0.0
        base = np.maximum(values, parameters.ADAPTATION_FLOOR_KT)
        widths = np.column_stack([base * width for width in parameters.ADAPTATION_WIDTHS] + [np.full(len(base), np.inf)])
        problem.upper[problem.columns[f"{name}_above"]] = widths.ravel()
        problem.cost[ship] += hidden @ problem.matrix[rows, ship]
    columns, prices = stop_costs(problem, "months")
    problem.cost[columns] = prices


def stop_costs(problem: Problem, stop: Adaptation) -> tuple[IntArray, FloatArray]:
    """Columns of increases and their prices at a stop."""
    price = problem.chain.price_usd_per_t
    trade = np.array(
        [parameters.ADAPTATION_TRADE[stop] * price[problem.chain.groups[k].form.commodity] for k, _ in problem.trade]
    )
    route = np.full(len(problem.routes), parameters.ADAPTATION_ROUTE_USD_PER_T[stop])
    steps = np.array(parameters.ADAPTATION_STEPS)
    columns = np.concatenate([np.arange(s.start, s.stop, dtype=np.int32) for s in
                              (problem.columns["trade_above"], problem.columns["route_above"])])  # fmt: skip
    return columns, np.concatenate([np.outer(trade, steps).ravel(), np.outer(route, steps).ravel()])
