"""Source tables to model objects; a bad row fails with its table, line and id named."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import get_args

from layers.recipe.context import Context, SourceRow
from lodeway.model.atlas import RouteShare, TradeCell
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
        rows[key] = Source(
            key,
            row.required("title"),
            row.text("address") or "",
            None if year is None else int(year),
            row.required("kind"),
        )
        if rows[key].kind in ("page", "dataset", "package") and not rows[key].address:
            raise row.error("a source that was read needs its address")
    return rows


def confidence_word(row: SourceRow, column: str = "confidence") -> Confidence:
    """A confidence cell of the row."""
    value = row.required(column)
    if value not in CONFIDENCES:
        raise row.error(f"'{column}' is '{value}', not one of {', '.join(sorted(CONFIDENCES))}")
    return value  # type: ignore[return-value]


def confidence(row: SourceRow, known: dict[str, Source]) -> Confidence:
    """The row's confidence; checks that its source exists and that own estimates say so."""
    value, source = confidence_word(row), row.required("source")
    if source not in known:
        raise row.error(f"source '{source}' is not in sources.csv")
    if source == OWN_ESTIMATE and value != "estimated":
        raise row.error(f"an own estimate cannot be '{value}'")
    return value


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
    prices = {
        r.required("commodity"): r.required_number("price_usd_per_t")
        for r in ctx.rows("prices")
        if r.required("used") == "1"
    }
    return [
        Commodity(
            identifier(r, "commodity"),
            r.required("name"),
            r.required("symbol"),
            r.required("unit"),
            prices.get(r.required("id")),
            r.required("solved") == "1",
            r.text("why_not_solved") or "",
            r.required("colour"),
            {"en": r.required("name"), **{c: r.required(f"name_{c}") for c in ("fr", "pt", "zh")}},
        )
        for r in ctx.rows("commodities")
    ]


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
        out.append(
            Form(
                identifier(row, "form"),
                identifier(row, "commodity", "commodity"),
                row.required("name"),
                fraction,
                packaging,  # type: ignore[arg-type]
                int(row.required_number("stage")),
                row.required("final") == "1",
            )
        )
    return out


def places(ctx: Context, known: dict[str, Source]) -> list[Place]:
    """``places.csv``."""
    return [
        Place(
            identifier(r, "place"),
            r.required("name"),
            r.required("kind"),
            r.required("country"),
            *position(r),
            confidence(r, known),
            r.required("source"),
        )
        for r in ctx.rows("places")
    ]


def ports(ctx: Context, known: dict[str, Source]) -> list[Port]:
    """``ports.csv``; a capacity of 0 is an error, because unknown is blank."""
    out = []
    for row in ctx.rows("ports"):
        for column in ("bulk_capacity_t_per_year", "box_capacity_teu_per_year"):
            if row.number(column) == 0:
                raise row.error(f"'{column}' is 0; leave it blank where it is unknown")
        out.append(
            Port(
                identifier(row, "port"),
                row.required("name"),
                row.required("country"),
                *position(row),
                row.text("unlocode") or "",
                tuple(row.required("roles").split(";")),
                row.number("bulk_capacity_t_per_year"),
                row.number("box_capacity_teu_per_year"),
                row.number("max_draft_m"),
                row.required_number("dwell_days"),
                row.required_number("handling_usd_per_t"),
                confidence(row, known),
                row.required("source"),
            )
        )
    return out


def _year(row: SourceRow) -> int | None:
    year = row.number("year")
    return None if year is None else int(year)


def amount(row: SourceRow, column: str) -> float | None:
    """A tonnage; 0 is an error because unknown is blank and nothing made needs no row."""
    value = row.number(column)
    if value is not None and value <= 0:
        raise row.error(f"'{column}' is {value:g}; leave it blank where it is unknown")
    return value


def form_of(row: SourceRow, forms: Mapping[str, Form], name: str) -> Form:
    """The form called ``name`` in this row."""
    if name not in forms:
        raise row.error(f"form '{name}' is not in forms.csv")
    return forms[name]


def mines(ctx: Context, known: dict[str, Source], forms: Mapping[str, Form]) -> list[Mine]:
    """``mines.csv``."""
    out = []
    for row in ctx.rows("mines"):
        lon, lat = position(row)
        out.append(
            Mine(
                id=identifier(row, "mine"),
                name=row.required("name"),
                country=row.required("country"),
                lon=lon,
                lat=lat,
                form=form_of(row, forms, row.required("form")).id,
                production_t_per_year=amount(row, "production_t_per_year"),
                capacity_t_per_year=amount(row, "capacity_t_per_year"),
                operator=row.text("operator") or "",
                owner=row.text("owner") or "",
                owner_country=row.text("owner_country") or "",
                status=status(row),
                residual=False,
                year=_year(row),
                confidence=confidence(row, known),
                source=row.required("source"),
                note=row.text("note") or "",
            )
        )
    return out


def plants(ctx: Context, known: dict[str, Source], forms: Mapping[str, Form]) -> list[Plant]:
    """``plants.csv``; inputs must be of the plant's commodity and come before its output along the chain."""
    out = []
    for row in ctx.rows("plants"):
        commodity = identifier(row, "commodity", "commodity")
        output = form_of(row, forms, row.required("output"))
        inputs = tuple((row.text("inputs") or "").split(";")) if row.text("inputs") else ()
        if output.commodity != commodity:
            raise row.error(f"'{output.id}' is no form of {commodity}")
        for form in (form_of(row, forms, name) for name in inputs):
            if form.commodity != commodity:
                raise row.error(f"'{form.id}' is no form of {commodity}")
            if form.stage >= output.stage:
                raise row.error(f"input '{form.id}' does not come before output '{output.id}'")
        recovery = row.required_number("recovery")
        if not 0 < recovery <= 1:
            raise row.error(f"'recovery' is {recovery}, not in (0, 1]")
        lon, lat = position(row)
        out.append(
            Plant(
                id=identifier(row, "plant"),
                name=row.required("name"),
                country=row.required("country"),
                lon=lon,
                lat=lat,
                commodity=commodity,
                inputs=inputs,
                output=output.id,
                production_t_per_year=amount(row, "production_t_per_year"),
                capacity_t_per_year=amount(row, "capacity_t_per_year"),
                recovery=recovery,
                secondary_t_per_year=None,
                processing_usd_per_t=row.required_number("processing_usd_per_t"),
                port=row.text("port") or "",
                operator=row.text("operator") or "",
                owner_country=row.text("owner_country") or "",
                status=status(row),
                residual=False,
                year=_year(row),
                confidence=confidence(row, known),
                source=row.required("source"),
                note=row.text("note") or "",
            )
        )
    return out


def trade(ctx: Context, known: dict[str, Source], forms: Mapping[str, Form], areas: Collection[str]) -> list[TradeCell]:
    """The physical rows of ``trade.csv``; rows of the same form and areas are added up."""
    cells: dict[tuple[str, str, str], TradeCell] = {}
    for row in ctx.rows("trade"):
        if row.required("physical") != "1":
            continue
        form, origin, destination = form_of(row, forms, row.required("form")).id, *_areas(row, areas, "destination")
        tonnes = row.required_number("tonnes_per_year")
        before = cells.get((form, origin, destination))
        cells[form, origin, destination] = TradeCell(
            form=form,
            origin=origin,
            destination=destination,
            tonnes_per_year=tonnes + (before.tonnes_per_year if before else 0.0),
            year=int(row.required_number("year")),
            confidence=confidence(row, known),
            source=row.required("source"),
        )
    return list(cells.values())


def _areas(row: SourceRow, areas: Collection[str], *columns: str) -> tuple[str, ...]:
    """Trade areas of the row's ``origin`` and further columns."""
    found = tuple(row.required(column) for column in ("origin", *columns))
    for area in found:
        if area not in areas:
            raise row.error(f"'{area}' is no trade area of areas.csv; members of the European Union trade as EU27")
    return found


def route_shares(
    ctx: Context, known: dict[str, Source], forms: Mapping[str, Form], areas: Collection[str]
) -> list[RouteShare]:
    """``route_shares.csv``."""
    routes = {row.required("id") for row in ctx.rows("routes")}
    out = []
    for row in ctx.rows("route_shares"):
        if identifier(row, "route", "route") not in routes:
            raise row.error(f"'{row.required('route')}' is not in routes.csv")
        tonnes = amount(row, "gross_t_per_year")
        if tonnes is None:
            raise row.error("'gross_t_per_year' is blank; leave the row out where nothing is known")
        out.append(
            RouteShare(
                route=row.required("route"),
                form=form_of(row, forms, row.required("form")).id,
                origin=_areas(row, areas)[0],
                gross_t_per_year=tonnes,
                year=int(row.required_number("year")),
                confidence=confidence(row, known),
                source=row.required("source"),
            )
        )
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
    return [
        Market(r.required("id"), r.required("name"), *position(r), demand[r.required("id")])
        for r in ctx.rows("markets")
    ]


def duplicates_of(ids: Iterable[str]) -> list[str]:
    """Ids that stand more than once."""
    seen: set[str] = set()
    return sorted({i for i in ids if i in seen or seen.add(i)})  # type: ignore[func-returns-value]
