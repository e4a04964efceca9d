"""Source tables to model objects; a bad row fails with its table, line and id named."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from layers.recipe.context import Context, SourceRow
from lodeway.model.commodity import Commodity, Form
from lodeway.model.ids import kind_of
from lodeway.model.network import Market, Mine, Place, Plant, Port, Status
from lodeway.model.provenance import OWN_ESTIMATE, Confidence, Source

CONFIDENCES = frozenset(get_args(Confidence))
STATUSES = frozenset(get_args(Status))


def identifier(row: SourceRow, kind: str, column: str = "id") -> str:
    """The row's id, which must be of ``kind``."""
    value = row.required(column)
    try:
        found = kind_of(value)
    except ValueError as error:
        raise row.error(str(error)) from error
    if found != kind:
        raise row.error(f"'{value}' is a {found} where a {kind} belongs")
    return value


def sources(ctx: Context) -> dict[str, Source]:
    """``sources.csv`` by id."""
    rows: dict[str, Source] = {}
    for row in ctx.rows("sources"):
        key = identifier(row, "source")
        if key in rows:
            raise row.error("this id stands twice")
        year = row.number("year")
        rows[key] = Source(key, row.required("title"), row.text("address") or "", None if year is None else int(year), row.required("kind"))
        if rows[key].kind in ("page", "dataset", "package") and not rows[key].address:
            raise row.error("a source that was read needs its address")
    return rows


def confidence(row: SourceRow, known: dict[str, Source], column: str = "confidence") -> Confidence:
    """The row's confidence; checks that its source exists and that own estimates say so."""
    value, source = row.required(column), row.required("source")
    if value not in CONFIDENCES:
        raise row.error(f"'{column}' is '{value}', not one of {', '.join(sorted(CONFIDENCES))}")
    if source not in known:
        raise row.error(f"source '{source}' is not in sources.csv")
    if source == OWN_ESTIMATE and value != "estimated":
        raise row.error(f"an own estimate cannot be '{value}'")
    return value  # type: ignore[return-value]


def position(row: SourceRow) -> tuple[float, float]:
    """(lon, lat) in degrees."""
    lon, lat = row.required_number("lon"), row.required_number("lat")
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise row.error(f"position {lon}, {lat} is not on the globe; longitude comes first")
    return lon, lat


def status(row: SourceRow) -> Status:
    """The row's status."""
    value = row.required("status")
    if value not in STATUSES:
        raise row.error(f"'status' is '{value}', not one of {', '.join(sorted(STATUSES))}")
    return value  # type: ignore[return-value]


def commodities(ctx: Context) -> list[Commodity]:
    """``commodities.csv`` with the price that ``prices.csv`` marks as used."""
    prices = {r.required("commodity"): r.required_number("price_usd_per_t") for r in ctx.rows("prices") if r.required("used") == "1"}
    return [
        Commodity(identifier(r, "commodity"), r.required("name"), r.required("symbol"), r.required("unit"), prices.get(r.required("id")),
                  r.required("solved") == "1", r.text("why_not_solved") or "", r.required("colour"),
                  {"en": r.required("name"), **{c: r.required(f"name_{c}") for c in ("fr", "pt", "zh")}})
        for r in ctx.rows("commodities")
    ]  # fmt: skip


def forms(ctx: Context, known: dict[str, Source]) -> list[Form]:
    """``forms.csv``."""
    out = []
    for row in ctx.rows("forms"):
        confidence(row, known)
        fraction = row.required_number("contained_fraction")
        if not 0 < fraction <= 1:
            raise row.error(f"'contained_fraction' is {fraction}, not in (0, 1]")
        packaging = row.required("packaging")
        if packaging not in ("bulk", "box"):
            raise row.error(f"'packaging' is '{packaging}', not bulk or box")
        out.append(Form(identifier(row, "form"), identifier(row, "commodity", "commodity"), row.required("name"), fraction, packaging,  # type: ignore[arg-type]
                        int(row.required_number("stage")), row.required("final") == "1"))  # fmt: skip
    return out


def places(ctx: Context, known: dict[str, Source]) -> list[Place]:
    """``places.csv``."""
    return [Place(identifier(r, "place"), r.required("name"), r.required("kind"), r.required("country"), *position(r), confidence(r, known),
                  r.required("source")) for r in ctx.rows("places")]  # fmt: skip


def ports(ctx: Context, known: dict[str, Source]) -> list[Port]:
    """``ports.csv``; a capacity of 0 is an error, because unknown is blank."""
    out = []
    for row in ctx.rows("ports"):
        for column in ("bulk_capacity_t_per_year", "box_capacity_teu_per_year"):
            if row.number(column) == 0:
                raise row.error(f"'{column}' is 0; leave it blank where it is unknown")
        out.append(Port(identifier(row, "port"), row.required("name"), row.required("country"), *position(row), row.text("unlocode") or "",
                        tuple(row.required("roles").split(";")), row.number("bulk_capacity_t_per_year"),
                        row.number("box_capacity_teu_per_year"), row.number("max_draft_m"), row.required_number("dwell_days"),
                        row.required_number("handling_usd_per_t"), confidence(row, known), row.required("source")))  # fmt: skip
    return out


def _year(row: SourceRow) -> int | None:
    year = row.number("year")
    return None if year is None else int(year)


def mines(ctx: Context, known: dict[str, Source], form_ids: set[str]) -> list[Mine]:
    """``mines.csv``."""
    out = []
    for row in ctx.rows("mines"):
        if row.required("form") not in form_ids:
            raise row.error(f"form '{row.required('form')}' is not in forms.csv")
        out.append(Mine(identifier(row, "mine"), row.required("name"), row.required("country"), *position(row), row.required("form"),
                        row.number("production_t_per_year"), row.number("capacity_t_per_year"), row.text("operator") or "",
                        row.text("owner") or "", row.text("owner_country") or "", status(row), False, _year(row), confidence(row, known),
                        row.required("source"), row.text("note") or ""))  # fmt: skip
    return out


def plants(ctx: Context, known: dict[str, Source], form_ids: set[str]) -> list[Plant]:
    """``plants.csv``."""
    out = []
    for row in ctx.rows("plants"):
        inputs = tuple((row.text("inputs") or "").split(";")) if row.text("inputs") else ()
        for form in (*inputs, row.required("output")):
            if form not in form_ids:
                raise row.error(f"form '{form}' is not in forms.csv")
        recovery = row.required_number("recovery")
        if not 0 < recovery <= 1:
            raise row.error(f"'recovery' is {recovery}, not in (0, 1]")
        out.append(Plant(identifier(row, "plant"), row.required("name"), row.required("country"), *position(row),
                         identifier(row, "commodity", "commodity"), inputs, row.required("output"), row.number("production_t_per_year"),
                         row.number("capacity_t_per_year"), recovery, None, row.required_number("processing_usd_per_t"),
                         row.text("port") or "", row.text("operator") or "", row.text("owner_country") or "", status(row), False, _year(row),
                         confidence(row, known), row.required("source"), row.text("note") or ""))  # fmt: skip
    return out


def markets(ctx: Context, world_refined: dict[str, float]) -> list[Market]:
    """``markets.csv`` with the used rows of ``demand.csv``; the rest of the world closes what refineries make."""
    demand: dict[str, dict[str, float]] = {row.required("id"): {} for row in ctx.rows("markets")}
    for row in ctx.rows("demand"):
        if row.required("used") == "1":
            market, commodity = row.required("market"), row.required("commodity")
            if market not in demand:
                raise row.error(f"market '{market}' is not in markets.csv")
            if commodity in demand[market]:
                raise row.error("a second used row of this market and commodity")
            demand[market][commodity] = row.required_number("tonnes_per_year")
    for commodity, made in world_refined.items():
        if commodity not in demand["market:ROW"]:
            demand["market:ROW"][commodity] = round(made - sum(d.get(commodity, 0.0) for d in demand.values()), 1)
    return [Market(r.required("id"), r.required("name"), *position(r), demand[r.required("id")]) for r in ctx.rows("markets")]


def duplicates_of(ids: Iterable[str]) -> list[str]:
    """Ids that stand more than once."""
    seen: set[str] = set()
    return sorted({i for i in ids if i in seen or seen.add(i)})  # type: ignore[func-returns-value]
