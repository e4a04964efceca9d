"""Why tonnes are missing, in words, from the optimality conditions of the solution.

Missing demand has a price; a limit explains it where one more unit of the limit would spare at least half of that
price, which the dual of the limit says. What no limit explains is a lack of supply.
"""

from __future__ import annotations

import numpy as np

from lodeway.model.atlas import Atlas
from lodeway.model.result import Reason
from lodeway.solve import parameters
from lodeway.solve.arcs import BoolArray, FloatArray
from lodeway.solve.problem import STEPS, Problem
from lodeway.solve.ways import WholeAnswer

NEGLIGIBLE_KT = 1e-6
SHOWN = 4


def name_of(atlas: Atlas, identifier: str) -> str:
    """The name of a thing for a sentence."""
    for table in (atlas.gates, atlas.routes, atlas.ports, atlas.mines, atlas.plants, atlas.places, atlas.markets):
        if identifier in table:
            return str(table[identifier].name)
    if identifier in atlas.links:
        link = atlas.links[identifier]
        ends = [atlas.sites[site].name if site in atlas.sites else site for site in (link.from_site, link.to_site)]
        return f"{ends[0]} - {ends[1]}"
    return identifier


def explain(
    problem: Problem, answer: WholeAnswer, closed: BoolArray, closed_names: tuple[str, ...]
) -> tuple[Reason, ...]:
    """One reason per market and commodity with unmet demand, then notes on surplus and stock.

    ``closed`` marks shipment columns that the scenario closes, ``closed_names`` what a person closed.
    """
    atlas, chain = problem.atlas, problem.chain
    reasons: list[Reason] = []
    limits: dict[str, list[str]] = {}
    unmet = answer.x[problem.columns["unmet"]].reshape(-1, STEPS).sum(axis=1)
    for k, (market, commodity) in enumerate(problem.demands):
        if unmet[k] <= NEGLIGIBLE_KT:
            continue
        if commodity not in limits:  # they are the same for all of its markets
            limits[commodity] = _limits(problem, answer, closed, closed_names, commodity)
        words = limits[commodity]
        text = "; ".join(words) if words else _supply_words(problem, answer, commodity)
        reasons.append(Reason(market, commodity, float(unmet[k]) * 1_000.0, text[0].upper() + text[1:] + "."))
    mined = _mined(problem, answer.x)
    surplus: dict[tuple[str, str], float] = {}
    for k, mine in enumerate(chain.mines):
        left = (mine.production_t_per_year or 0.0) - mined[k] * 1_000.0
        if left > 1.0:
            surplus[mine.country, mine.form] = surplus.get((mine.country, mine.form), 0.0) + left
    for (country, form), tonnes in sorted(surplus.items()):
        name = atlas.country_names.get(country, {}).get("en", country)
        words_ = f"{atlas.forms[form].name} mined in {name} that no plant takes is put in stock at its mines."
        reasons.append(Reason(f"country:{country}", atlas.forms[form].commodity, tonnes, words_))
    stored = problem.store_rows @ answer.x[problem.columns["store"]]
    for k, (commodity, area, _) in enumerate(problem.stocks):
        kept = float(stored[k])
        if kept > NEGLIGIBLE_KT:
            words_ = f"Refined output beyond all demand is put in stock in {area}."
            reasons.append(Reason(f"area:{area}", commodity, kept * 1_000.0, words_))
    return tuple(reasons)


def _mined(problem: Problem, x: FloatArray) -> FloatArray:
    mined: FloatArray = -(problem.mine_rows @ x[problem.columns["ship"]])
    return mined


def _supply_words(problem: Problem, answer: WholeAnswer, commodity: str) -> str:
    name = problem.atlas.commodities[commodity].name.lower()
    make = answer.x[problem.columns["make"]]
    idle = sum(
        max(0.0, (plant.production_t_per_year or 0.0) / 1_000.0 - float(make[k]))
        for k, plant in enumerate(problem.chain.plants)
        if plant.commodity == commodity and problem.atlas.forms[plant.output].final
    )
    if idle > 1.0:
        return f"plants are short of {name} to refine: {idle:,.0f} kt/yr of refining stands idle"
    return f"the listed output of refined {name} is smaller than all demand, and every plant runs at its limit"


def _limits(
    problem: Problem, answer: WholeAnswer, closed: BoolArray, closed_names: tuple[str, ...], commodity: str
) -> list[str]:
    price = problem.chain.price_usd_per_t[commodity] * parameters.UNMET_PRICE_STEPS[0]
    found: list[tuple[float, str]] = []
    own = [k for k, group in enumerate(problem.chain.groups) if group.form.commodity == commodity]
    densest = max(problem.chain.groups[k].form.contained_fraction for k in own)
    duals = -answer.row_duals[problem.rows["capacity"]]
    for k, capacity in enumerate(problem.capacities):
        if duals[k] > 0.5 * price * densest * 0.25:
            what = {"line": "is full", "direction": "is full in one direction", "bulk": "has no room for more bulk",
                    "box": "has no room for more boxes"}[capacity.kind]  # fmt: skip
            found.append((float(duals[k]), f"{name_of(problem.atlas, capacity.subject)} {what}"))
    extra = answer.row_duals[problem.rows["capacity"].stop :]
    if len(extra) and float(-extra.min(initial=0.0)) > 0.1 * price:
        found.append((price, "a capacity is cut"))
    of_commodity = closed & (problem.commodity == problem.chain.commodities.index(commodity))
    gain = -answer.reduced_costs[of_commodity] if closed_names and of_commodity.any() else np.zeros(0)
    if gain.max(initial=0.0) > 0.5 * price:
        found.append((2.0 * price, "closed: " + ", ".join(name_of(problem.atlas, n) for n in closed_names[:SHOWN])))
    trade = -answer.row_duals[problem.rows["trade"]]
    held = [k for k in np.argsort(-trade) if trade[k] > 0.5 * price and problem.trade[k][0] in own]
    if held:
        found.append((0.5 * price, "contracts hold at this adaptation, so that other sources do not step in"))
    return [words for _, words in sorted(found, key=lambda item: (-item[0], item[1]))[:SHOWN]]
