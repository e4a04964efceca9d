"""Groups: a form with the area it comes from, its sources, and the sinks that take it."""

from __future__ import annotations

from dataclasses import dataclass

from lodeway.errors import DataError
from lodeway.model.atlas import Atlas
from lodeway.model.commodity import Form
from lodeway.model.network import USABLE, Mine, Plant


@dataclass(frozen=True, slots=True)
class Group:
    """Cargo of one form and origin area. ``sources`` are mines and plants that give it."""

    form: Form
    origin: str
    sources: tuple[str, ...]

    @property
    def label(self) -> str:
        """Form and origin in one word."""
        return f"{self.form.id}@{self.origin}"


@dataclass(frozen=True, slots=True)
class Chain:
    """What of the atlas is solved: commodities, working mines and plants, groups and sinks."""

    commodities: tuple[str, ...]
    price_usd_per_t: dict[str, float]
    mines: tuple[Mine, ...]
    plants: tuple[Plant, ...]
    groups: tuple[Group, ...]
    takers: dict[str, tuple[str, ...]]
    """Form id to the plants and markets that take it."""
    demand_kt: dict[tuple[str, str], float]
    """(market, commodity) to kt/yr."""


def area_of(atlas: Atlas, country: str) -> str:
    """The trade area of a country; one without an entry is its own area."""
    return atlas.area_of_country.get(country, country)


def build_chain(atlas: Atlas) -> Chain:
    """Collect what is solved; raises ``DataError`` where a solved commodity has no price."""
    commodities = tuple(sorted(c.id for c in atlas.commodities.values() if c.solved))
    prices = {}
    for commodity in commodities:
        price = atlas.commodities[commodity].price_usd_per_t
        if price is None:
            raise DataError(f"{commodity} is marked as solved but has no price; give it one or mark it as not solved")
        prices[commodity] = price
    forms = {form.id: form for form in atlas.forms.values() if form.commodity in commodities}
    mines = tuple(
        mine
        for _, mine in sorted(atlas.mines.items())
        if mine.form in forms and mine.status in USABLE and mine.production_t_per_year
    )
    plants = tuple(
        plant
        for _, plant in sorted(atlas.plants.items())
        if plant.output in forms and plant.status in USABLE and plant.production_t_per_year
    )
    sources: dict[tuple[str, str], list[str]] = {}
    for mine in mines:
        sources.setdefault((mine.form, area_of(atlas, mine.country)), []).append(mine.id)
    for plant in plants:
        sources.setdefault((plant.output, area_of(atlas, plant.country)), []).append(plant.id)
    takers: dict[str, list[str]] = {form: [] for form in forms}
    for plant in plants:
        for form_id in plant.inputs:
            if form_id in takers and (plant.recovery or 0.0) > 0.0:
                takers[form_id].append(plant.id)
    demand = {}
    for market in atlas.markets.values():
        for commodity, tonnes in market.demand_t_per_year.items():
            if commodity in commodities and tonnes > 0.0:
                demand[market.id, commodity] = tonnes / 1_000.0
    for form in forms.values():
        if form.final:
            takers[form.id] += [market for market, commodity in demand if commodity == form.commodity]
    groups = tuple(
        Group(forms[form], origin, tuple(sorted(members)))
        for (form, origin), members in sorted(sources.items())
        if takers[form]
    )
    return Chain(
        commodities=commodities,
        price_usd_per_t=prices,
        mines=mines,
        plants=plants,
        groups=groups,
        takers={form: tuple(sorted(members)) for form, members in takers.items()},
        demand_kt=dict(sorted(demand.items())),
    )
