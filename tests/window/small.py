"""A small world for window tests: two mines, two routes, two ports, two markets, and an engine with known answers.

::

    mine:a --link:a-north-- port:north --sea-- market:CHN, market:EU27      route:north, 100 kt/yr
       \\----link:a-south-- port:south --sea-- market:CHN, market:EU27      route:south, capacity unknown

Mine a makes 80 kt/yr; at the baseline north carries 60 kt and south 20 kt. Blocking north moves 50 kt to the south and
leaves 10 kt unmet in the EU27.
"""

from __future__ import annotations

import threading
from dataclasses import replace

from lodeway.errors import SolveError
from lodeway.model.atlas import Atlas, Provenance
from lodeway.model.commodity import Commodity, Form
from lodeway.model.network import Gate, Link, Market, Mine, Port, Route
from lodeway.model.provenance import Source, Value
from lodeway.model.result import (
    Comparison,
    Exposure,
    Flow,
    MarketResult,
    Reason,
    Result,
    SolveInfo,
    Throughput,
)
from lodeway.model.scenario import Scenario
from lodeway.studies.compare import compare

COPPER, COBALT, LITHIUM = "commodity:copper", "commodity:cobalt", "commodity:lithium"
CATHODE = "form:copper/cathode"
CHN, EU27 = "market:CHN", "market:EU27"


def _link(name: str, start: str, end: str, mode: str, capacity: float | None) -> Link:
    return Link(
        id=name, from_site=start, to_site=end, mode=mode, kind="tabled" if mode == "rail" else "sea",  # type: ignore[arg-type]
        length_km=1000.0, days=5.0, cost_usd_per_t=100.0, capacity_t_per_year=capacity,
        direction_capacity_t_per_year=None, other_traffic_t_per_year=None, status="operating", open_year=None,
        border="",
        borders=0, countries=("COD",), confidence="reported", source="source:book", note="",
    )  # fmt: skip


def _route(name: str, short: str, link: str, port: str, capacity: float | None, **more: object) -> Route:
    route = Route(
        id=name, name=f"{short} line from the mine to the sea", short_name=short, names={}, from_site="mine:a",
        to_site=port, links=((link, True),), markers=(link,), length_km=1000.0, capacity_t_per_year=capacity,
        capacity_basis="whole line", current_t_per_year=None, transit_days=5.0, cost_usd_per_t=100.0,
        status="operating", planned_capacity_t_per_year=None, planned_year=None, operator="", copperbelt_exit=True,
        confidence="estimated", source="source:book", note="",
    )  # fmt: skip
    return replace(route, **more)  # type: ignore[arg-type]


def _port(name: str, title: str, lon: float, lat: float) -> Port:
    return Port(
        id=name, name=title, country="COD", lon=lon, lat=lat, unlocode="", roles=("export",),
        bulk_capacity_t_per_year=None, box_capacity_teu_per_year=None, max_draft_m=None, dwell_days=2.0,
        handling_usd_per_t=10.0, confidence="reported", source="source:book",
    )  # fmt: skip


def _commodity(name: str, title: str, symbol: str, solved: bool = True) -> Commodity:
    return Commodity(
        id=name, name=title, symbol=symbol, unit="t", price_usd_per_t=9000.0, solved=solved,
        why_not_solved="" if solved else "its tables do not close", colour="#C4581B", names={},
    )  # fmt: skip


def small_atlas() -> Atlas:
    links = [
        _link("link:a-north", "mine:a", "port:north", "rail", 100_000.0),
        _link("link:a-south", "mine:a", "port:south", "rail", None),
        _link("link:north-chn", "port:north", CHN, "sea", None),
        _link("link:north-eu", "port:north", EU27, "sea", None),
        _link("link:south-chn", "port:south", CHN, "sea", None),
        _link("link:south-eu", "port:south", EU27, "sea", None),
    ]
    mine = Mine(
        id="mine:a", name="Mine A", country="COD", lon=25.5, lat=-10.7, form=CATHODE, production_t_per_year=80_000.0,
        capacity_t_per_year=90_000.0, operator="", owner="", owner_country="CHN", status="operating", residual=False,
        year=2024, confidence="reported", source="source:book", note="",
    )  # fmt: skip
    routes = [
        _route("route:north", "North", "link:a-north", "port:north", 100_000.0),
        _route("route:south", "South", "link:a-south", "port:south", None),
        _route("route:later", "Later", "link:a-south", "port:south", None, status="planned", planned_year=2030),
    ]
    return Atlas(
        data_version="small", year=2024,
        commodities={c.id: c for c in (_commodity(COPPER, "Copper", "Cu"), _commodity(COBALT, "Cobalt", "Co"),
                                       _commodity(LITHIUM, "Lithium", "Li", solved=False))},
        forms={CATHODE: Form(CATHODE, COPPER, "Cathode", 1.0, "bulk", 2, True)},
        mines={"mine:a": mine}, plants={},
        ports={p.id: p for p in (_port("port:north", "North Port", 13.5, -12.4),
                                 _port("port:south", "South Port", 31.0, -29.9))},
        places={},
        markets={CHN: Market(CHN, "China", 121.5, 31.2, {COPPER: 50_000.0}),
                 EU27: Market(EU27, "European Union", 4.5, 51.9, {COPPER: 30_000.0})},
        links={link.id: link for link in links},
        gates={"gate:suez": Gate("gate:suez", "Suez Canal", "canal", 32.5, 30.5, ("link:north-eu",), "", False,
                                 "source:book", "reported")},
        routes={route.id: route for route in routes},
        area_of_country={"COD": "COD"}, market_of_area={"CHN": CHN, "EU27": EU27}, totals=(), trade=(),
        route_shares=(), sources={"source:book": Source("source:book", "The Book", "https://example.org/book", 2024,
                                                        "page")},
        country_names={"COD": {"en": "DR Congo"}},
    )  # fmt: skip


def small_provenance() -> Provenance:
    value = Value("route:north", "capacity_t_per_year", 100_000.0, "t/yr gross", 2024, "capacity", "derived",
                  "source:book", 90_000.0, 110_000.0, "ten trains a week", "whole line")  # fmt: skip
    return Provenance({"route:north": (value,)})


def small_result(scenario: Scenario) -> Result:
    """The known answers: the baseline, north blocked, or both blocked (nothing arrives)."""
    blocked = {lever.target for lever in scenario.levers if lever.kind == "block"}
    north = 0.0 if "route:north" in blocked else 60_000.0
    south = 0.0 if "route:south" in blocked else (70_000.0 if north == 0.0 else 20_000.0)
    delivered = {CHN: 50_000.0, EU27: 30_000.0}
    if north == 0.0:
        delivered = {CHN: 50_000.0, EU27: 20_000.0} if south else {CHN: 0.0, EU27: 0.0}
    demand = {CHN: 50_000.0, EU27: 30_000.0}
    detour = 1.0 if north else 1.5

    def use(identifier: str, name: str, flow: float, capacity: float | None) -> Throughput:
        is_blocked = identifier in blocked
        return Throughput(
            identifier, name, "blocked" if is_blocked else "operating", is_blocked, capacity, flow,
            None if capacity is None else flow / capacity, None if capacity is None else capacity - flow,
            "link:a-north" if identifier == "route:north" else "", {COPPER: flow},
        )  # fmt: skip

    flows = [
        Flow(link, True, CATHODE, "COD", amount, amount)
        for link, amount in (("link:a-north", north), ("link:a-south", south))
        if amount
    ]
    markets = tuple(
        MarketResult(m, COPPER, demand[m], delivered[m], demand[m] - delivered[m],
                     200.0 * detour if delivered[m] else None, 40.0 * detour if delivered[m] else None)
        for m in (CHN, EU27)
    )  # fmt: skip
    total = north + south
    exposure = tuple(
        Exposure(m, COPPER, "route", route, flow / total)
        for m in (CHN, EU27)
        for route, flow in (("route:north", north), ("route:south", south))
        if flow
    )
    unmet = 80_000.0 - sum(delivered.values())
    reasons = (Reason(EU27, COPPER, unmet, "South carries all that it can."),) if unmet else ()
    return Result(
        status="optimal", scenario=scenario, year=scenario.year or 2024, objective_usd_per_year=1e9,
        links={n: use(n, n, f, c) for n, f, c in (("link:a-north", north, 100_000.0), ("link:a-south", south, None))},
        ports={}, gates={"gate:suez": use("gate:suez", "Suez Canal", 10_000.0, None)},
        routes={"route:north": use("route:north", "North", north, 100_000.0),
                "route:south": use("route:south", "South", south, None),
                "route:later": use("route:later", "Later", 0.0, None)},
        markets=markets, exposure=exposure, sites={}, flows=tuple(flows), reasons=reasons,
        info=SolveInfo(0.012, 7, 0, 0.0, 10, 5), data_version="small", program_version="test",
    )  # fmt: skip


class SmallEngine:
    """Known answers without waiting. ``hold`` names a lever target whose solve waits until ``release`` is set."""

    def __init__(self) -> None:
        self.hold = ""
        self.release = threading.Event()
        self.started = threading.Event()
        self.solved: list[Scenario] = []

    def atlas(self) -> Atlas:
        return small_atlas()

    def provenance(self) -> Provenance:
        return small_provenance()

    def baseline(self) -> Result:
        return small_result(Scenario())

    def solve(self, scenario: Scenario) -> Comparison:
        if self.hold and any(lever.target == self.hold for lever in scenario.levers):
            self.started.set()
            assert self.release.wait(10)
        if any(lever.target == "link:broken" for lever in scenario.levers):
            raise SolveError("The flow problem of this scenario has no answer; take the last lever away.")
        self.solved.append(scenario)
        return compare(self.baseline(), small_result(scenario))
