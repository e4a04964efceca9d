"""The fit of the baseline to reference trade and routes, and the hidden costs that it gives.

Positive mathematical programming (R. E. Howitt, Amer. J. Agr. Econ. 77, 1995): the least-cost program is solved with a
soft band of +-5 % around every reference; the duals of the band are the hidden cost of each pair of group and
destination, and of group and route. With them in the objective the fitted flows are optimal without the band, and stay
optimal at every stop, because a stop prices only increases above the fitted values.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np

from lodeway.model.scenario import Adaptation
from lodeway.solve import parameters
from lodeway.solve.arcs import FloatArray, IntArray
from lodeway.solve.highs import Basis
from lodeway.solve.problem import RISES, Problem
from lodeway.solve.reference import reference_routes, reference_trade
from lodeway.solve.sifting import SiftedProgram

NEGLIGIBLE_KT = 1e-7
BASIC = 1
ACTIVE_USD_PER_T = 15.0
"""Shipments with a reduced cost up to this are in the solver from the start; the others are priced in at need."""


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
    active: IntArray
    """Columns that the solver holds, in its order."""
    bases: dict[Adaptation, Basis]


def open_upper(problem: Problem, closed_links: FloatArray) -> FloatArray:
    """Upper bounds of the shipment columns when ``closed_links`` (links,) is 1 at closed ones."""
    return np.where(closed_links @ problem.link_use > 0.0, 0.0, np.inf)


def load_program(program: SiftedProgram, problem: Problem, active: IntArray, basic: IntArray | None = None) -> None:
    """Pass the arrays as they stand to HiGHS, with the shipments in ``active`` in the solver.

    Other columns that are fixed at nothing are left out, unless they are in ``basic``.
    """
    others = np.arange(problem.columns["ship"].stop, len(problem.cost), dtype=np.int32)
    others = others[(problem.upper[others] > 0.0) | np.isin(others, [] if basic is None else basic)]
    program.build(problem.matrix, problem.cost, (problem.lower, problem.upper),
                  (problem.row_lower, problem.row_upper), np.concatenate((active, others)))  # fmt: skip


def fit(problem: Problem, program: SiftedProgram, first: IntArray) -> Fit:
    """Solve the banded program from nothing, then the priced one at each stop. ``first`` are likely shipments."""
    trade_target, route_target = reference_trade(problem), reference_routes(problem)
    _band(problem, "trade", trade_target, _trade_prices(problem))
    _band(problem, "route", route_target, np.full(len(problem.routes), parameters.FIT_ROUTE_USD_PER_T))
    load_program(program, problem, first)
    banded = program.solve()
    trade_rows, route_rows = problem.rows["trade"], problem.rows["route"]
    use = problem.matrix[:, problem.columns["ship"]] @ banded.x[problem.columns["ship"]]
    trade_hidden = -banded.row_duals[trade_rows]
    route_hidden = -banded.row_duals[route_rows]
    trade_kt, route_kt = (np.where(v > NEGLIGIBLE_KT, v, 0.0) for v in (use[trade_rows], use[route_rows]))
    price_in(problem, trade_kt, route_kt, trade_hidden, route_hidden)
    ships = problem.shipments.count
    likely = (banded.reduced_costs[:ships] <= ACTIVE_USD_PER_T) & (problem.upper[:ships] > 0.0)
    status = program.status()
    active = np.flatnonzero(likely | (status.columns[:ships] == BASIC)).astype(np.int32)
    load_program(program, problem, active, np.flatnonzero(status.columns == BASIC).astype(np.int32))
    program.set_basis(Basis(status.columns[program.active], status.rows))
    bases: dict[Adaptation, Basis] = {}
    x = banded.x
    for stop in ("months", "weeks", "years"):
        program.set_costs(*stop_costs(problem, stop))
        answer = program.solve()
        program.keep_added()
        bases[stop] = program.basis()
        if stop == "months":
            x = answer.x
    # columns may have been priced in by a later stop: the earlier bases leave them out
    columns = len(program.active)
    bases = {stop: Basis(np.pad(b.columns, (0, columns - len(b.columns))), b.rows) for stop, b in bases.items()}
    return Fit(
        trade_kt=trade_kt, route_kt=route_kt,
        trade_hidden_usd_per_t=trade_hidden, route_hidden_usd_per_t=route_hidden, x=x,
        active=program.active, bases=bases,
    )  # fmt: skip


def _trade_prices(problem: Problem) -> FloatArray:
    prices = problem.chain.price_usd_per_t
    return np.array(
        [parameters.FIT_TRADE_PRICE * prices[problem.chain.groups[k].form.commodity] for k, _ in problem.trade]
    )


def _band(problem: Problem, name: str, target: FloatArray, price: FloatArray) -> None:
    known = np.isfinite(target)
    value = np.where(known & (target > 1e-4), np.nan_to_num(target), 0.0)
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
    """Turn the banded problem into the priced one: hidden costs on shipments, increases above the fit on steps.

    A pair that carries nothing in the baseline needs no row: every tonne of it is an increase, and its price stands
    with the shipments themselves.
    """
    ship = problem.columns["ship"]
    for name, values, hidden in (("trade", trade_kt, trade_hidden), ("route", route_kt, route_hidden)):
        rows = problem.rows[name]
        idle = values <= 0.0
        problem.row_lower[rows] = -np.inf
        problem.row_upper[rows] = np.where(idle, np.inf, values)
        problem.upper[problem.columns[f"{name}_below"]] = 0.0
        groups = [k for k, _ in problem.trade] if name == "trade" else [k for _, k in problem.routes]
        gross = np.array([1.0 if name == "trade" else problem.chain.groups[k].form.contained_fraction for k in groups])
        base = np.maximum(values, parameters.ADAPTATION_FLOOR * problem.supply_kt[groups] / gross)
        widths = np.column_stack(
            [base * width for width in parameters.ADAPTATION_WIDTHS] + [np.full(len(base), np.inf)]
        )
        problem.upper[problem.columns[f"{name}_above"]] = np.where(idle[:, None], 0.0, widths).ravel()
        problem.cost[ship] += hidden @ problem.matrix[rows, ship]
    problem.fitted_cost = problem.cost[ship].copy()
    columns, prices = stop_costs(problem, "months")
    problem.cost[columns] = prices


def stop_costs(problem: Problem, stop: Adaptation) -> tuple[IntArray, FloatArray]:
    """Columns whose cost depends on the stop, and their costs: shipments of idle pairs, and increases of the others."""
    price = problem.chain.price_usd_per_t
    ship = problem.columns["ship"]
    shipments = problem.fitted_cost.copy()
    columns = [np.arange(ship.start, ship.stop, dtype=np.int32)]
    costs: list[FloatArray] = []
    trade = np.array(
        [parameters.ADAPTATION_TRADE[stop] * price[problem.chain.groups[k].form.commodity] for k, _ in problem.trade]
    )
    route = np.full(len(problem.routes), parameters.ADAPTATION_ROUTE_USD_PER_T[stop])
    labels = {
        "trade": [f"{problem.chain.groups[k].label} {place}" for k, place in problem.trade],
        "route": [f"{problem.chain.groups[k].label} {route_id}" for route_id, k in problem.routes],
    }
    for name, middle in (("trade", trade), ("route", route)):
        spread = np.array([crc32(label.encode()) / 2**32 for label in labels[name]])
        own = middle * (1.0 + parameters.ADAPTATION_SPREAD * spread)
        rows, above = problem.rows[name], problem.columns[f"{name}_above"]
        idle = np.where(np.isinf(problem.row_upper[rows]), own, 0.0)
        shipments += idle @ problem.increases[name]
        columns.append(np.arange(above.start, above.stop, dtype=np.int32))
        costs.append(np.outer(own, np.array(parameters.ADAPTATION_STEPS)).ravel())
    return np.concatenate(columns), np.concatenate([shipments, *costs])
