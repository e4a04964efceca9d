"""Honest totals: listed sites brought to the published national output, the rest of each country as a labelled site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import shapely

from layers.recipe.context import SourceRow
from layers.recipe.tables import confidence
from lodeway.errors import RecipeError
from lodeway.model.atlas import NationalTotal
from lodeway.model.commodity import Commodity, Form
from lodeway.model.network import USABLE, Mine, Plant
from lodeway.model.provenance import OWN_ESTIMATE, Source, Value

COMPUTED = "source:computed"
SMALL_SHARE = 0.002
"""A gap below this share of the published total gets no site of its own; the listed sites carry it."""
_ASIDE = ((0.12, -0.12), (-0.12, -0.12), (0.12, 0.12), (-0.12, 0.12))


@dataclass
class Closing:
    """Sites before and after closing; ``close`` works on it in place.

    Attributes:
        mines: listed mines, then residual ones.
        plants: likewise.
        totals: the published totals that are used, areas ``WLD`` and ``OTH`` among them.
        weights: rows of ``other_producers.csv``, which share what is published for "other countries".
        scrap: rows of ``secondary.csv``, how much scrap an area's refineries use against each other.
        forms: every form by id.
        area: ISO alpha-3 to trade area.
        ground: ISO alpha-3 to the country's polygon, lon/lat degrees.
        year: the atlas year.
        values: what the closing computed, with its formula.
        gaps: what did not close, or closed by scaling, in words.
    """

    mines: list[Mine]
    plants: list[Plant]
    totals: list[NationalTotal]
    weights: list[SourceRow]
    scrap: list[SourceRow]
    forms: dict[str, Form]
    area: dict[str, str]
    ground: dict[str, Any]
    year: int
    values: list[Value] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)

    def computed(self, subject: str, name: str, tonnes: float, formula: str) -> None:
        """Keep a computed value with its formula."""
        self.values.append(
            Value(
                subject=subject,
                field=name,
                value=round(tonnes, 1),
                unit="t/yr contained",
                year=self.year,
                kind="production",
                confidence="derived",
                source=COMPUTED,
                formula=formula,
            )
        )

    def commodity_of(self, site: Mine | Plant) -> str:
        """The commodity of a site."""
        return self.forms[site.form].commodity if isinstance(site, Mine) else site.commodity


def published_totals(rows: Iterable[SourceRow], known: dict[str, Source]) -> list[NationalTotal]:
    """The rows of ``totals.csv`` that are used."""
    return [
        NationalTotal(
            commodity=row.required("commodity"),
            area=row.required("area"),
            stage=row.required("stage"),
            year=int(row.required_number("year")),
            tonnes_per_year=row.required_number("tonnes_per_year"),
            confidence=confidence(row, known),
            source=row.required("source"),
        )
        for row in rows
        if row.required("used") == "1"
    ]


def close(closing: Closing, commodities: Sequence[Commodity]) -> None:
    """Close every solved commodity; the others keep their listed sites only."""
    for commodity in sorted(c.id for c in commodities if c.solved):
        _close_mines(closing, commodity)
        _close_plants(closing, commodity)
        _secondary(closing, commodity)


def targets(closing: Closing, commodity: str, stage: str) -> dict[str, float]:
    """Area to published tonnes, "other countries" shared by the weights; leached cathode of mines counts as refined."""
    rows = {t.area: t.tonnes_per_year for t in closing.totals if (t.commodity, t.stage) == (commodity, stage)}
    world = rows.pop("WLD", None)
    if stage == "refined" and world is not None:
        own = mine_finals(closing, commodity)
        rows = {area: max(rows.get(area, 0.0), own.get(area, 0.0)) for area in {*rows, *own}}
        rows["OTH"] = max(world - sum(rows[area] for area in sorted(rows)), 0.0)
    other = rows.pop("OTH", 0.0)
    weights = _weights(closing, commodity, stage)
    whole = sum(row.required_number("weight_t") for row in weights)
    for row in weights:
        country = row.required("country")
        key = country if stage == "mine" else closing.area[country]
        rows[key] = rows.get(key, 0.0) + other * row.required_number("weight_t") / whole
    return rows


def mine_finals(closing: Closing, commodity: str) -> dict[str, float]:
    """What mines ship in a form that markets consume (leached cathode), by trade area."""
    made: defaultdict[str, float] = defaultdict(float)
    for mine in closing.mines:
        if closing.commodity_of(mine) == commodity and closing.forms[mine.form].final and mine.status in USABLE:
            made[closing.area[mine.country]] += mine.production_t_per_year or 0.0
    return dict(made)


def _weights(closing: Closing, commodity: str, stage: str) -> list[SourceRow]:
    return [r for r in closing.weights if (r.required("commodity"), r.required("stage")) == (commodity, stage)]


def _word(commodity: str) -> str:
    return commodity.removeprefix("commodity:")


def _close_mines(closing: Closing, commodity: str) -> None:
    published = targets(closing, commodity, "mine")
    form_of = {row.required("country"): row.required("form") for row in _weights(closing, commodity, "mine")}
    own = [m for m in closing.mines if closing.commodity_of(m) == commodity]
    for country in sorted(set(published) | {m.country for m in own}):
        members = [m for m in own if m.country == country and m.status in USABLE and m.production_t_per_year]
        listed = sum(m.production_t_per_year or 0.0 for m in members)
        target = published.get(country)
        if target is None:
            if listed:
                closing.gaps.append(
                    f"{commodity} mines of {country}: {listed:,.0f} t listed, no published total; kept as listed"
                )
            continue
        rest = target - listed
        if rest > SMALL_SHARE * target:
            form = form_of.get(country) or _residual_form(closing, commodity, country, members)
            _add_mine(closing, country, form, members, rest)
            closing.computed(
                closing.mines[-1].id,
                "production_t_per_year",
                rest,
                f"{target:,.0f} t published for {country} - {listed:,.0f} t listed",
            )
        elif rest:
            _scale_mines(closing, country, members, target, listed)
            if listed > target:
                closing.gaps.append(
                    f"{commodity} mines of {country}: {listed:,.0f} t listed over {target:,.0f} t published; all scaled"
                )


def _scale_mines(closing: Closing, country: str, members: list[Mine], target: float, listed: float) -> None:
    for mine in members:
        before = mine.production_t_per_year or 0.0
        after = before * target / listed
        closing.mines[closing.mines.index(mine)] = replace(
            mine,
            production_t_per_year=after,
            confidence="estimated" if mine.confidence == "estimated" else "derived",
        )
        closing.computed(
            mine.id,
            "production_t_per_year",
            after,
            f"{before:,.0f} t of the row x {target:,.0f} t published / {listed:,.0f} t listed in {country}",
        )


def _add_mine(closing: Closing, country: str, form: str, members: list[Mine], tonnes: float) -> None:
    commodity = closing.forms[form].commodity
    lon, lat = _spot(closing, country, members)
    closing.mines.append(
        Mine(
            id=f"mine:rest-of-{country.lower()}-{_word(commodity)}",
            name=f"Rest of {country}: {_word(commodity)} mines",
            country=country,
            lon=lon,
            lat=lat,
            form=form,
            production_t_per_year=tonnes,
            capacity_t_per_year=None,
            operator="several",
            owner="several",
            owner_country="",
            status="operating",
            residual=True,
            year=closing.year,
            confidence="derived",
            source=COMPUTED,
            note="published national output less the mines listed; one symbolic point",
        )
    )


def _residual_form(closing: Closing, commodity: str, country: str, members: list[Mine]) -> str:
    """What the rest of a country ships: mostly what its listed mines ship, but leach products in the DRC."""
    leached = {"commodity:copper": "form:copper/cathode", "commodity:cobalt": "form:cobalt/hydroxide"}
    if country == "COD" and commodity in leached:
        return leached[commodity]
    tonnes: defaultdict[str, float] = defaultdict(float)
    for mine in members:
        if closing.forms[mine.form].stage == 0:
            tonnes[mine.form] += mine.production_t_per_year or 0.0
    if tonnes:
        return max(sorted(tonnes), key=lambda form: tonnes[form])
    if commodity == "commodity:cobalt" and country in ("IDN", "PHL", "TUR"):
        return "form:cobalt/mhp"
    usual = f"form:{_word(commodity)}/concentrate"
    if usual in closing.forms:
        return usual
    return min((f for f in closing.forms.values() if f.commodity == commodity), key=lambda f: (f.stage, f.id)).id


def _spot(closing: Closing, country: str, members: Sequence[Mine | Plant]) -> tuple[float, float]:
    """Slightly aside of the largest listed site, inside the country; without listed sites a point well inside."""
    ground = closing.ground[country]
    if members:
        largest = max(members, key=lambda site: (site.production_t_per_year or 0.0, site.id))
        for dx, dy in _ASIDE:
            lon, lat = round(largest.lon + dx, 4), round(largest.lat + dy, 4)
            if shapely.contains_xy(ground, lon, lat):
                return lon, lat
    point = shapely.point_on_surface(max(shapely.get_parts(ground), key=lambda part: part.area))
    return round(point.x, 3), round(point.y, 3)


def _close_plants(closing: Closing, commodity: str) -> None:
    published = targets(closing, commodity, "refined")
    from_mines = mine_finals(closing, commodity)
    own = [p for p in closing.plants if p.commodity == commodity and closing.forms[p.output].final]
    raw = any(f.commodity == commodity and not f.final for f in closing.forms.values())
    for area in sorted(set(published) | {closing.area[p.country] for p in own}):
        # a plant beside a brine field ships what the field's row already counts
        fed = [p for p in own if p.inputs or not raw]
        members = [p for p in fed if closing.area[p.country] == area and p.status in USABLE]
        target = published.get(area, 0.0)
        need = max(target - from_mines.get(area, 0.0), 0.0)
        if not need and members:
            closing.gaps.append(f"{commodity} plants of {area}: no published total; they make nothing in the baseline")
        made = _use_plants(closing, area, members, need, target)
        if need - made > SMALL_SHARE * target:
            _add_plant(closing, commodity, area, members, need - made)
            closing.computed(
                closing.plants[-1].id,
                "production_t_per_year",
                need - made,
                f"{target:,.0f} t published for {area} - {target - need + made:,.0f} t of listed plants and mines",
            )


def _use_plants(closing: Closing, area: str, members: list[Plant], need: float, target: float) -> float:
    """Plants with a known output make it, the others an equal share of their capacity; returns what they make."""
    known = sum(p.production_t_per_year or 0.0 for p in members)
    spare = sum(p.capacity_t_per_year or 0.0 for p in members if p.production_t_per_year is None)
    use_known = min(1.0, need / known) if known else 1.0
    use_spare = min(1.0, max(need - known, 0.0) / spare) if spare else 0.0
    gap = need - known * use_known - spare * use_spare
    lift = need / (need - gap) if 0.0 < gap <= SMALL_SHARE * target and gap < need else 1.0
    made = 0.0
    for plant in members:
        output = plant.production_t_per_year
        tonnes = (output * use_known if output is not None else (plant.capacity_t_per_year or 0.0) * use_spare) * lift
        made += tonnes
        closing.plants[closing.plants.index(plant)] = replace(
            plant,
            production_t_per_year=tonnes,
            confidence="derived" if tonnes != output and plant.confidence == "reported" else plant.confidence,
        )
        if tonnes != output:
            formula = f"share of the {need:,.0f} t that plants of {area} make of its published {target:,.0f} t refined"
            closing.computed(plant.id, "production_t_per_year", tonnes, formula)
    return made


def _add_plant(closing: Closing, commodity: str, area: str, members: list[Plant], tonnes: float) -> None:
    country = max(members, key=lambda p: p.production_t_per_year or 0.0).country if members else area
    lon, lat = _spot(closing, country, members)
    finals = [p for p in closing.plants if p.commodity == commodity and closing.forms[p.output].final]
    named = {closing.area[r.required("country")]: r.required("form") for r in _weights(closing, commodity, "refined")}
    like = next((p for p in finals if p.output == named.get(area)), finals[0])
    raw = sorted(f.id for f in closing.forms.values() if f.commodity == commodity and not f.final)
    closing.plants.append(
        Plant(
            id=f"plant:rest-of-{area.lower()}-{_word(commodity)}",
            name=f"Rest of {area}: {_word(commodity)} refineries",
            country=country,
            lon=lon,
            lat=lat,
            commodity=commodity,
            inputs=tuple(raw),
            output=like.output,
            production_t_per_year=tonnes,
            capacity_t_per_year=None,
            recovery=like.recovery,
            secondary_t_per_year=None,
            processing_usd_per_t=like.processing_usd_per_t,
            port=next((p.port for p in members), ""),
            operator="several",
            owner_country="",
            status="operating",
            residual=True,
            year=closing.year,
            confidence="derived",
            source=COMPUTED,
            note="published refined output less the plants listed and the mines' own cathode; one symbolic point",
        )
    )
    for name, value, unit in (
        ("recovery", like.recovery, "t out / t in"),
        ("processing_usd_per_t", like.processing_usd_per_t, "USD/t"),
    ):
        closing.values.append(
            Value(
                subject=closing.plants[-1].id,
                field=name,
                value=value,
                unit=unit,
                year=None,
                kind="parameter",
                confidence="estimated",
                source=OWN_ESTIMATE,
                formula=f"as {like.id}",
            )
        )


def _secondary(closing: Closing, commodity: str) -> None:
    """Scrap closes the world: what refineries make beyond the feed of all mines, by output and weight of the area."""
    weight = {
        r.required("area"): r.required_number("weight") for r in closing.scrap if r.required("commodity") == commodity
    }
    usable = [p for p in closing.plants if p.commodity == commodity and p.status in USABLE and p.production_t_per_year]
    members = [p for p in usable if closing.forms[p.output].final]
    smelters = [p for p in usable if not closing.forms[p.output].final]
    mined = sum(
        m.production_t_per_year or 0.0
        for m in closing.mines
        if closing.commodity_of(m) == commodity and not closing.forms[m.form].final and m.status in USABLE
    )
    if not any(p.production_t_per_year for p in members):
        return
    lost = sum((p.production_t_per_year or 0.0) * (1.0 / p.recovery - 1.0) for p in smelters)
    output = sum(p.production_t_per_year or 0.0 for p in members)
    base = {p.id: (p.production_t_per_year or 0.0) * weight.get(closing.area[p.country], 0.0) for p in members}
    # scrap S = sum of output - recovery x feed, and scrap itself needs no feed: S = share x base
    wanted = sum((p.production_t_per_year or 0.0) / p.recovery for p in members)
    relief = sum(base[p.id] / p.recovery for p in members)
    share = max(0.0, (wanted - (mined - lost)) / relief) if relief else 0.0
    scrap = share * sum(base.values())
    closing.gaps.append(
        f"{commodity}: refineries make {output:,.0f} t, mines feed them {mined - lost:,.0f} t, "
        f"so {scrap:,.0f} t ({scrap / output:.1%}) of their output is secondary"
    )
    for plant in members:
        tonnes = share * base[plant.id]
        if tonnes > (plant.production_t_per_year or 0.0):
            raise RecipeError(
                f"secondary.csv: {plant.id} would make more of scrap than it makes at all; lower the weight of its area"
            )
        closing.plants[closing.plants.index(plant)] = replace(plant, secondary_t_per_year=tonnes)
        formula = (
            f"output x weight of its area in secondary.csv x {share:.4f}, which closes the world: refineries make "
            f"{output:,.0f} t, mines feed them {mined:,.0f} t less {lost:,.0f} t lost in smelters"
        )
        closing.computed(plant.id, "secondary_t_per_year", tonnes, formula)
