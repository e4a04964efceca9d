"""An invented atlas of one mine, one plant, two ports and a market on the ground of the real map."""

from __future__ import annotations

from lodeway.model.atlas import Atlas
from lodeway.model.commodity import Commodity, Form
from lodeway.model.network import Gate, Link, Market, Mine, Plant, Port, Route, Status
from lodeway.model.provenance import Confidence
from lodeway.model.result import Flow, Result, SolveInfo, Throughput
from lodeway.model.scenario import LeverUse, Scenario

FORM = "form:copper/cathode"


def mine(
    name: str,
    lon: float,
    lat: float,
    tonnes: float | None,
    *,
    confidence: Confidence = "reported",
    status: Status = "operating",
) -> Mine:
    return Mine(
        f"mine:{name.lower().replace(' ', '-')}",
        name,
        "COD",
        lon,
        lat,
        FORM,
        tonnes,
        None,
        "",
        "",
        "",
        status,
        False,
        2024,
        confidence,
        "source:own-estimate",
        "",
    )


def link(name: str, a: str, b: str, status: Status = "operating") -> Link:
    return Link(
        f"link:{name}",
        a,
        b,
        "rail",
        "tabled",
        100.0,
        1.0,
        10.0,
        1e6,
        None,
        None,
        status,
        None,
        "",
        0,
        ("COD",),
        "reported",
        "source:own-estimate",
        "",
    )


def atlas(*mines: Mine) -> Atlas:
    copper = Commodity("commodity:copper", "Copper", "Cu", "t", 9000.0, True, "", "#C4581B", {"en": "Copper"})
    cathode = Form(FORM, copper.id, "cathode", 1.0, "box", 2, True)
    port = Port(
        "port:ao-lobito",
        "Lobito",
        "AGO",
        13.547,
        -12.346,
        "AOLOB",
        ("export",),
        None,
        None,
        None,
        1.0,
        1.0,
        "reported",
        "source:own-estimate",
    )
    plant = Plant(
        "plant:p",
        "Smelter",
        "COD",
        25.6,
        -10.5,
        copper.id,
        (FORM,),
        FORM,
        300_000.0,
        None,
        1.0,
        None,
        1.0,
        "",
        "",
        "",
        "planned",
        False,
        None,
        "estimated",
        "source:own-estimate",
        "",
    )
    market = Market("market:CHN", "China", 110.0, 32.0, {copper.id: 1e6})
    gate = Gate("gate:luaudilolo", "Luau border", "border", 22.2, -10.7, ("link:lob-06",), "", False, "", "reported")
    links = {f"link:lob-{k:02}": link(f"lob-{k:02}", "mine:a", port.id) for k in range(1, 10)}
    route = Route(
        "route:lobito",
        "Lobito Corridor",
        "Lobito",
        {"zh": "洛比托走廊"},
        "mine:a",
        port.id,
        tuple((name, False) for name in sorted(links, reverse=True)),
        ("link:lob-06",),
        1700.0,
        1e6,
        "",
        None,
        None,
        None,
        "operating",
        None,
        None,
        "",
        True,
        "reported",
        "source:own-estimate",
        "",
    )
    return Atlas(
        "test",
        2024,
        {copper.id: copper},
        {FORM: cathode},
        {m.id: m for m in mines},
        {plant.id: plant},
        {port.id: port},
        {},
        {market.id: market},
        links,
        {gate.id: gate},
        {route.id: route},
        {},
        {},
        (),
        (),
        (),
        {},
        {},
    )


def flow(name: str, gross_t: float, *, forward: bool = True) -> Flow:
    return Flow(name, forward, FORM, "COD", gross_t, gross_t)


def result(*flows: Flow, blocked: str = "") -> Result:
    levers = (LeverUse("block", blocked),) if blocked else ()
    total = sum(f.gross_t for f in flows)
    route = Throughput(
        "route:lobito",
        "Lobito Corridor",
        "operating",
        blocked == "route:lobito",
        1e6,
        total,
        total / 1e6,
        1e6 - total,
        "",
        {},
    )
    links = {
        f.link: Throughput(f.link, f.link, "operating", False, 1e6, f.gross_t, f.gross_t / 1e6, None, "", {})
        for f in flows
    }
    return Result(
        "optimal",
        Scenario(levers=levers),
        2024,
        0.0,
        links,
        {},
        {},
        {"route:lobito": route},
        (),
        (),
        {},
        flows,
        (),
        SolveInfo(0.1, 1, 0, 0.0, 1, 1),
        "test",
        "0",
    )
