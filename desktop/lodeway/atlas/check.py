"""What the atlas promises about itself, checked on the shipped files each time it is asked.

A promise that does not hold is either a failure or a known defect: the table ``exceptions`` of ``atlas.gpkg`` names
those, each with its reason, and an exception that is no longer needed is a failure too.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import shapely

from lodeway.atlas.gpkg_check import problems
from lodeway.atlas.reader import atlas_path, load_atlas, load_provenance
from lodeway.atlas.vector import open_gpkg, read_layer
from lodeway.errors import DataError
from lodeway.model.atlas import Atlas, Provenance
from lodeway.model.network import USABLE, Mine, Place, Plant, Port
from lodeway.model.provenance import OWN_ESTIMATE

LAYER_FILES = ("base.gpkg", "transport.gpkg", "maritime.gpkg", "atlas.gpkg")
BALANCE_TOLERANCE = 0.01
NEAR_DEG = 0.1
"""How far (about 10 km) a site may stand off the drawn ground of its country: quays, islets, border posts."""
MAX_SHOWN = 8
SITE_FIELDS = {
    "mines": "production_t_per_year capacity_t_per_year",
    "plants": "production_t_per_year capacity_t_per_year secondary_t_per_year recovery processing_usd_per_t",
    "ports": "bulk_capacity_t_per_year box_capacity_teu_per_year max_draft_m dwell_days handling_usd_per_t",
    "links": "length_km days cost_usd_per_t capacity_t_per_year direction_capacity_t_per_year other_traffic_t_per_year",
    "routes": "length_km capacity_t_per_year current_t_per_year transit_days cost_usd_per_t "
    "planned_capacity_t_per_year",
    "forms": "contained_fraction",
    "commodities": "price_usd_per_t",
}
"""Numbers on the screen, each of which must have a value row."""


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One promise: its name, whether it holds, and in words what was counted or what is wrong."""

    rule: str
    ok: bool
    detail: str


NOTE = "note"
"""Rule of those exceptions that no check can find, told to the reader all the same."""
Faults = Iterator[tuple[str, str]]
"""(subject id, what is wrong with it in words)."""


def check(layers: Path | None = None) -> list[CheckLine]:
    """All data checks of the layers in a folder (default: the shipped one); raises :class:`DataError` for no atlas."""
    file = atlas_path(None if layers is None else layers / "atlas.gpkg")
    atlas, provenance = load_atlas(file), load_provenance(file)
    excused = _exceptions(file)
    found = {rule: list(faults(atlas, provenance, file.parent)) for rule, faults in RULES.items()}
    lines = [_files(file.parent), _counts(atlas, provenance)]
    for rule, faults in found.items():
        wrong = [f"{subject}: {words}" for subject, words in faults if (rule, subject) not in excused]
        known = len(faults) - len(wrong)
        held = f"holds but for {known} known defect{'s' if known > 1 else ''}" if known else "holds"
        lines.append(CheckLine(rule, not wrong, _shown(wrong) or held))
    for (rule, subject), reason in sorted(excused.items()):
        needed = rule == NOTE or any(subject == faulty for faulty, _ in found.get(rule, []))
        words = reason if needed else "this exception is no longer needed; take it out of exceptions.csv"
        lines.append(CheckLine(f"known defect: {rule}", needed, f"{subject}: {words}"))
    return lines + _gaps(file)


def _shown(items: list[str]) -> str:
    more = f"; and {len(items) - MAX_SHOWN} more" if len(items) > MAX_SHOWN else ""
    return "; ".join(items[:MAX_SHOWN]) + more


def _exceptions(file: Path) -> dict[tuple[str, str], str]:
    with open_gpkg(file) as db:
        try:
            return {(r, s): why for r, s, why in db.execute('SELECT "check", subject, reason FROM exceptions')}
        except sqlite3.Error as error:
            raise DataError(f"{file} has no table of exceptions ({error}); put back the shipped file.") from error


def _gaps(file: Path) -> list[CheckLine]:
    """What did not close, and sites with unusual access: told, not failed."""
    with open_gpkg(file) as db:
        rows = list(db.execute("SELECT site, note FROM site_notes"))
    return [
        CheckLine("told: " + ("access" if site else "totals"), True, f"{site}: {note}" if site else note)
        for site, note in rows
    ]


def _files(folder: Path) -> CheckLine:
    wrong: list[str] = []
    for name in LAYER_FILES:
        try:
            wrong += problems(folder / name)
        except DataError as error:
            wrong.append(str(error))
    return CheckLine("layers are valid GeoPackages", not wrong, _shown(wrong) or ", ".join(LAYER_FILES))


def _counts(atlas: Atlas, provenance: Provenance) -> CheckLine:
    tables = (
        "commodities",
        "forms",
        "mines",
        "plants",
        "ports",
        "places",
        "markets",
        "links",
        "gates",
        "routes",
        "sources",
    )
    counts = {name: len(getattr(atlas, name)) for name in tables} | {
        "values": sum(map(len, provenance.values.values()))
    }
    solved = sorted(c.name for c in atlas.commodities.values() if c.solved)
    text = ", ".join(f"{n} {name}" for name, n in counts.items())
    return CheckLine("nothing is empty", all(counts.values()) and bool(solved), f"{text}; solved: {', '.join(solved)}")


def _sourced(atlas: Atlas, provenance: Provenance, _: Path) -> Faults:
    records: Iterable[object] = (
        *atlas.sites.values(), *atlas.links.values(), *atlas.gates.values(), *atlas.routes.values(), *atlas.totals,
        *atlas.trade, *atlas.route_shares, *(v for values in provenance.values.values() for v in values),
    )  # fmt: skip
    for record in records:
        source, confidence = getattr(record, "source", None), getattr(record, "confidence", None)
        name = str(getattr(record, "id", getattr(record, "subject", record)))
        if source is None:
            continue
        if source not in atlas.sources:
            yield name, f"its source {source} is not in the atlas"
        elif confidence not in ("reported", "derived", "estimated"):
            yield name, f"'{confidence}' is no confidence"
        elif source == OWN_ESTIMATE and confidence != "estimated":
            yield name, f"an own estimate that says '{confidence}'"
    for key, page in atlas.sources.items():
        if page.kind in ("page", "dataset", "package") and not page.address:
            yield key, "a source that was read, without its address"


def _numbers(atlas: Atlas, provenance: Provenance, _: Path) -> Faults:
    for table, fields in SITE_FIELDS.items():
        for key, record in getattr(atlas, table).items():
            told = {v.field: v.value for v in provenance.values.get(key, ())}
            for field in fields.split():
                number = getattr(record, field)
                if number is None:
                    continue
                if field not in told:
                    yield key, f"{field} {number:g} has no value row"
                elif abs(float(told[field] or 0.0) - number) > 0.06 + 1e-6 * abs(number):
                    yield key, f"{field} is {number:g}, its value row says {told[field]}"
    for market in atlas.markets.values():
        told = {v.field: v.value for v in provenance.values.get(market.id, ())}
        for commodity in market.demand_t_per_year:
            if f"{commodity.removeprefix('commodity:')} demand" not in told:
                yield market.id, f"demand of {commodity} has no value row"


def _ranges(_: Atlas, provenance: Provenance, __: Path) -> Faults:
    for subject, values in provenance.values.items():
        for v in values:
            if not isinstance(v.value, float):
                continue
            if v.confidence == "estimated" and (v.low is None or v.high is None):
                yield subject, f"{v.field} is an estimate without a range"
            elif (v.low is not None and v.low > v.value + 1e-9) or (v.high is not None and v.high < v.value - 1e-9):
                yield subject, f"{v.field} {v.value:g} is outside its range {v.low} to {v.high}"


def _forms(atlas: Atlas, _: Provenance, __: Path) -> Faults:
    for mine in atlas.mines.values():
        if mine.form not in atlas.forms:
            yield mine.id, f"ships the unknown form {mine.form}"
    for plant in atlas.plants.values():
        for form in plant.inputs:
            if form not in atlas.forms or atlas.forms[form].commodity != plant.commodity:
                yield plant.id, f"takes {form}, no form of {plant.commodity}"
            elif atlas.forms[form].stage >= atlas.forms[plant.output].stage:
                yield plant.id, f"makes {plant.output} of {form}, which comes later in the chain"
        if plant.port and plant.port not in atlas.ports and plant.port not in atlas.places:
            yield plant.id, f"is served by the unknown port {plant.port}"
        solved = atlas.commodities[plant.commodity].solved and plant.status in USABLE
        unfed = (plant.production_t_per_year or 0.0) - (plant.secondary_t_per_year or 0.0)
        if solved and not plant.inputs and unfed > 1e-6 * (plant.production_t_per_year or 0.0):
            yield plant.id, "takes no form that a mine ships, and makes more than its own feed gives"


def _links(atlas: Atlas, _: Provenance, __: Path) -> Faults:
    sites = atlas.sites
    for link in atlas.links.values():
        for end in (link.from_site, link.to_site):
            if end not in sites:
                yield link.id, f"ends at the unknown site {end}"
        if not (link.length_km >= 0 and link.days > 0 and link.cost_usd_per_t >= 0):
            yield link.id, f"length {link.length_km} km, {link.days} days, {link.cost_usd_per_t} USD/t"
        whole, one = link.capacity_t_per_year, link.direction_capacity_t_per_year
        if whole is not None and (whole <= 0 or (one is not None and one > whole)):
            yield link.id, f"whole line {whole:,.0f} t/yr, one direction {one}"
        if whole is not None and (link.other_traffic_t_per_year or 0.0) > whole:
            yield link.id, f"other traffic {link.other_traffic_t_per_year:,.0f} over capacity {whole:,.0f} t/yr"


def _joined(atlas: Atlas, _: Provenance, __: Path) -> Faults:
    """Every site that could ship or take cargo reaches the one component that holds the markets."""
    near: defaultdict[str, list[str]] = defaultdict(list)
    for link in atlas.links.values():
        if link.status in USABLE:
            near[link.from_site].append(link.to_site)
            near[link.to_site].append(link.from_site)
    seen: set[str] = set()
    todo = [next(iter(atlas.markets))]
    while todo:
        here = todo.pop()
        if here not in seen:
            seen.add(here)
            todo += near[here]
    for table in (atlas.mines, atlas.plants, atlas.ports, atlas.markets):
        for site in table:
            if site not in seen:
                yield site, "reaches no market over links that carry cargo"


def _routes(atlas: Atlas, _: Provenance, __: Path) -> Faults:
    for route in atlas.routes.values():
        here, length = route.from_site, 0.0
        for name, forward in route.links:
            link = atlas.links[name]
            start, end = (link.from_site, link.to_site) if forward else (link.to_site, link.from_site)
            if start != here:
                yield route.id, f"{name} starts at {start}, not at {here}"
            here, length = end, length + link.length_km
        if not route.links:
            yield route.id, "has no links"
        elif here != route.to_site:
            yield route.id, f"ends at {here}, not at {route.to_site}"
        elif route.length_km and abs(length / route.length_km - 1.0) > 0.1:
            yield route.id, f"its links are {length:,.0f} km long, published are {route.length_km:,.0f} km"
        for marker in route.markers:
            if marker not in atlas.links:
                yield route.id, f"marker {marker} is no link"


def _grounded(atlas: Atlas, _: Provenance, layers: Path) -> Faults:
    layer = read_layer(layers / "base.gpkg", "countries_l2")
    ground = dict(zip(layer.fields["iso_a3"], layer.geometry, strict=True))
    sites: list[Mine | Plant | Port | Place] = [*atlas.mines.values(), *atlas.plants.values()]
    sites += [*atlas.ports.values(), *atlas.places.values()]
    for site in sites:
        if site.country and site.country not in ground:
            yield site.id, f"its country {site.country} is not in base.gpkg"
        elif site.country:
            away = float(shapely.distance(ground[site.country], shapely.Point(site.lon, site.lat)))
            if away > NEAR_DEG:
                yield site.id, f"stands {away * 111:.0f} km outside {site.country}"


def modelled_output(atlas: Atlas, commodity: str, stage: str) -> dict[str, float]:
    """Area to what its operating sites make, t/yr: ``mine`` by country, ``refined`` (final forms) by trade area."""
    made: defaultdict[str, float] = defaultdict(float)
    for mine in atlas.mines.values():
        form = atlas.forms[mine.form]
        if form.commodity == commodity and mine.status in USABLE and (stage == "mine" or form.final):
            area = mine.country if stage == "mine" else atlas.area_of_country[mine.country]
            made[area] += mine.production_t_per_year or 0.0
    if stage == "refined":
        for plant in atlas.plants.values():
            if plant.commodity == commodity and atlas.forms[plant.output].final and plant.status in USABLE:
                made[atlas.area_of_country[plant.country]] += plant.production_t_per_year or 0.0
    return dict(made)


def _balances(atlas: Atlas, _: Provenance, __: Path) -> Faults:
    for commodity in sorted(c.id for c in atlas.commodities.values() if c.solved):
        for stage in ("mine", "refined"):
            made = modelled_output(atlas, commodity, stage)
            made["WLD"] = sum(made.values())
            for total in atlas.totals:
                if (total.commodity, total.stage) != (commodity, stage) or total.area == "OTH":
                    continue
                here = made.get(total.area, 0.0)
                if abs(here - total.tonnes_per_year) > BALANCE_TOLERANCE * total.tonnes_per_year:
                    yield (
                        f"{commodity} {stage} {total.area}",
                        f"{here:,.0f} t modelled, {total.tonnes_per_year:,.0f} t published",
                    )


def _feeds(atlas: Atlas, _: Provenance, __: Path) -> Faults:
    """What mines ship unrefined covers what refineries take beyond their scrap; a surplus is stock and no fault."""
    for commodity in sorted(c.id for c in atlas.commodities.values() if c.solved):
        mines = [m for m in atlas.mines.values() if atlas.forms[m.form].commodity == commodity and m.status in USABLE]
        plants = [p for p in atlas.plants.values() if p.commodity == commodity and p.status in USABLE]
        feed = sum(m.production_t_per_year or 0.0 for m in mines if not atlas.forms[m.form].final)
        wanted = sum(
            ((p.production_t_per_year or 0.0) - (p.secondary_t_per_year or 0.0)) / p.recovery
            for p in plants
            if atlas.forms[p.output].final
        )
        if feed < wanted * (1.0 - BALANCE_TOLERANCE):
            yield commodity, f"mines ship {feed:,.0f} t, refineries want {wanted:,.0f} t"


def _trade(atlas: Atlas, _: Provenance, __: Path) -> Faults:
    """Exports of a form do not exceed what its origin area can make of it (mines, plants by output or capacity)."""
    made: defaultdict[tuple[str, str], float] = defaultdict(float)
    for mine in atlas.mines.values():
        if mine.status in USABLE:
            made[mine.form, atlas.area_of_country[mine.country]] += mine.production_t_per_year or 0.0
    for plant in atlas.plants.values():
        if plant.status in USABLE:
            known = plant.production_t_per_year
            output = plant.capacity_t_per_year if known is None else known
            made[plant.output, atlas.area_of_country[plant.country]] += output or 0.0
    sold: defaultdict[tuple[str, str], float] = defaultdict(float)
    for cell in atlas.trade:
        if atlas.commodities[atlas.forms[cell.form].commodity].solved:
            sold[cell.form, cell.origin] += cell.tonnes_per_year
    for (form, origin), tonnes in sorted(sold.items()):
        if tonnes > made[form, origin] * (1.0 + BALANCE_TOLERANCE):
            yield f"{form} {origin}", f"{tonnes:,.0f} t of exports, {made[form, origin]:,.0f} t made"


RULES: dict[str, Callable[[Atlas, Provenance, Path], Faults]] = {
    "every value has a source and a known confidence": _sourced,
    "every number on the screen has a value row": _numbers,
    "estimates carry a range around their value": _ranges,
    "forms of a chain fit together": _forms,
    "links join sites and have a length, a time and a cost": _links,
    "sites reach the markets": _joined,
    "routes are chains of links from end to end": _routes,
    "sites stand in their country": _grounded,
    "solved commodities make what is published, within 1 %": _balances,
    "refineries of solved commodities have their feed": _feeds,
    "reference trade does not exceed what the origin makes": _trade,
}
"""Promise to the function that yields what breaks it."""
