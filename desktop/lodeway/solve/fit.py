"""The fit of the baseline to reference trade and routes, and the hidden costs that it gives.

Positive mathematical programming (R. E. Howitt, Amer. J. Agr. Econ. 77, 1995): the least-cost program is solved with a
soft band of +-5 % around every reference; the duals of the band are the hidden cost of each pair of group and
destination, and of group and route. With them in the objective the fitted flows are optimal without the band, and stay
optimal at every stop, because a stop prices only increases above the fitted values.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np
from scipy import sparse

from lodeway.model.scenario import Adaptation
from lodeway.solve import parameters
from lodeway.solve.arcs import FloatArray, IntArray
from lodeway.solve.highs import Basis
from lodeway.solve.problem import RISES, Problem
from lodeway.solve.reference import circle_costs, reference_routes, reference_trade
from lodeway.solve.ways import BASIC, Pricing, WayProgram, Ways, ways_of

NEGLIGIBLE_KT = 1e-7
_WANTED_USD_PER_T = 1e9
"""What a sink pays for the first way to it: more than any way costs."""


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
    ways: Ways
    """What the solver holds from the start; others are made at need."""
    bases: dict[Adaptation, Basis]


def open_upper(problem: Problem, closed_links: FloatArray) -> FloatArray:
    """Upper bounds of the shipment columns when ``closed_links`` (links,) is 1 at closed ones."""
    return np.where(closed_links @ problem.link_use > 0.0, 0.0, np.inf)


def fit(problem: Problem, program: WayProgram) -> Fit:
    """Solve the banded program from nothing, then the priced one at each stop."""
    trade_target, route_target = reference_trade(problem), reference_routes(problem)
    trade_prices, most = _trade_prices(problem), np.full(len(problem.routes), parameters.FIT_ROUTE_USD_PER_T)
    _band(problem, "trade", trade_target, above=trade_prices, below=trade_prices)
    most = np.minimum(most, parameters.FIT_CIRCLE_SHARE * circle_costs(problem, np.isfinite(route_target)))
    _band(problem, "route", route_target, above=most, below=most)
    program.load(_net_of_what_comes_back(problem), first_ways(problem))
    banded = program.solve()
    trade_rows, route_rows = problem.rows["trade"], problem.rows["route"]
    use = problem.matrix[:, problem.columns["ship"]] @ banded.x[problem.columns["ship"]]
    trade_hidden = -banded.row_duals[trade_rows]
    route_hidden = -banded.row_duals[route_rows]
    trade_kt, route_kt = (np.where(v > NEGLIGIBLE_KT, v, 0.0) for v in (use[trade_rows], use[route_rows]))
    price_in(problem, trade_kt, route_kt, trade_hidden, route_hidden)
    program.load(problem, program.ways)
    bases: dict[Adaptation, Basis] = {}
    x = banded.x
    for stop in ("months", "weeks", "years"):
        program.set_costs(*stop_costs(problem, stop))
        answer = program.solve()
        bases[stop] = program.basis()
        if stop == "months":
            x = answer.x
    ways, bases = _in_a_basis(program.ways, bases)
    return Fit(
        trade_kt=trade_kt, route_kt=route_kt,
        trade_hidden_usd_per_t=trade_hidden, route_hidden_usd_per_t=route_hidden, x=x, ways=ways, bases=bases,
    )  # fmt: skip


def _net_of_what_comes_back(problem: Problem) -> Problem:
    """The same problem with route rows that count what passes a route outwards less what passes it back.

    A price on the rows then is no reward for going to and fro, so that it may be high enough to shape the baseline.
    """
    rows = problem.rows["route"]
    moved = sparse.csr_matrix(
        (problem.route_back.data, problem.route_back.indices,
         np.concatenate((np.zeros(rows.start, dtype=np.int64), problem.route_back.indptr,
                         np.full(len(problem.row_upper) - rows.stop, problem.route_back.indptr[-1])))),
        shape=problem.matrix.shape,
    )  # fmt: skip
    return replace(problem, matrix=(problem.matrix - moved).tocsc())


def first_ways(problem: Problem) -> Ways:
    """The cheapest open way of every source and to every sink, to begin with."""
    ship = problem.columns["ship"]
    wanted = np.where(problem.upper[ship] > 0.0, problem.cost[ship], np.inf)
    wanted[problem.enters < problem.rows["pass"].start] -= _WANTED_USD_PER_T
    wanted[problem.enters >= problem.rows["pass"].stop] -= _WANTED_USD_PER_T
    pricing = Pricing(problem)
    return ways_of(pricing.paying(wanted, pricing.labels(wanted)))


def _in_a_basis(ways: Ways, bases: dict[Adaptation, Basis]) -> tuple[Ways, dict[Adaptation, Basis]]:
    """The ways that are basic at some stop, and the bases over them: what is not basic is at nothing."""
    longest = max(len(basis.columns) for basis in bases.values())
    others = longest - ways.count
    padded = {stop: np.pad(basis.columns, (0, longest - len(basis.columns))) for stop, basis in bases.items()}
    kept = np.flatnonzero(np.any([columns[others:] == BASIC for columns in padded.values()], axis=0)).astype(np.int32)
    return ways.chosen(kept), {
        stop: Basis(np.concatenate((columns[:others], columns[others:][kept])), bases[stop].rows)
        for stop, columns in padded.items()
    }


def _trade_prices(problem: Problem) -> FloatArray:
    prices = problem.chain.price_usd_per_t
    return np.array(
        [parameters.FIT_TRADE_PRICE * prices[problem.chain.groups[k].form.commodity] for k, _ in problem.trade]
    )


def _band(problem: Problem, name: str, target: FloatArray, *, above: FloatArray, below: FloatArray) -> None:
    known = np.isfinite(target)
    value = np.where(known & (target > 1e-4), np.nan_to_num(target), 0.0)
    problem.row_lower[problem.rows[name]] = np.where(known, value * (1.0 - parameters.FIT_BAND), -np.inf)
    problem.row_upper[problem.rows[name]] = np.where(known, value * (1.0 + parameters.FIT_BAND), np.inf)
    room = np.zeros((len(target), RISES))
    room[known, 0] = np.inf
    problem.upper[problem.columns[f"{name}_above"]] = room.ravel()
    problem.upper[problem.columns[f"{name}_below"]] = np.where(known, np.inf, 0.0)
    problem.cost[problem.columns[f"{name}_above"]] = np.repeat(above, RISES)
    problem.cost[problem.columns[f"{name}_below"]] = below


def price_in(
    problem: Problem, trade_kt: FloatArray, route_kt: FloatArray, trade_hidden: FloatArray, route_hidden: FloatArray
) -> None:
    """Turn the banded problem into the priced one: hidden costs on shipments, increases above the fit on steps.

    A pair that carries nothing in the baseline needs no row: every tonne of it is an increase, and its price stands
    with the shipments themselves.
    """
    ship = problem.columns["ship"]
    problem.cost[ship] -= route_hidden @ problem.route_back
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
        shipments += idle @ problem.matrix[rows, ship]
        columns.append(np.arange(above.start, above.stop, dtype=np.int32))
        costs.append(np.outer(own, np.array(parameters.ADAPTATION_STEPS)).ravel())
    return np.concatenate(columns), np.concatenate([shipments, *costs])
