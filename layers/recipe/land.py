"""Land links from ``segments.csv``, and derived, labelled access links for sites that no table joins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from layers.recipe.context import Context, SourceRow
from lodeway.geo.sphere import distance_km, split_at_antimeridian
from lodeway.model.network import USABLE, Link, Mine, Plant
from lodeway.units import HOURS_PER_DAY

ATTACH_KM = 260.0
"""A site this near to an operating place of its own country joins it; further away the tables know no way."""
SECOND_ATTACH = 2.0
"""A second place is joined where it is no further than this many times the nearest one."""
OVERLAND_KM = 4500.0
PORT_LIMIT = 3
ONE_WAY_OUT = frozenset(("place:ru-norilsk", "port:ru-dudinka", "place:cn-bayanobo", "place:mn-oyutolgoi"))
"""Places whose only way out is the tabled one: a derived overland link would bypass the Dudinka shuttle, the Bayan Obo
railway or the Gashuunsukhait road."""
NOT_A_SEAPORT = frozenset(
    ("port:cd-kalemie", "port:tz-kigoma", "port:zm-mpulungu", "port:bi-bujumbura", "port:az-alat")
)
COAST_KM, SHORE_DEG = 20.0, 0.02
"""A site belongs to every land mass this near (harbours lie on islets and quays); gaps of twice this close rivers."""
STRAIGHT_TO_MARKET_NOT = frozenset(
    ("COD", "ZMB", "CHL", "PER", "KAZ", "MNG", "LAO", "BWA", "PNG", "ARM", "MMR", "CUB", "MDG", "NCL", "MAR", "ZWE")
)
"""Producers that export what they make; elsewhere the home market takes delivery at the plant's gate."""

Position = tuple[float, float]


@dataclass(frozen=True)
class Parameters:
    """``parameters.csv`` by id."""

    rows: dict[str, SourceRow]

    def __getitem__(self, name: str) -> float:
        return self.rows[name].required_number("value")


def parameters(ctx: Context) -> Parameters:
    """The model parameters of ``parameters.csv``."""
    return Parameters({row.required("id"): row for row in ctx.rows("parameters")})


def tabled_links(ctx: Context, position: dict[str, Position], p: Parameters) -> list[Link]:
    """One link a row of ``segments.csv``; days = length / speed + border delay, cost = freight + border fee."""
    links = []
    for row in ctx.rows("segments"):
        for column in ("from_site", "to_site"):
            if row.required(column) not in position:
                raise row.error(f"'{column}' is '{row.required(column)}', which is in neither places.csv nor ports.csv")
        length, speed = row.required_number("length_km"), row.required_number("speed_kmh")
        if length <= 0 or speed <= 0:
            raise row.error("'length_km' and 'speed_kmh' must be above zero")
        per_t = row.number("cost_usd_per_t")
        cost = per_t if per_t is not None else length * row.required_number("cost_usd_per_tkm")
        border = row.text("border") or ""
        links.append(
            Link(
                id=row.required("id"),
                from_site=row.required("from_site"),
                to_site=row.required("to_site"),
                mode=row.required("mode"),  # type: ignore[arg-type]
                kind="tabled",
                length_km=length,
                days=round(
                    length / speed / HOURS_PER_DAY + (row.number("border_delay_hours") or 0.0) / HOURS_PER_DAY, 4
                ),
                cost_usd_per_t=round(cost + (p["border_usd_per_t"] if border else 0.0), 4),
                capacity_t_per_year=row.number("capacity_t_per_year"),
                direction_capacity_t_per_year=row.number("direction_capacity_t_per_year"),
                other_traffic_t_per_year=row.number("other_traffic_t_per_year"),
                status=row.required("status"),  # type: ignore[arg-type]
                open_year=_year(row),
                border=border,
                borders=1 if border else 0,
                countries=tuple((row.text("countries") or "").split(";")),
                confidence=row.required("confidence"),  # type: ignore[arg-type]
                source=row.required("source"),
                note=row.text("note") or "",
            )
        )
    return links


def _year(row: SourceRow) -> int | None:
    value = row.number("open_year")
    return None if value is None else int(value)


class Access:
    """Derived links of mines, plants and markets; all are estimates and say so."""

    def __init__(
        self,
        *,
        p: Parameters,
        position: dict[str, Position],
        country: dict[str, str],
        tabled: list[Link],
        ports: list[SourceRow],
        area: dict[str, str],
        mass: dict[str, frozenset[int]],
    ) -> None:
        """``mass`` is the land masses of a site: :func:`land_masses`."""
        self._mass = mass
        self._p, self._position, self._country, self._area = p, position, country, area
        self._operating = sorted({s for k in tabled if k.status in USABLE for s in (k.from_site, k.to_site)})
        self._ports = {row.required("id"): (row.text("roles") or "") for row in ports}
        self.links: list[Link] = []
        self.notes: dict[str, str] = {}
        self.on_tables: set[str] = set()
        self._seen: set[tuple[str, str]] = set()
        self._closed_in: set[str] = set()

    def _by_land(self, a: str, b: str) -> bool:
        return bool(self._mass[a] & self._mass[b])

    def _km(self, a: str, b: str) -> float:
        return float(distance_km(*self._position[a], *self._position[b]))

    def add(
        self,
        a: str,
        b: str,
        usd_per_tkm: float,
        why: str,
        *,
        fixed_usd: float = 0.0,
        fixed_days: float = 0.0,
        km: float | None = None,
    ) -> None:
        """A derived link; a second one between the same sites is dropped."""
        if (a, b) in self._seen or (b, a) in self._seen:
            return
        self._seen.add((a, b))
        length = round(max(1.0, self._km(a, b) * self._p["access_detour"]) if km is None else km, 1)
        self.links.append(
            Link(
                id=f"link:access-{a.replace(':', '-')}--{b.replace(':', '-')}".lower(),
                from_site=a,
                to_site=b,
                mode="access",
                kind="access",
                length_km=length,
                days=round(length / self._p["access_speed_kmh"] / HOURS_PER_DAY + fixed_days, 4),
                cost_usd_per_t=round(length * usd_per_tkm + fixed_usd, 4),
                capacity_t_per_year=None,
                direction_capacity_t_per_year=None,
                other_traffic_t_per_year=None,
                status="operating",
                open_year=None,
                border="",
                borders=0,
                countries=tuple(dict.fromkeys((self._country.get(a, ""), self._country.get(b, "")))),
                confidence="estimated",
                source="source:own-estimate",
                note=why,
            )
        )

    def site(self, site: str, port: str) -> None:
        """Join a mine or plant: the nearest operating places of its own country, else a named port, else near ports."""
        home = self._country[site]
        near = sorted(
            (self._km(site, s), s) for s in self._operating if self._country.get(s) == home and self._by_land(site, s)
        )
        near = [(km, s) for km, s in near if km <= ATTACH_KM]
        per_tkm = self._p["access_usd_per_tkm"]
        if near:
            self.on_tables.add(site)
            if near[0][1] in ONE_WAY_OUT:
                self._closed_in.add(site)
            for km, place in near[:2]:
                if km <= max(SECOND_ATTACH * near[0][0], 15.0):
                    self.add(site, place, per_tkm, "derived: nearest operating place of its own country")
        if port and not (near and near[0][0] <= 30.0):
            if port not in self._position:
                raise ValueError(f"{site}: its port '{port}' is in neither ports.csv nor places.csv")
            self.add(site, port, per_tkm, "derived: the port that serves it, named in plants.csv")
            return
        if near:
            return
        own = sorted((self._km(site, s), s) for s in self._ports if self._country[s] == home)
        by_land = [s for _, s in own if self._by_land(site, s)][:PORT_LIMIT]
        for place in by_land:
            self.add(site, place, per_tkm, "derived: near port of its own country")
        if own and not by_land:
            km, place = own[0]
            self.add(site, place, per_tkm, "derived: coastal shipping to the nearest port of its own country")
            self.notes[site] = f"joins {place}, {km:.0f} km away over water; its island has no port in the tables"
        if own:
            return
        foreign = sorted((self._km(site, s), s) for s in self._ports if s not in NOT_A_SEAPORT)
        by_land = [s for _, s in foreign if self._by_land(site, s)][:2]
        for place in by_land or [foreign[0][1]]:
            self.add(
                site,
                place,
                per_tkm,
                "derived: no port of its own country in the tables, near foreign port",
                fixed_usd=self._p["border_usd_per_t"],
                fixed_days=1.0,
            )
            km = self._km(site, place)
            self.notes[site] = f"leaves by {place}, {km:.0f} km away; its country has no port in the tables"

    def overland(self, mines: list[Mine], plants: list[Plant]) -> None:
        """Direct links inside one country between sites of one chain, unless both lie on the tables' network."""
        makers: list[tuple[str, str, str]] = [(m.id, m.form, m.country) for m in mines]
        makers += [(q.id, q.output, q.country) for q in plants]
        residual = {m.id for m in mines if m.residual} | {q.id for q in plants if q.residual}
        for site, form, home in makers:
            for plant in plants:
                if plant.country != home or form not in plant.inputs or plant.id == site:
                    continue
                if site in self.on_tables and plant.id in self.on_tables:
                    continue
                if {site, plant.id} & self._closed_in - residual or not self._by_land(site, plant.id):
                    continue
                if self._km(site, plant.id) <= OVERLAND_KM:
                    self.add(site, plant.id, self._p["overland_usd_per_tkm"], "derived: overland inside one country")

    def markets(self, market_of_area: dict[str, str], points: list[SourceRow], finals: list[tuple[str, str]]) -> None:
        """Import ports of a market's area, its listed points of delivery, and makers of its own area at their gate."""
        usd, days = self._p["inland_usd_per_t"], self._p["inland_days"]
        for port, roles in self._ports.items():
            market = market_of_area[self._area[self._country[port]]]
            if "import" in roles and market != "market:ROW":
                self.add(
                    port,
                    market,
                    0.0,
                    "derived: distribution inside the market",
                    fixed_usd=usd,
                    fixed_days=days,
                    km=200.0,
                )
        for row in points:
            self.add(
                row.required("site"),
                row.required("market"),
                0.0,
                "derived: point of delivery",
                fixed_usd=usd,
                fixed_days=days,
                km=200.0,
            )
        for site, home in finals:
            if home not in STRAIGHT_TO_MARKET_NOT:
                market = market_of_area[self._area[home]]
                self.add(site, market, 0.0, "derived: delivery at home", fixed_usd=usd, fixed_days=days, km=300.0)


def land_masses(countries: Any, position: dict[str, Position]) -> dict[str, frozenset[int]]:
    """Site id to the numbers of the land masses within ``COAST_KM`` of it, or of the nearest one; ``countries`` are
    polygons, lon/lat degrees. Two sites without a common number are parted by water.
    """
    shore = shapely.union_all(shapely.buffer(shapely.get_parts(countries), SHORE_DEG))
    masses = shapely.get_parts(shore)
    tree = shapely.STRtree(masses)
    sites = sorted(position)
    points = shapely.points([position[s] for s in sites])
    found: dict[str, set[int]] = {site: set() for site in sites}
    # a degree of longitude is shorter than one of latitude: look wide, then measure
    which, mass = tree.query(points, predicate="dwithin", distance=COAST_KM / 111.0 * 3)
    shortest = shapely.get_coordinates(shapely.shortest_line(points[which], masses[mass])).reshape(-1, 2, 2)
    away = distance_km(*shortest[:, 0].T, *shortest[:, 1].T)
    for k in np.flatnonzero(away <= COAST_KM).tolist():
        found[sites[which[k]]].add(int(mass[k]))
    nearest = tree.nearest(points)
    return {site: frozenset(found[site] or {int(nearest[k])}) for k, site in enumerate(sites)}


def any_line(ends: tuple[Position, Position]) -> Any:
    """The straight line of a derived link, split at the antimeridian; sites at one point get a line of 100 m."""
    (lon, lat), end = ends
    return split_at_antimeridian([(lon, lat), end if end != (lon, lat) else (lon + 0.001, lat)])
