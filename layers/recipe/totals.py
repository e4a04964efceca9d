"""Honest totals: listed sites brought to the published national output, the rest of each country as a labelled site."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from layers.recipe.context import Context, SourceRow
from lodeway.model.atlas import NationalTotal
from lodeway.model.network import USABLE, Mine, Plant
from lodeway.model.provenance import Value

COMPUTED = "source:computed"
SMALL_T = 1.0


@dataclass
class Closing:
    """Sites after closing, the national totals used, the values that the closing made, and gaps in words."""

    mines: list[Mine]
    plants: list[Plant]
    totals: list[NationalTotal]
    final: set[str]
    """Forms that markets consume."""
    values: list[Value] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)


def close(ctx: Context, mines: list[Mine], plants: list[Plant], solved: set[str], form_commodity: dict[str, str],
          final: set[str], area: dict[str, str], label_point: dict[str, tuple[float, float]]) -> Closing:  # fmt: skip
    """Close every solved commodity; others keep their listed sites only."""
    result = Closing(list(mines), list(plants), _totals(ctx), final)
    for commodity in sorted(solved):
        _close_mines(ctx, result, commodity, form_commodity, label_point)
        _close_plants(ctx, result, commodity, form_commodity, final, area, label_point)
    return result


def _totals(ctx: Context) -> list[NationalTotal]:
    return [
        NationalTotal(row.required("commodity"), row.required("area"), row.required("stage"), int(row.required_number("year")),
                      row.required_number("tonnes_per_year"), row.required("confidence"), row.required("source"))  # type: ignore[arg-type]
        for row in ctx.rows("totals") if row.required("used") == "1"
    ]  # fmt: skip


def _published(result: Closing, ctx: Context, commodity: str, stage: str) -> dict[str, float]:
    """Area to tonnes; the published "other countries" are shared by the weights of ``other_producers.csv``."""
    rows = {t.area: t.tonnes_per_year for t in result.totals if (t.commodity, t.stage) == (commodity, stage)}
    world = rows.pop("WLD", None)
    if stage == "refined" and world is not None:
        own = _mine_finals(result, commodity)
        rows |= {a: max(t, own.get(a, 0.0)) for a, t in rows.items()}
        rows |= {a: t for a, t in own.items() if a not in rows}
        rows["OTH"] = max(world - sum(t for a, t in rows.items()), 0.0)
    other = rows.pop("OTH", 0.0)
    weights = _weights(ctx, commodity, stage)
    whole = sum(row.required_number("weight_t") for row in weights)
    for row in weights:
        share = other * row.required_number("weight_t") / whole
        rows[row.required("country")] = rows.get(row.required("country"), 0.0) + share
    return rows


def _weights(ctx: Context, commodity: str, stage: str) -> list[SourceRow]:
    return [r for r in ctx.rows("other_producers") if (r.required("commodity"), r.required("stage")) == (commodity, stage)]


def _mine_finals(result: Closing, commodity: str) -> dict[str, float]:
    """What mines ship in a form that markets consume (leached cathode), by country."""
    made: defaultdict[str, float] = defaultdict(float)
    prefix = commodity.replace("commodity:", "form:") + "/"
    for mine in result.mines:
        if mine.form in result.final and mine.form.startswith(prefix) and mine.status in USABLE:
            made[mine.country] += mine.production_t_per_year or 0.0
    return dict(made)


def _close_mines(ctx: Context, result: Closing, commodity: str, form_commodity: dict[str, str],
                 label_point: dict[str, tuple[float, float]]) -> None:  # fmt: skip
    published = _published(result, ctx, commodity, "mine")
    form_of = {row.required("country"): row.required("form") for row in _weights(ctx, commodity, "mine")}
    for country in sorted(set(published) | {m.country for m in result.mines if form_commodity[m.form] == commodity}):
        members = [k for k, m in enumerate(result.mines)
                   if form_commodity[m.form] == commodity and m.country == country and m.status in USABLE and m.production_t_per_year]  # fmt: skip
        listed = sum(result.mines[k].production_t_per_year or 0.0 for k in members)
        target = published.get(country)
        if target is None:
            if listed:
                result.gaps.append(f"{commodity} mines of {country}: {listed:,.0f} t listed, no published total; kept as listed")
            continue
        if listed > target:
            for k in members:
                mine = result.mines[k]
                scaled = (mine.production_t_per_year or 0.0) * target / listed
                result.values.append(Value(mine.id, "production_t_per_year", round(scaled, 1), "t/yr contained", mine.year, "production",
                                           "derived", COMPUTED, formula=f"{mine.production_t_per_year:,.0f} t of the row x {target:,.0f} published "
                                           f"/ {listed:,.0f} listed in {country}"))  # fmt: skip
                result.mines[k] = replace(mine, production_t_per_year=scaled, confidence="derived")
            result.gaps.append(f"{commodity} mines of {country}: {listed:,.0f} t listed over {target:,.0f} t published; all scaled")
        elif target - listed > SMALL_T:
            forms: defaultdict[str, float] = defaultdict(float)
            for k in members:
                forms[result.mines[k].form] += result.mines[k].production_t_per_year or 0.0
            form = form_of.get(country) or _residual_form(result, commodity, country, dict(forms))
            rest = target - listed
            lon, lat = _spot([(m.lon, m.lat, m.production_t_per_year or 0.0) for m in (result.mines[k] for k in members)], country, label_point)
            name = commodity.removeprefix("commodity:")
            mine = Mine(f"mine:rest-of-{country.lower()}-{name}", f"Rest of {country}: {name} mines", country, lon, lat, form, rest, None,
                        "several", "several", country, "operating", True, 2024, "derived", COMPUTED,
                        "published national output less the mines listed; one symbolic point")  # fmt: skip
            result.mines.append(mine)
            result.values.append(Value(mine.id, "production_t_per_year", round(rest, 1), "t/yr contained", 2024, "production", "derived",
                                       COMPUTED, formula=f"{target:,.0f} t published for {country} - {listed:,.0f} t listed"))  # fmt: skip


def _residual_form(result: Closing, commodity: str, country: str, listed: dict[str, float]) -> str:
    """What the rest of a country ships: like the mines listed, but intermediates of DRC leaching where it leaches."""
    if country == "COD":
        return {"commodity:copper": "form:copper/cathode", "commodity:cobalt": "form:cobalt/hydroxide"}[commodity]
    default = {"commodity:copper": "form:copper/concentrate", "commodity:cobalt": "form:cobalt/concentrate"}.get(commodity, "")
    raw = {f: t for f, t in listed.items() if f not in result.final and not f.endswith("/blister")}
    if not raw:
        return {"IDN": "form:cobalt/mhp", "PHL": "form:cobalt/mhp", "TUR": "form:cobalt/mhp"}.get(country, default) if commodity == "commodity:cobalt" else default
    return max(sorted(raw), key=lambda f: raw[f])


def _spot(points: list[tuple[float, float, float]], country: str, label_point: dict[str, tuple[float, float]]) -> tuple[float, float]:
    """The largest listed site's position slightly aside, else the country's label point."""
    if points:
        lon, lat, _ = max(points, key=lambda p: (p[2], p))
        return round(lon + 0.12, 4), round(lat - 0.12, 4)
    return label_point[country]


def _close_plants(ctx: Context, result: Closing, commodity: str, form_commodity: dict[str, str], final: set[str], area: dict[str, str],
                  label_point: dict[str, tuple[float, float]]) -> None:  # fmt: skip
    published = _published(result, ctx, commodity, "refined")
    from_mines = _mine_finals(result, commodity)
    raw = [f for f, c in form_commodity.items() if c == commodity and f not in final]
    mine_area: defaultdict[str, float] = defaultdict(float)
    for country, tonnes in from_mines.items():
        mine_area[area.get(country, country)] += tonnes
    for name in sorted(set(published) | {area[p.country] for p in result.plants if p.commodity == commodity and p.output in final}):
        members = [k for k, p in enumerate(result.plants)
                   if p.commodity == commodity and area[p.country] == name and p.output in final and p.status in USABLE]  # fmt: skip
        target = published.get(name, 0.0)
        need = max(target - mine_area.get(name, 0.0), 0.0)
        fixed = sum(result.plants[k].production_t_per_year or 0.0 for k in members)
        spare = sum(result.plants[k].capacity_t_per_year or 0.0 for k in members if result.plants[k].production_t_per_year is None)
        if need <= SMALL_T and members:
            result.gaps.append(f"{commodity} plants of {name}: no published total; they make nothing in the baseline")
        use_fixed = min(1.0, need / fixed) if fixed else 1.0
        use_spare = min(1.0, max(need - fixed, 0.0) / spare) if spare else 0.0
        made = 0.0
        for k in members:
            plant = result.plants[k]
            tonnes = (plant.production_t_per_year * use_fixed if plant.production_t_per_year is not None
                      else (plant.capacity_t_per_year or 0.0) * use_spare)  # fmt: skip
            made += tonnes
            if plant.production_t_per_year is None or use_fixed < 1.0:
                result.values.append(Value(plant.id, "production_t_per_year", round(tonnes, 1), "t/yr contained", 2024, "production", "derived",
                                           COMPUTED, formula=f"share of the {need:,.0f} t that plants of {name} must make to reach its published "
                                           f"{target:,.0f} t refined"))  # fmt: skip
            result.plants[k] = replace(plant, production_t_per_year=tonnes, confidence="derived" if plant.confidence == "reported" and use_fixed < 1 else plant.confidence)
        if need - made > SMALL_T:
            country = _seat(name, [result.plants[k] for k in members], area)
            lon, lat = _spot([(p.lon, p.lat, p.production_t_per_year or 0.0) for p in (result.plants[k] for k in members)], country, label_point)
            word = commodity.removeprefix("commodity:")
            like = next((result.plants[k] for k in members), None)
            same = [p for p in result.plants if p.commodity == commodity and p.output in final]
            plant = Plant(f"plant:rest-of-{name.lower()}-{word}", f"Rest of {name}: {word} refineries", country, lon, lat, commodity,
                          tuple(sorted(raw)), same[0].output, need - made, None, same[0].recovery, None, same[0].processing_usd_per_t,
                          like.port if like else "", "several", country, "operating", True, 2024, "derived", COMPUTED,
                          "published refined output less the plants listed and the mines' own cathode; one symbolic point")  # fmt: skip
            result.plants.append(plant)
            result.values.append(Value(plant.id, "production_t_per_year", round(need - made, 1), "t/yr contained", 2024, "production", "derived",
                                       COMPUTED, formula=f"{target:,.0f} t published for {name} - {made + mine_area.get(name, 0.0):,.0f} t listed"))  # fmt: skip
    _secondary(result, commodity, form_commodity, final)


def _seat(name: str, members: list[Plant], area: dict[str, str]) -> str:
    if members:
        return max(members, key=lambda p: p.production_t_per_year or 0.0).country
    return "DEU" if name == "EU27" else name


def _secondary(result: Closing, commodity: str, form_commodity: dict[str, str], final: set[str]) -> None:
    """Scrap closes the world: what refineries make beyond the primary feed of all mines, shared in proportion to output."""
    feed = sum(m.production_t_per_year or 0.0 for m in result.mines
               if form_commodity[m.form] == commodity and m.form not in final and m.status in USABLE)  # fmt: skip
    members = [k for k, p in enumerate(result.plants)
               if p.commodity == commodity and p.output in final and p.status in USABLE and p.production_t_per_year]  # fmt: skip
    output = sum(result.plants[k].production_t_per_year or 0.0 for k in members)
    recovery = sum((result.plants[k].production_t_per_year or 0.0) * result.plants[k].recovery for k in members) / output
    share = max(0.0, 1.0 - feed * recovery / output)
    result.gaps.append(f"{commodity}: refineries make {output:,.0f} t, mines feed {feed:,.0f} t, so {share:.1%} of the output is secondary")
    for k in members:
        plant = result.plants[k]
        tonnes = (plant.production_t_per_year or 0.0) * share
        result.plants[k] = replace(plant, secondary_t_per_year=tonnes)
        result.values.append(Value(plant.id, "secondary_t_per_year", round(tonnes, 1), "t/yr contained", 2024, "production", "derived", COMPUTED,
                                   formula=f"output x {share:.4f}, the secondary share that closes the world: 1 - mine feed {feed:,.0f} t x "
                                   f"recovery {recovery:.3f} / output {output:,.0f} t"))  # fmt: skip

