"""The ``values`` table: every number a person can see, with its source, year, kind, confidence and range."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from layers.recipe.context import Context, SourceRow
from layers.recipe.tables import confidence_word
from lodeway.model.network import Link, Market
from lodeway.model.provenance import OWN_ESTIMATE, Value

COMPUTED = "source:computed"


class Column(NamedTuple):
    """A column of a source table whose cells people see."""

    table: str
    name: str
    unit: str
    kind: str
    key: str = "id"


_COLUMNS = (
    Column("mines", "production_t_per_year", "t/yr contained", "production"),
    Column("mines", "capacity_t_per_year", "t/yr contained", "capacity"),
    Column("plants", "production_t_per_year", "t/yr contained", "production"),
    Column("plants", "capacity_t_per_year", "t/yr contained", "capacity"),
    Column("plants", "recovery", "t out / t in", "parameter"),
    Column("plants", "processing_usd_per_t", "USD/t", "parameter"),
    Column("ports", "bulk_capacity_t_per_year", "t/yr gross", "capacity"),
    Column("ports", "box_capacity_teu_per_year", "TEU/yr", "capacity"),
    Column("ports", "max_draft_m", "m", "measure"),
    Column("ports", "dwell_days", "days", "parameter"),
    Column("ports", "handling_usd_per_t", "USD/t", "parameter"),
    Column("forms", "contained_fraction", "t contained / t gross", "parameter"),
    Column("routes", "length_km", "km", "measure"),
    Column("routes", "capacity_t_per_year", "t/yr gross", "capacity"),
    Column("routes", "current_t_per_year", "t/yr gross, all cargo", "production"),
    Column("routes", "transit_days", "days", "measure"),
    Column("routes", "cost_usd_per_t", "USD/t", "parameter"),
    Column("routes", "planned_capacity_t_per_year", "t/yr gross", "guidance"),
    Column("segments", "length_km", "km", "measure"),
    Column("segments", "speed_kmh", "km/h", "parameter"),
    Column("segments", "border_delay_hours", "h", "parameter"),
    Column("segments", "cost_usd_per_tkm", "USD/t/km", "parameter"),
    Column("segments", "capacity_t_per_year", "t/yr gross, whole line", "capacity"),
    Column("segments", "direction_capacity_t_per_year", "t/yr gross, one direction", "capacity"),
    Column("segments", "other_traffic_t_per_year", "t/yr gross", "production"),
    Column("gates_sea", "daily_transits", "a day", "measure"),
    Column("gates_land", "daily_transits", "a day", "measure"),
    Column("gates_sea", "trade_share_pct", "% of trade", "measure"),
    Column("prices", "price_usd_per_t", "USD/t", "price", "commodity"),
)
_ESTIMATES = frozenset(
    (
        "recovery",
        "processing_usd_per_t",
        "handling_usd_per_t",
        "dwell_days",
        "speed_kmh",
        "border_delay_hours",
        "cost_usd_per_tkm",
        "direction_capacity_t_per_year",
        "other_traffic_t_per_year",
    )
)
"""Columns that the row's source does not give."""
_OWN_CONFIDENCE = {
    "capacity_t_per_year": "capacity_confidence",
    "cost_usd_per_t": "cost_confidence",
    "planned_capacity_t_per_year": "planned_confidence",
}
"""Columns with a confidence column of their own; what is estimated there is not from the row's source."""
Ranges = dict[str, tuple[float, float]]


def values(ctx: Context, computed: Iterable[Value], links: Iterable[Link], markets: Iterable[Market]) -> list[Value]:
    """All values by subject and field; a cell that closing replaced stays beside the computed value, "(as listed)"."""
    ranges = {
        r.required("confidence"): (r.required_number("low_factor"), r.required_number("high_factor"))
        for r in ctx.rows("confidence_ranges")
    }
    closed = {(v.subject, v.field): v for v in computed}
    out = list(closed.values())
    for column in _COLUMNS:
        for row in ctx.rows(column.table):
            if row.text(column.name) is None or (column.table == "prices" and row.text("used") != "1"):
                continue
            value = _cell(row, column)
            listed = (value.subject, value.field) in closed
            out.append(replace(value, field=f"{value.field} (as listed)") if listed else value)
    for table in ("totals", "demand", "trade", "route_shares"):
        out += [_reference(row, table) for row in ctx.rows(table) if _used(row)]
    out += [_parameter(row) for row in ctx.rows("parameters")]
    out += _closing_demand(markets, {(v.subject, v.field) for v in out})
    for link in links:
        out += _link(link)
    return sorted(
        (_ranged(v, ranges) for v in out), key=lambda v: (v.subject, v.field, str(v.year), v.source, str(v.value))
    )


def _cell(row: SourceRow, column: Column) -> Value:
    own = "output_confidence" if column.name == "production_t_per_year" else _OWN_CONFIDENCE.get(column.name, "")
    confidence = confidence_word(row, own if row.cells.get(own) else "confidence")
    source, kind = row.required("source"), column.kind
    estimate = (
        column.name in _ESTIMATES
        or (confidence == "estimated" and bool(row.cells.get(own)))
        or (column.name == "capacity_t_per_year" and row.cells.get("capacity_source") == OWN_ESTIMATE)
    )
    if kind == "production" and row.cells.get("kind") == "capacity":
        kind = "capacity taken as production"
    basis = row.cells.get("capacity_basis") if column.name == "capacity_t_per_year" else ""
    year = row.cells.get("year") or row.cells.get("date", "")[:4]
    return Value(
        subject=row.required(column.key),
        field=column.name,
        value=row.number(column.name),
        unit=column.unit,
        year=int(float(year)) if year else None,
        kind=kind,
        confidence="estimated" if estimate else confidence,
        source=OWN_ESTIMATE if estimate else source,
        low=row.number("low") if "low" in row.cells else None,
        high=row.number("high") if "high" in row.cells else None,
        note=basis or row.cells.get("source_says") or row.cells.get("note") or "",
    )


def _used(row: SourceRow) -> bool:
    """Whether a row of a reference table is taken and has a number."""
    number = row.number("gross_t_per_year" if row.table == "route_shares" else "tonnes_per_year")
    return number is not None and row.cells.get("used") != "0" and row.cells.get("physical") != "0"


def _reference(row: SourceRow, table: str) -> Value:
    """A row of a reference table, under the country, market, commodity or route that it speaks of."""
    commodity = (row.cells.get("commodity") or "").removeprefix("commodity:")
    form = (row.cells.get("form") or "").removeprefix("form:")
    unit = "t/yr contained"
    if table == "totals":
        subject, field = f"country:{row.required('area')}", f"{commodity} {row.required('stage')} published"
    elif table == "demand":
        subject, field = row.required("market"), f"{commodity} demand"
    elif table == "trade":
        subject = row.required("commodity")
        field = f"trade {form} {row.required('origin')} to {row.required('destination')}"
    else:
        subject, field, unit = row.required("route"), f"reference {form} of {row.required('origin')}", "t/yr gross"
    return Value(
        subject=subject,
        field=field,
        value=row.number("gross_t_per_year" if table == "route_shares" else "tonnes_per_year"),
        unit=unit,
        year=int(row.required_number("year")),
        kind="reference",
        confidence=confidence_word(row),
        source=row.required("source"),
        low=row.number("low") if "low" in row.cells else None,
        high=row.number("high") if "high" in row.cells else None,
        note=row.text("note") or "",
    )


def _parameter(row: SourceRow) -> Value:
    return Value(
        subject="parameter:" + row.required("id"),
        field="value",
        value=row.number("value"),
        unit=row.required("unit"),
        year=None,
        kind="parameter",
        confidence=confidence_word(row),
        source=row.required("source"),
        low=row.number("low"),
        high=row.number("high"),
        note=row.required("what"),
    )


def _closing_demand(markets: Iterable[Market], known: set[tuple[str, str]]) -> Iterator[Value]:
    """Demand that no row gives, because it is what is left of the world's refined output."""
    for market in markets:
        for commodity, tonnes in market.demand_t_per_year.items():
            field = f"{commodity.removeprefix('commodity:')} demand"
            if (market.id, field) not in known:
                yield Value(
                    subject=market.id,
                    field=field,
                    value=tonnes,
                    unit="t/yr contained",
                    year=None,
                    kind="computed",
                    confidence="derived",
                    source=COMPUTED,
                    formula="refined output of the world - demand of the named markets",
                )


def _link(link: Link) -> Iterator[Value]:
    """Length, days and cost of a link as the model uses them."""
    tabled = link.kind == "tabled"
    formulas = {
        "length_km": link.note,
        "days": "length_km / speed_kmh / 24 + border_delay_hours / 24" if tabled else link.note,
        "cost_usd_per_t": "length_km x cost_usd_per_tkm + border fee and transfer" if tabled else link.note,
    }
    for field, unit in (("length_km", "km"), ("days", "days"), ("cost_usd_per_t", "USD/t")):
        if field == "length_km" and tabled:
            continue
        yield Value(
            subject=link.id,
            field=field,
            value=getattr(link, field),
            unit=unit,
            year=None,
            kind="computed",
            confidence=link.confidence if field == "length_km" else "estimated",
            source=link.source if field == "length_km" else COMPUTED,
            formula=formulas[field],
        )


def _ranged(value: Value, ranges: Ranges) -> Value:
    """The value with the default range of its confidence where the row states none; read figures stand as read."""
    exact = value.confidence == "reported" or (value.kind == "computed" and value.confidence == "derived")
    if exact or value.low is not None or value.high is not None or not isinstance(value.value, float):
        return value
    low, high = ranges[value.confidence]
    return replace(value, low=value.value * low, high=value.value * high)
