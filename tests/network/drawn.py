"""Networks drawn in characters.

    k--d--t~~~L        a letter is a site: small = place, capital = port
          |            - | a tabled link   ~ a sea leg   = a lane of a gate   . : a planned link
          z            each character of a link is 100 km (a row of a column link, too)

Letters in ``kinds`` are of another kind: ``{"m": "mine"}`` makes ``m`` the site ``mine:m``.
"""

from __future__ import annotations

from lodeway.model.atlas import Atlas
from lodeway.model.commodity import Commodity, Form
from lodeway.model.network import Gate, Link, Market, Mine, Place, Plant, Port, Route

LINKS = {"-": "tabled", "|": "tabled", ".": "planned", ":": "planned", "~": "sea", "=": "gate"}
OWN = "source:own-estimate"
ACROSS, DOWN = "-.~=", "|:"


def draw(
    picture: str,
    *,
    kinds: dict[str, str] | None = None,
    gates: dict[str, tuple[str, ...]] | None = None,
    closed: frozenset[str] = frozenset(),
    routes: dict[str, tuple[str, ...]] | None = None,
    exits: frozenset[str] = frozenset(),
    countries: dict[str, str] | None = None,
    extra: tuple[tuple[str, str, float], ...] = (),
) -> Atlas:
    """The atlas of a picture; links are called by their ends in order of the alphabet (``link:dk``).

    ``gates`` and ``routes``: name to letter pairs of links; ``extra``: (letter, letter, km) of links that are not
    drawn, called ``link:ab-2``.
    """
    rows = [line for line in picture.splitlines() if line.strip()]
    grid = {(x, y): c for y, line in enumerate(rows) for x, c in enumerate(line) if c != " "}
    ids = {c: site_id(c, (kinds or {}).get(c)) for c in grid.values() if c.isalpha()}
    country = {ids[c]: iso for c, iso in (countries or {}).items()}
    found: list[tuple[str, str, str, float]] = []
    for (x, y), c in grid.items():
        if not c.isalpha():
            continue
        for (dx, dy), chars in (((1, 0), ACROSS), ((0, 1), DOWN)):
            first = grid.get((x + dx, y + dy), " ")
            if first not in chars:
                continue
            n = 1
            while grid.get((x + dx * (n + 1), y + dy * (n + 1))) == first:
                n += 1
            other = grid[x + dx * (n + 1), y + dy * (n + 1)]
            found.append((c, other, LINKS[first], 100.0 * n))
    links = [_link(ids, f"link:{''.join(sorted((a, b)))}", a, b, kind, km) for a, b, kind, km in found]
    links += [_link(ids, f"link:{''.join(sorted((a, b)))}-2", a, b, "tabled", km) for a, b, km in extra]
    by_kind: dict[str, dict[str, object]] = {}
    for (x, y), c in grid.items():
        if c.isalpha():
            kind = ids[c].partition(":")[0]
            by_kind.setdefault(kind, {})[ids[c]] = _site(kind, ids[c], country.get(ids[c], ""), float(x), float(-y))
    return Atlas(
        data_version="drawn",
        year=2024,
        commodities={
            "commodity:copper": Commodity("commodity:copper", "Copper", "Cu", "t", 9000.0, True, "", "#000000", {})
        },
        forms={
            "form:copper/ore": Form("form:copper/ore", "commodity:copper", "Ore", 0.25, "bulk", 0, False),
            "form:copper/metal": Form("form:copper/metal", "commodity:copper", "Metal", 1.0, "box", 1, True),
        },
        mines=by_kind.get("mine", {}),  # type: ignore[arg-type]
        plants=by_kind.get("plant", {}),  # type: ignore[arg-type]
        ports=by_kind.get("port", {}),  # type: ignore[arg-type]
        places=by_kind.get("place", {}),  # type: ignore[arg-type]
        markets=by_kind.get("market", {}),  # type: ignore[arg-type]
        links={link.id: link for link in links},
        gates={
            f"gate:{name}": Gate(
                f"gate:{name}",
                name,
                "strait",
                0,
                0,
                tuple(f"link:{p}" for p in pairs),
                "",
                name in closed,
                "",
                "derived",
            )
            for name, pairs in (gates or {}).items()
        },
        routes={f"route:{n}": _route(n, pairs, n in exits) for n, pairs in (routes or {}).items()},
        area_of_country={"DEU": "EU27", "FRA": "EU27", "COD": "COD"},
        market_of_area={},
        totals=(),
        trade=(),
        route_shares=(),
        sources={},
        country_names={},
    )


def site_id(letter: str, kind: str | None = None) -> str:
    return f"{kind or ('port' if letter.isupper() else 'place')}:{letter.lower()}"


def _link(ids: dict[str, str], name: str, a: str, b: str, kind: str, km: float) -> Link:
    planned = kind == "planned"
    real = "tabled" if planned else kind
    mode = {"tabled": "rail"}.get(real, real)
    return Link(
        name, ids[a], ids[b], mode, real, km, km / 500, km * 0.05, None, None, None,  # type: ignore[arg-type]
        "planned" if planned else "operating", 2030 if planned else None, "", 0, (), "estimated", OWN, "",
    )  # fmt: skip


def _route(name: str, pairs: tuple[str, ...], leaves: bool) -> Route:
    markers = tuple(f"link:{p}" for p in pairs)
    return Route(
        f"route:{name}", name, name, {}, "", "", tuple((m, True) for m in markers), markers, None, None, "", None, None,
        None, "operating", None, None, "", leaves, "estimated", OWN, "",
    )  # fmt: skip


def _site(kind: str, site: str, country: str, lon: float, lat: float) -> object:
    if kind == "port":
        return Port(site, site, country, lon, lat, "", ("export",), None, None, None, 1.0, 1.0, "estimated", OWN)
    if kind == "place":
        return Place(site, site, "town", country, lon, lat, "estimated", OWN)
    if kind == "market":
        return Market(site, site, lon, lat, {"commodity:copper": 1.0})
    if kind == "mine":
        return Mine(
            site, site, country, lon, lat, "form:copper/ore", 1.0, None, "", "", "", "operating", False, None,
            "estimated", OWN, "",
        )  # fmt: skip
    return Plant(
        site, site, country, lon, lat, "commodity:copper", ("form:copper/ore",), "form:copper/metal", 1.0, None,
        1.0, None, 0.0, "", "", "", "operating", False, None, "estimated", OWN, "",
    )  # fmt: skip
