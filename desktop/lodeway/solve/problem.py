"""The linear program as arrays: columns, rows and the matrix, with labels for each of them.

Columns, in this order (kt/yr contained unless said): shipments of a group over a chain of links; common utilisation of
a country's mines of one form (0..1); what a mine makes less than that; what a plant makes; scrap feed of a plant;
unmet demand on each price step; stock build; trade above its reference on three steps and below it; gross kt over a
route above its reference on three steps and below it.

Rows: mines, plants taking, plants giving, passing nodes per group, demand, stock (these must balance), then trade per
group and destination, route use per group (gross), and capacities (gross).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

import numpy as np
from scipy import sparse

from lodeway.model.atlas import Atlas
from lodeway.solve import parameters
from lodeway.solve.arcs import Arcs, FloatArray, IntArray, arc_weights
from lodeway.solve.groups import Chain, area_of
from lodeway.solve.shipments import Shipments, pair_hash

STEPS = len(parameters.UNMET_PRICE_STEPS)
RISES = len(parameters.ADAPTATION_STEPS)


@dataclass(frozen=True, slots=True)
class Capacity:
    """A limit in gross kt/yr on a set of columns: ``kind`` is ``line``, ``direction``, ``bulk`` or ``box``."""

    subject: str
    kind: str
    limit_kt: float


@dataclass
class Problem:
    """Arrays of the program. ``columns[name]`` and ``rows[name]`` are the ranges of each kind."""

    atlas: Atlas
    arcs: Arcs
    chain: Chain
    shipments: Shipments
    columns: dict[str, slice]
    rows: dict[str, slice]
    matrix: sparse.csc_matrix
    cost: FloatArray
    lower: FloatArray
    upper: FloatArray
    row_lower: FloatArray
    row_upper: FloatArray
    utilisation_of: list[tuple[str, str]]
    """(country, form) of each utilisation column."""
    demands: list[tuple[str, str]]
    """(market, commodity) of each demand row."""
    stocks: list[tuple[str, str, float]]
    """(commodity, area, kt) of each stock row."""
    stock_plants: list[str]
    trade: list[tuple[int, str]]
    """(group, destination area or market) of each trade row."""
    routes: list[tuple[str, int]]
    """(route, group) of each route row."""
    capacities: list[Capacity]
    fraction: FloatArray
    """Contained fraction of each shipment's form."""
    commodity: IntArray
    """Index into ``chain.commodities`` of each shipment."""
    money: FloatArray
    """USD per contained tonne of each shipment: freight, handling, fees."""
    days: FloatArray
    link_use: sparse.csr_matrix
    """(links, shipments): how often the shipment passes the link."""
    arc_use: sparse.csr_matrix
    """(arcs, shipments), the same by direction."""
    supply_kt: FloatArray
    """Contained output of the sources of each group."""
    route_back: sparse.csr_matrix
    """(routes, shipments): gross kt that pass a route of a route row against its direction."""
    fitted_cost: FloatArray
    """Cost of the shipments with hidden costs, before the price of a stop; set by the fit."""
    leaves: IntArray
    """Row of the mine, plant (taking row) or passing node that a shipment leaves."""
    enters: IntArray
    """Row of the passing node, plant (taking row) or demand that a shipment enters."""

    @cached_property
    def mine_rows(self) -> sparse.csr_matrix:
        """(mines, shipments): minus what a shipment takes from its mine."""
        return self.matrix[self.rows["mine"], self.columns["ship"]].tocsr()

    @cached_property
    def store_rows(self) -> sparse.csr_matrix:
        """(stocks, store columns): what goes into each stock."""
        return self.matrix[self.rows["stock"], self.columns["store"]].tocsr()


class _Matrix:
    """Coordinates of the matrix while it grows."""

    def __init__(self) -> None:
        self._parts: list[tuple[IntArray, IntArray, FloatArray]] = []

    def add(
        self, rows: Iterable[int] | IntArray, columns: Iterable[int] | IntArray, values: FloatArray | float
    ) -> None:
        r, c = np.asarray(rows, dtype=np.int32), np.asarray(columns, dtype=np.int32)
        self._parts.append((r, c, np.broadcast_to(np.asarray(values, dtype=np.float64), r.shape)))

    def build(self, shape: tuple[int, int]) -> sparse.csc_matrix:
        r, c, v = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        matrix = sparse.csc_matrix((v, (r, c)), shape=shape)
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        matrix.sort_indices()
        return matrix


def build_problem(atlas: Atlas, arcs: Arcs, chain: Chain, ships: Shipments) -> Problem:
    """Assemble rows, columns and matrix; the reference bounds of trade and routes are set by the fit."""
    n_nodes = len(arcs.nodes)
    group_of, forms = ships.group, [group.form for group in chain.groups]
    fraction = np.array([form.contained_fraction for form in forms])[group_of] if ships.count else np.zeros(0)
    commodity_of_group = np.array([chain.commodities.index(form.commodity) for form in forms], dtype=np.int32)
    commodity = commodity_of_group[group_of]
    mine_at = {arcs.node_of[mine.id]: k for k, mine in enumerate(chain.mines)}
    take_at = {arcs.node_of[plant.id]: k for k, plant in enumerate(chain.plants)}
    give_at = {arcs.gives[plant.id]: k for k, plant in enumerate(chain.plants)}
    market_at = {arcs.node_of[market]: market for market, _ in chain.demand_kt}
    demands = list(chain.demand_kt)

    # rows
    is_mine, is_take = _lookup(n_nodes, mine_at), _lookup(n_nodes, take_at)
    is_give, is_market = _lookup(n_nodes, give_at), _lookup(n_nodes, dict.fromkeys(market_at, 0))
    passes_tail = (is_mine[ships.tail] < 0) & (is_give[ships.tail] < 0)
    passes_head = (is_take[ships.head] < 0) & (is_market[ships.head] < 0)
    key = np.int64(n_nodes)
    keys_tail = group_of.astype(np.int64) * key + ships.tail
    keys_head = group_of.astype(np.int64) * key + ships.head
    passing = np.unique(np.concatenate((keys_tail[passes_tail], keys_head[passes_head])))
    stocks, stock_members = _stocks(atlas, chain)
    rows: dict[str, slice] = {}
    position = 0

    def take(table: dict[str, slice], name: str, count: int) -> int:
        nonlocal position
        table[name] = slice(position, position + count)
        position += count
        return position - count

    at_mine = take(rows, "mine", len(chain.mines))
    at_take = take(rows, "take", len(chain.plants))
    at_give = take(rows, "give", len(chain.plants))
    at_pass = take(rows, "pass", len(passing))
    at_demand = take(rows, "demand", len(demands))
    at_stock = take(rows, "stock", len(stocks))

    matrix = _Matrix()
    ship = np.arange(ships.count, dtype=np.int32)
    tail_row = np.where(is_mine[ships.tail] >= 0, at_mine + is_mine[ships.tail], at_give + is_give[ships.tail])
    tail_row = np.where(passes_tail, at_pass + np.searchsorted(passing, keys_tail), tail_row)
    matrix.add(tail_row, ship, -1.0)
    recovery = np.array([plant.recovery for plant in chain.plants] or [1.0])
    arrives_plant = np.flatnonzero(is_take[ships.head] >= 0)
    arrives_market = np.flatnonzero(is_market[ships.head] >= 0)
    matrix.add(
        at_take + is_take[ships.head[arrives_plant]], arrives_plant, recovery[is_take[ships.head[arrives_plant]]]
    )
    inner = np.flatnonzero(passes_head)
    matrix.add(at_pass + np.searchsorted(passing, keys_head[inner]), inner, 1.0)
    demand_row = {pair: k for k, pair in enumerate(demands)}
    market_pair = np.full((n_nodes, len(chain.commodities)), -1, dtype=np.int32)
    for (market, name), k in demand_row.items():
        market_pair[arcs.node_of[market], chain.commodities.index(name)] = k
    arrival = market_pair[ships.head[arrives_market], commodity[arrives_market]]
    matrix.add(at_demand + arrival, arrives_market, 1.0)
    enters = np.zeros(ships.count, dtype=np.int32)
    enters[inner] = at_pass + np.searchsorted(passing, keys_head[inner])
    enters[arrives_plant] = at_take + is_take[ships.head[arrives_plant]]
    enters[arrives_market] = at_demand + arrival
    leaves = np.where(is_give[ships.tail] >= 0, at_take + is_give[ships.tail], tail_row).astype(np.int32)

    # trade: group and destination
    destination = np.full(n_nodes, -1, dtype=np.int32)
    names = sorted({area_of(atlas, plant.country) for plant in chain.plants} | set(market_at.values()))
    for plant in chain.plants:
        destination[arcs.node_of[plant.id]] = names.index(area_of(atlas, plant.country))
    for node, market in market_at.items():
        destination[node] = names.index(market)
    arriving = np.flatnonzero(~passes_head)
    pair_key = group_of[arriving].astype(np.int64) * len(names) + destination[ships.head[arriving]]
    pairs, pair_of = np.unique(pair_key, return_inverse=True)
    trade = [(int(p) // len(names), names[int(p) % len(names)]) for p in pairs]
    at_trade = take(rows, "trade", len(trade))
    matrix.add(at_trade + pair_of, arriving, 1.0)

    # routes: group and markers
    entry_column, entry_link = ships.column_of_entry(), ships.chain_arc // 2
    route_ids = sorted(atlas.routes)
    entry = np.ones(len(entry_link))
    link_use = sparse.csr_matrix((entry, (entry_link, entry_column)), shape=(len(arcs.links), ships.count))
    arc_use = sparse.csr_matrix((entry, (ships.chain_arc, entry_column)), shape=(2 * len(arcs.links), ships.count))
    markers = outward(atlas, arcs, route_ids)
    on_route = (markers @ arc_use).tocoo()
    on_route.eliminate_zeros()
    route_key = on_route.row.astype(np.int64) * len(chain.groups) + group_of[on_route.col]
    uses, use_of = np.unique(route_key, return_inverse=True)
    routes = [(route_ids[int(u) // len(chain.groups)], int(u) % len(chain.groups)) for u in uses]
    at_route = take(rows, "route", len(routes))
    matrix.add(at_route + use_of, on_route.col, on_route.data / fraction[on_route.col])
    back = (markers[:, np.arange(markers.shape[1]) ^ 1] @ arc_use).tocoo()
    back_key = back.row.astype(np.int64) * len(chain.groups) + group_of[back.col]
    back_row = np.minimum(np.searchsorted(uses, back_key), max(0, len(uses) - 1))
    known = uses[back_row] == back_key if len(uses) else np.zeros(0, dtype=bool)
    route_back = sparse.csr_matrix(
        ((back.data / fraction[back.col])[known], (back_row[known], back.col[known])), (len(routes), ships.count)
    )

    # capacities
    supply = _supply_kt(chain)
    gross_supply = supply / np.array([form.contained_fraction for form in forms])
    capacities = _capacities(atlas, arcs, chain, link_use, arc_use, fraction, group_of, gross_supply)
    at_capacity = take(rows, "capacity", len(capacities))
    for k, (_, entries) in enumerate(capacities):
        matrix.add(np.full(len(entries.indices), at_capacity + k), entries.indices, entries.data)
    n_rows = position

    # columns
    position = 0
    columns: dict[str, slice] = {}
    take(columns, "ship", ships.count)
    country_forms = sorted({(mine.country, mine.form) for mine in chain.mines})
    at_util = take(columns, "utilisation", len(country_forms))
    at_less = take(columns, "less", len(chain.mines))
    at_make = take(columns, "make", len(chain.plants))
    at_scrap = take(columns, "scrap", len(chain.plants))
    at_unmet = take(columns, "unmet", len(demands) * STEPS)
    at_store = take(columns, "store", len(stock_members))
    for name, count, row in (("trade", len(trade), at_trade), ("route", len(routes), at_route)):
        above = take(columns, f"{name}_above", count * RISES)
        below = take(columns, f"{name}_below", count)
        cells = np.arange(count)
        matrix.add(np.repeat(row + cells, RISES), above + np.arange(count * RISES), -1.0)
        matrix.add(row + cells, below + cells, 1.0)
    n_columns = position
    production = np.array([mine.production_t_per_year or 0.0 for mine in chain.mines]) / 1_000.0
    k_mines = np.arange(len(chain.mines))
    matrix.add(at_mine + k_mines, at_util + np.array([country_forms.index((m.country, m.form)) for m in chain.mines],
                                                     dtype=np.int32), production)  # fmt: skip
    matrix.add(at_mine + k_mines, at_less + k_mines, -1.0)
    k_plants = np.arange(len(chain.plants))
    matrix.add(at_take + k_plants, at_make + k_plants, -1.0)
    matrix.add(at_take + k_plants, at_scrap + k_plants, 1.0)
    matrix.add(at_give + k_plants, at_make + k_plants, 1.0)
    matrix.add(np.repeat(at_demand + np.arange(len(demands)), STEPS), at_unmet + np.arange(len(demands) * STEPS), 1.0)
    plant_index = {plant.id: k for k, plant in enumerate(chain.plants)}
    for k, (stock, plant_id) in enumerate(stock_members):
        matrix.add([at_give + plant_index[plant_id], at_stock + stock], [at_store + k] * 2, np.array([-1.0, 1.0]))

    # costs and bounds
    cost, lower = np.zeros(n_columns), np.zeros(n_columns)
    upper = np.full(n_columns, np.inf)
    money, days, weight = _ship_costs(arcs, chain, ships, arc_use)
    cost[columns["ship"]] = weight
    upper[columns["utilisation"]] = 1.0
    upper[columns["less"]] = production
    price = chain.price_usd_per_t
    cost[columns["less"]] = [
        parameters.UNEVEN_OUTPUT_PRICE * price[atlas.forms[mine.form].commodity] for mine in chain.mines
    ]
    upper[columns["make"]] = [(plant.production_t_per_year or 0.0) / 1_000.0 for plant in chain.plants]
    cost[columns["make"]] = [plant.processing_usd_per_t for plant in chain.plants]
    upper[columns["scrap"]] = [(plant.secondary_t_per_year or 0.0) / 1_000.0 for plant in chain.plants]
    demand = np.array(list(chain.demand_kt.values()))
    upper[columns["unmet"]] = (demand[:, None] * np.array(parameters.UNMET_STEP_WIDTHS)).ravel()
    cost[columns["unmet"]] = [price[c] * step for _, c in demands for step in parameters.UNMET_PRICE_STEPS]
    cost[columns["store"]] = [-parameters.STOCK_VALUE * price[stocks[stock][0]] for stock, _ in stock_members]
    row_lower, row_upper = np.zeros(n_rows), np.zeros(n_rows)
    row_lower[rows["demand"]] = row_upper[rows["demand"]] = demand
    row_upper[rows["stock"]] = [kt for _, _, kt in stocks]
    for name in ("trade", "route"):
        row_lower[rows[name]], row_upper[rows[name]] = -np.inf, np.inf
    row_lower[rows["capacity"]] = -np.inf
    row_upper[rows["capacity"]] = [capacity.limit_kt for capacity, _ in capacities]
    whole = matrix.build((n_rows, n_columns))
    return Problem(
        atlas=atlas, arcs=arcs, chain=chain, shipments=ships, columns=columns, rows=rows,
        matrix=whole, cost=cost, lower=lower, upper=upper, row_lower=row_lower,
        row_upper=row_upper, utilisation_of=country_forms, demands=demands, stocks=stocks,
        stock_plants=[plant for _, plant in stock_members], trade=trade, routes=routes,
        capacities=[capacity for capacity, _ in capacities], fraction=fraction, commodity=commodity, money=money,
        days=days, link_use=link_use, arc_use=arc_use, supply_kt=supply, route_back=route_back, fitted_cost=weight,
        leaves=leaves, enters=enters,
    )  # fmt: skip


def outward(atlas: Atlas, arcs: Arcs, route_ids: list[str]) -> sparse.csr_matrix:
    """(routes, arcs): 1 where an arc passes a marker of the route outwards."""
    entries: list[tuple[int, int, float]] = []
    for row, route_id in enumerate(route_ids):
        route = atlas.routes[route_id]
        direction = dict(route.links)
        for link in route.markers:
            if link in arcs.link_of:
                forward = direction.get(link, True)
                entries.append((row, 2 * arcs.link_of[link] + (0 if forward else 1), 1.0))
    shape = (len(route_ids), 2 * len(arcs.links))
    return sparse.csr_matrix(([e[2] for e in entries], ([e[0] for e in entries], [e[1] for e in entries])), shape=shape)


def _lookup(size: int, table: dict[int, int]) -> IntArray:
    array = np.full(size, -1, dtype=np.int32)
    for node, value in table.items():
        array[node] = value
    return array


def _ship_costs(
    arcs: Arcs, chain: Chain, ships: Shipments, arc_use: sparse.csr_matrix
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Money, days and generalised cost with its name-hashed perturbation, per contained tonne of every shipment."""
    fraction = np.array([group.form.contained_fraction for group in chain.groups] or [1.0])[ships.group]
    money = (arcs.cost_usd_per_t @ arc_use) / fraction
    days = arcs.days @ arc_use
    per_arc = np.array([
        arc_weights(arcs, group.form.contained_fraction, chain.price_usd_per_t[group.form.commodity])
        for group in chain.groups
    ]).reshape(len(chain.groups), len(arcs.tail))  # fmt: skip
    names = np.array([crc32(group.label.encode()) for group in chain.groups], dtype=np.uint64)
    of_entry = ships.group[ships.column_of_entry()]
    noise = pair_hash(names[of_entry], arcs.link_hash[ships.chain_arc])
    total = per_arc[of_entry, ships.chain_arc] + parameters.PERTURBATION_USD_PER_T * noise
    weight = np.add.reduceat(total, ships.chain_start[:-1]) if ships.count else np.zeros(0)
    return money, days, weight


def _stocks(atlas: Atlas, chain: Chain) -> tuple[list[tuple[str, str, float]], list[tuple[int, str]]]:
    """Refined output beyond all demand is a stock build of the area that refines most; its plants may store."""
    stocks: list[tuple[str, str, float]] = []
    members: list[tuple[int, str]] = []
    for commodity in chain.commodities:
        output: dict[str, float] = {}
        total = 0.0
        for plant in chain.plants:
            form = atlas.forms[plant.output]
            if form.commodity == commodity and form.final:
                made = (plant.production_t_per_year or 0.0) / 1_000.0
                total += made
                area = area_of(atlas, plant.country)
                output[area] = output.get(area, 0.0) + made
        for mine in chain.mines:
            form = atlas.forms[mine.form]
            if form.commodity == commodity and form.final:
                total += (mine.production_t_per_year or 0.0) / 1_000.0
        surplus = total - sum(kt for (_, c), kt in chain.demand_kt.items() if c == commodity)
        if output and surplus > 1e-6:
            area = max(sorted(output), key=lambda name: output[name])
            stocks.append((commodity, area, surplus))
            members += [
                (len(stocks) - 1, plant.id)
                for plant in chain.plants
                if atlas.forms[plant.output].final
                and atlas.forms[plant.output].commodity == commodity
                and area_of(atlas, plant.country) == area
            ]
    return stocks, members


def _supply_kt(chain: Chain) -> FloatArray:
    """Contained output of the sources of each group."""
    production = {mine.id: mine.production_t_per_year or 0.0 for mine in chain.mines}
    production.update({plant.id: plant.production_t_per_year or 0.0 for plant in chain.plants})
    return np.array([sum(production[site] for site in group.sources) / 1_000.0 for group in chain.groups])


def _capacities(
    atlas: Atlas,
    arcs: Arcs,
    chain: Chain,
    link_use: sparse.csr_matrix,
    arc_use: sparse.csr_matrix,
    fraction: FloatArray,
    group_of: IntArray,
    supply: FloatArray,
) -> list[tuple[Capacity, sparse.csr_matrix]]:
    """Known limits that could bind, each with its row; of limits on the very same shipments the tightest."""
    per_gross = sparse.diags(1.0 / fraction)
    link_gross = (link_use @ per_gross).tocsr()
    found: dict[bytes, tuple[Capacity, sparse.csr_matrix]] = {}

    def offer(capacity: Capacity, row: sparse.csr_matrix) -> None:
        if not row.nnz or supply[np.unique(group_of[row.indices])].sum() <= capacity.limit_kt:
            return
        row.sort_indices()
        print_of_row = row.indices.tobytes() + row.data.tobytes()
        if print_of_row not in found or found[print_of_row][0].limit_kt > capacity.limit_kt:
            found[print_of_row] = (capacity, row)

    for k, link_id in enumerate(arcs.links):
        link = atlas.links[link_id]
        if link.capacity_t_per_year is not None:
            room = max(0.0, link.capacity_t_per_year - (link.other_traffic_t_per_year or 0.0)) / 1_000.0
            offer(Capacity(link_id, "line", room), link_gross[k])
        if link.direction_capacity_t_per_year is not None:
            room = link.direction_capacity_t_per_year / 1_000.0
            for arc in (2 * k, 2 * k + 1):
                offer(Capacity(link_id, "direction", room), (arc_use[arc] @ per_gross).tocsr())
    packaging = np.array([group.form.packaging == "bulk" for group in chain.groups] or [True])[group_of]
    at_port: dict[str, list[int]] = {}
    for k, link_id in enumerate(arcs.links):
        if arcs.sea[2 * k]:
            for site in (atlas.links[link_id].from_site, atlas.links[link_id].to_site):
                at_port.setdefault(site, []).append(k)
    for port_id, port in sorted(atlas.ports.items()):
        if port_id not in at_port:
            continue
        members = link_gross[at_port[port_id]]
        gross = np.bincount(members.indices, weights=members.data, minlength=len(group_of))
        for kind, known, factor in (
            ("bulk", port.bulk_capacity_t_per_year, 1.0),
            ("box", port.box_capacity_teu_per_year, parameters.BOX_GROSS_T_PER_TEU),
        ):
            if known is not None:
                own = np.unique(members.indices[packaging[members.indices] == (kind == "bulk")])
                row = sparse.csr_matrix((gross[own], (np.zeros(len(own), dtype=np.int32), own)), (1, len(group_of)))
                offer(Capacity(port_id, kind, known * factor / 1_000.0), row)
    return sorted(found.values(), key=lambda item: (item[0].subject, item[0].kind))
