"""Reference trade and route use that the baseline is fitted to.

Known customs cells are pinned; the rest of the matrix (form and origin by taker) is filled by gravity,
exp(-km / theta) with a preference for the own area, and scaled to the margins (RAS, Deming and Stephan 1940).
"""

from __future__ import annotations

import math

import numpy as np

from lodeway.model.atlas import Atlas
from lodeway.model.network import Mine, Plant
from lodeway.solve import parameters
from lodeway.solve.arcs import BoolArray, FloatArray, arc_weights, distances
from lodeway.solve.groups import Chain, area_of
from lodeway.solve.problem import Problem, outward
from lodeway.units import EARTH_RADIUS_KM

RAS_ROUNDS = 200
KT = 1_000.0


def reference_trade(problem: Problem) -> FloatArray:
    """Reference of every trade row in kt contained."""
    values = np.zeros(len(problem.trade))
    row_of = {pair: k for k, pair in enumerate(problem.trade)}
    by_commodity: dict[str, list[int]] = {}
    for k, group in enumerate(problem.chain.groups):
        by_commodity.setdefault(group.form.commodity, []).append(k)
    for commodity, groups in by_commodity.items():
        _fill_commodity(problem, commodity, groups, row_of, values)
    return values


def _fill_commodity(
    problem: Problem, commodity: str, groups: list[int], row_of: dict[tuple[int, str], int], values: FloatArray
) -> None:
    atlas, chain = problem.atlas, problem.chain
    supply = dict.fromkeys(groups, 0.0)
    output = {mine.id: mine.production_t_per_year or 0.0 for mine in chain.mines}
    output.update({plant.id: plant.production_t_per_year or 0.0 for plant in chain.plants})
    for k in groups:
        supply[k] = sum(output[site] for site in chain.groups[k].sources) / KT
    for name, area, kt in problem.stocks:
        for k in groups:
            if name == commodity and chain.groups[k].form.final and chain.groups[k].origin == area:
                supply[k] = max(0.0, supply[k] - kt)
    # takers of one kind: plants of an area with the same intake, markets
    intake: dict[tuple[str, tuple[str, ...]], float] = {}
    for plant in chain.plants:
        forms = tuple(sorted(form for form in plant.inputs if atlas.forms[form].commodity == commodity))
        if atlas.forms[plant.output].commodity == commodity and forms:
            primary = max(0.0, (plant.production_t_per_year or 0.0) - (plant.secondary_t_per_year or 0.0))
            key = (area_of(atlas, plant.country), forms)
            intake[key] = intake.get(key, 0.0) + primary / plant.recovery / KT
    finals = tuple(sorted(form.id for form in atlas.forms.values() if form.final and form.commodity == commodity))
    for (market, name), kt in chain.demand_kt.items():
        if name == commodity:
            intake[market, finals] = kt
    takers = sorted(intake)
    allowed = np.array(
        [
            [chain.groups[k].form.id in forms and (k, place) in row_of for place, forms in takers]
            for k in groups
        ],
        dtype=bool,
    )  # fmt: skip
    rows = np.array([supply[k] for k in groups])
    columns = np.array([intake[taker] for taker in takers])
    seed = allowed * _gravity(atlas, chain, groups, takers)
    known = _customs(problem, groups)
    pinned = np.zeros_like(seed)
    names = [place for place, _ in takers]
    for (k, place), tonnes in known.items():
        row = groups.index(k)
        members = [c for c, name in enumerate(names) if name == place and allowed[row, c]]
        total = sum(seed[row, c] * columns[c] for c in members)
        for c in members:
            pinned[row, c] = tonnes * (seed[row, c] * columns[c] / total if total > 0.0 else 1.0 / len(members))
            seed[row, c] = 0.0
    # pins that exceed a margin are scaled down to it
    for _ in range(20):
        pinned *= np.minimum(1.0, rows / np.maximum(pinned.sum(axis=1), 1e-12))[:, None]
        pinned *= np.minimum(1.0, columns / np.maximum(pinned.sum(axis=0), 1e-12))[None, :]
    rest_rows = np.maximum(0.0, rows - pinned.sum(axis=1))
    rest_columns = np.maximum(0.0, columns - pinned.sum(axis=0))
    filled = _balanced(seed * rest_columns[None, :], rest_rows, rest_columns)
    # nobody ships less than a parcel; the largest cell of each row and column stays
    parcel = min(parameters.PARCEL_KT, parameters.PARCEL_SHARE * float(rows.sum()))
    small = filled < parcel
    small &= (filled < filled.max(axis=1, initial=0.0)[:, None]) & (filled < filled.max(axis=0, initial=0.0)[None, :])
    filled = _balanced(np.where(small, 0.0, filled), rest_rows, rest_columns)
    for r, k in enumerate(groups):
        for c, (place, _) in enumerate(takers):
            if (k, place) in row_of:
                values[row_of[k, place]] += pinned[r, c] + filled[r, c]


def _balanced(cells: FloatArray, rows: FloatArray, columns: FloatArray) -> FloatArray:
    """The cells scaled to the margins, where these agree; no row is exceeded."""
    for _ in range(RAS_ROUNDS):
        cells = cells * (rows / np.maximum(cells.sum(axis=1), 1e-12))[:, None]
        cells *= np.minimum(1.0, columns / np.maximum(cells.sum(axis=0), 1e-12))[None, :]
        shortfall = columns - cells.sum(axis=0)
        cells *= np.where(shortfall > 1e-9, columns / np.maximum(cells.sum(axis=0), 1e-12), 1.0)[None, :]
    scaled: FloatArray = cells * np.minimum(1.0, rows / np.maximum(cells.sum(axis=1), 1e-12))[:, None]
    return scaled


def _customs(problem: Problem, groups: list[int]) -> dict[tuple[int, str], float]:
    """Published cells by group and destination, kt; final forms go to markets, others to areas of plants."""
    atlas, chain = problem.atlas, problem.chain
    of_label = {(chain.groups[k].form.id, chain.groups[k].origin): k for k in groups}
    markets = {market for market, _ in chain.demand_kt}
    areas = {area_of(atlas, plant.country) for plant in chain.plants}
    cells: dict[tuple[int, str], float] = {}
    for cell in atlas.trade:
        k = of_label.get((cell.form, area_of(atlas, cell.origin)))
        if k is None or cell.tonnes_per_year <= 0.0:
            continue
        area = area_of(atlas, cell.destination)
        place = atlas.market_of_area.get(area, "market:ROW") if chain.groups[k].form.final else area
        if place in markets or place in areas:
            cells[k, place] = cells.get((k, place), 0.0) + cell.tonnes_per_year / KT
    for k in groups:
        # cells of single countries do not add up to the whole of a market made of many: leave the rest to gravity
        if chain.groups[k].form.final:
            cells.pop((k, "market:ROW"), None)
    return cells


def _gravity(atlas: Atlas, chain: Chain, groups: list[int], takers: list[tuple[str, tuple[str, ...]]]) -> FloatArray:
    centre: dict[str, tuple[float, float]] = {}
    weights: dict[str, list[tuple[float, float, float]]] = {}
    sites: list[Mine | Plant] = [*chain.mines, *chain.plants]
    for site in sites:
        found = (site.lon, site.lat, site.production_t_per_year or 0.0)
        weights.setdefault(area_of(atlas, site.country), []).append(found)
    for area, members in weights.items():
        lon, lat, _ = max(members, key=lambda m: (m[2], m[0], m[1]))
        centre[area] = (lon, lat)
    for market in atlas.markets.values():
        centre[market.id] = (market.lon, market.lat)
    result = np.zeros((len(groups), len(takers)))
    for r, k in enumerate(groups):
        origin = chain.groups[k].origin
        own_market = atlas.market_of_area.get(origin, "market:ROW")
        for c, (place, _) in enumerate(takers):
            km = _distance_km(centre[origin], centre[place])
            home = place == origin or (place == own_market and place != "market:ROW")
            result[r, c] = math.exp(-km / parameters.GRAVITY_THETA_KM) * (parameters.GRAVITY_HOME if home else 1.0)
    return result


def _distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance on the mean sphere (haversine)."""
    lon1, lat1, lon2, lat2 = map(math.radians, (*a, *b))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2.0 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(h)))


def reference_routes(problem: Problem) -> FloatArray:
    """Reference of every route row in gross kt; not-a-number where none is published."""
    values = np.full(len(problem.routes), np.nan)
    row_of = {
        (route, problem.chain.groups[k].form.id, problem.chain.groups[k].origin): row
        for row, (route, k) in enumerate(problem.routes)
    }
    for share in problem.atlas.route_shares:
        row = row_of.get((share.route, share.form, area_of(problem.atlas, share.origin)))
        if row is not None:
            before = 0.0 if math.isnan(values[row]) else float(values[row])
            values[row] = before + share.gross_t_per_year / KT
    return values


def circle_costs(problem: Problem, wanted: BoolArray) -> FloatArray:
    """Per gross tonne and wanted route row, the cost of the cheapest circle that passes the route outwards once.

    The way back is not over the route itself, and over links that are open today. Infinite where there is none, and
    where the row is not wanted.
    """
    arcs, chain = problem.arcs, problem.chain
    costs = np.full(len(problem.routes), np.inf)
    route_ids = sorted(problem.atlas.routes)
    markers = outward(problem.atlas, arcs, route_ids)
    ways_back: dict[tuple[str, str], float] = {}
    for row in np.flatnonzero(wanted).tolist():
        route, form = problem.routes[row][0], chain.groups[problem.routes[row][1]].form
        if (route, form.id) not in ways_back:
            weights = arc_weights(arcs, form.contained_fraction, chain.price_usd_per_t[form.commodity])
            out = markers[route_ids.index(route)].indices
            others = arcs.usable.copy()
            others[out] = others[out ^ 1] = False
            out = out[arcs.usable[out]]
            back = distances(arcs, weights, others, arcs.head[out], backward=False)
            found = weights[out] + back[np.arange(len(out)), arcs.tail[out]]
            ways_back[route, form.id] = float(found.min(initial=np.inf)) * form.contained_fraction
        costs[row] = ways_back[route, form.id]
    return costs
