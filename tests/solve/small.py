"""Hand-drawn worlds for the flow model.

mine:m (AAA, concentrate)          road r1 (cheap, 60 kt gross)        plant:p (CCC)      market:A, market:B
    place:x ----------------------------------------------- port:e ~~~~~ port:i --- plant --- markets
             \\---- rail r2 (dear, 400 kt gross) ----------/        sea
"""

from __future__ import annotations

from lodeway.model.atlas import Atlas, RouteShare, TradeCell
from lodeway.model.commodity import Commodity, Form
from lodeway.model.network import Link, Market, Mine, Place, Plant, Port, Route

METAL, FEED, METAL_FORM = "commodity:tin", "form:tin/feed", "form:tin/metal"


def link(
    name: str,
    a: str,
    b: str,
    cost: float,
    *,
    kind: str = "tabled",
    mode: str = "road",
    capacity: float | None = None,
    direction: float | None = None,
    other: float | None = None,
    status: str = "operating",
    open_year: int | None = None,
) -> Link:
    """A link of 100 km and two days."""
    return Link(
        f"link:{name}", a, b, mode, kind, 100.0, 2.0, cost, capacity, direction, other, status, open_year,  # type: ignore[arg-type]
        "", 0, ("AAA",), "estimated", "source:own-estimate", "",
    )  # fmt: skip


def port(name: str, country: str, *, bulk: float | None = None) -> Port:
    """A port that does everything."""
    return Port(
        f"port:{name}", name, country, 0.0, 0.0, "", ("export", "import"), bulk, None, None, 2.0, 5.0, "estimated",
        "source:own-estimate",
    )  # fmt: skip


def mine(name: str, country: str, tonnes: float, form: str = FEED) -> Mine:
    """An operating mine."""
    return Mine(
        f"mine:{name}", name, country, 0.0, 0.0, form, tonnes, None, "", "", country, "operating", False, 2024,
        "reported", "source:own-estimate", "",
    )  # fmt: skip


def plant(name: str, country: str, tonnes: float, *, recovery: float = 1.0, secondary: float | None = None) -> Plant:
    """An operating refinery; ``tonnes`` is its output."""
    return Plant(
        f"plant:{name}", name, country, 0.0, 0.0, METAL, (FEED,), METAL_FORM, tonnes, None, recovery, secondary, 10.0,
        "", "", country, "operating", False, 2024, "reported", "source:own-estimate", "",
    )  # fmt: skip


def route(name: str, *links: str) -> Route:
    """A route marked by its first link."""
    return Route(
        f"route:{name}", name, name, {}, "place:x", "port:e", tuple((k, True) for k in links), links[:1],
        None, None, "", None, None, None, "operating", None, None, "", True, "estimated", "source:own-estimate", "",
    )  # fmt: skip


def world(
    *,
    tonnes: float = 100_000.0,
    r1: float | None = 60_000.0,
    r2: float | None = 400_000.0,
    demand: dict[str, float] | None = None,
    fraction: float = 0.5,
    extra: tuple[Link, ...] = (),
    mines: tuple[Mine, ...] = (),
    trade: tuple[TradeCell, ...] = (),
    shares: tuple[RouteShare, ...] = (),
) -> Atlas:
    """The world of the drawing; capacities are gross t/yr of the whole line."""
    wanted = {"market:A": 60_000.0, "market:B": 40_000.0} if demand is None else demand
    all_mines = mines or (mine("m", "AAA", tonnes),)
    links = (
        *(link(f"at-{m.id[5:]}", m.id, "place:x", 1.0, kind="access", mode="access") for m in all_mines),
        link("r1", "place:x", "port:e", 10.0, capacity=r1),
        link("r2", "place:x", "port:e", 30.0, mode="rail", capacity=r2),
        link("sea", "port:e", "port:i", 20.0, kind="sea", mode="sea"),
        link("in", "port:i", "plant:p", 1.0, kind="access", mode="access"),
        *(link(f"to-{m[7:].lower()}", "plant:p", m, 5.0, kind="access", mode="access") for m in sorted(wanted)),
        *extra,
    )
    markets = {m: Market(m, m[7:], 0.0, 0.0, {METAL: t}) for m, t in wanted.items()}
    return Atlas(
        data_version="small",
        year=2024,
        commodities={METAL: Commodity(METAL, "Tin", "Sn", "t Sn", 10_000.0, True, "", "#888888", {"en": "Tin"})},
        forms={
            FEED: Form(FEED, METAL, "Feed", fraction, "bulk", 0, False),
            METAL_FORM: Form(METAL_FORM, METAL, "Metal", 1.0, "box", 1, True),
        },
        mines={m.id: m for m in all_mines},
        plants={"plant:p": plant("p", "CCC", sum(wanted.values()))},
        ports={p.id: p for p in (port("e", "AAA"), port("i", "CCC"))},
        places={"place:x": Place("place:x", "x", "junction", "AAA", 0.0, 0.0, "reported", "source:own-estimate")},
        markets=markets,
        links={k.id: k for k in links},
        gates={},
        routes={r.id: r for r in (route("one", "link:r1"), route("two", "link:r2"))},
        area_of_country={"AAA": "AAA", "CCC": "CCC"},
        market_of_area={"AAA": "market:A", "CCC": "market:B"},
        totals=(),
        trade=trade,
        route_shares=shares,
        sources={},
        country_names={"AAA": {"en": "Aland"}, "CCC": {"en": "Cland"}},
    )
