"""The ``values`` table: every number a person can see, with its source, year, kind, confidence and range."""

from __future__ import annotations

from collections.abc import Iterable

from layers.recipe.context import Context, SourceRow
from lodeway.model.network import Link
from lodeway.model.provenance import OWN_ESTIMATE, Value

# table, id column, value column, unit, kind
_COLUMNS: tuple[tuple[str, str, str, str, str], ...] = (
    ("mines", "id", "production_t_per_year", "t/yr contained", "production"),
    ("mines", "id", "capacity_t_per_year", "t/yr contained", "capacity"),
    ("plants", "id", "production_t_per_year", "t/yr contained", "production"),
    ("plants", "id", "capacity_t_per_year", "t/yr contained", "capacity"),
    ("plants", "id", "recovery", "t out / t in", "parameter"),
    ("plants", "id", "processing_usd_per_t", "USD/t", "parameter"),
    ("ports", "id", "bulk_capacity_t_per_year", "t/yr gross", "capacity"),
    ("ports", "id", "box_capacity_teu_per_year", "TEU/yr", "capacity"),
    ("ports", "id", "max_draft_m", "m", "measure"),
    ("ports", "id", "dwell_days", "days", "parameter"),
    ("ports", "id", "handling_usd_per_t", "USD/t", "parameter"),
    ("forms", "id", "contained_fraction", "t contained / t gross", "parameter"),
    ("routes", "id", "length_km", "km", "measure"),
    ("routes", "id", "capacity_t_per_year", "t/yr gross", "capacity"),
    ("routes", "id", "current_t_per_year", "t/yr gross, all cargo", "production"),
    ("routes", "id", "transit_days", "days", "measure"),
    ("routes", "id", "cost_usd_per_t", "USD/t", "parameter"),
    ("routes", "id", "planned_capacity_t_per_year", "t/yr gross", "guidance"),
    ("segments", "id", "length_km", "km", "measure"),
    ("segments", "id", "speed_kmh", "km/h", "parameter"),
    ("segments", "id", "border_delay_hours", "h", "parameter"),
    ("segments", "id", "cost_usd_per_tkm", "USD/t/km", "parameter"),
    ("segments", "id", "cost_usd_per_t", "USD/t", "parameter"),
    ("segments", "id", "capacity_t_per_year", "t/yr gross, whole line", "capacity"),
    ("segments", "id", "direction_capacity_t_per_year", "t/yr gross, one direction", "capacity"),
    ("segments", "id", "other_traffic_t_per_year", "t/yr gross", "production"),
    ("gates_sea", "id", "daily_transits", "a day", "measure"),
    ("gates_land", "id", "daily_transits", "a day", "measure"),
    ("gates_sea", "id", "trade_share_pct", "% of trade", "measure"),
    ("prices", "commodity", "price_usd_per_t", "USD/t", "price"),
)
_ESTIMATE_FIELDS = frozenset(
    ("recovery", "processing_usd_per_t", "handling_usd_per_t", "dwell_days", "speed_kmh", "border_delay_hours", "cost_usd_per_tkm", "cost_usd_per_t")
)
"""Columns that the row's source does not give."""
_CONFIDENCE_COLUMN = {"capacity_t_per_year": "capacity_confidence", "cost_usd_per_t": "cost_confidence"}


def values(ctx: Context, replaced: Iterable[Value], links: Iterable[Link]) -> list[Value]:
    """All values; those in ``replaced`` (made by closing) stand before the row's own, which stays as "as listed"."""
    factors = {r.required("confidence"): (r.required_number("low_factor"), r.required_number("high_factor")) for r in ctx.rows("confidence_ranges")}
    computed = {(v.subject, v.field): v for v in replaced}
    out = [_ranged(v, factors) for v in computed.values()]
    for table, key, column, unit, kind in _COLUMNS:
        for row in ctx.rows(table):
            if row.text(column) is None or (table == "prices" and row.text("used") != "1"):
                continue
            number = row.number(column)
            subject = row.required(key)
            field = column if (subject, column) not in computed else f"{column} (as listed)"
            out.append(_ranged(_value(row, subject, field, column, number, unit, kind), factors))
    for table, field, unit in (("totals", "published_{stage}_t", "t/yr contained"), ("demand", "demand_t_per_year", "t/yr"),
                               ("trade", "trade_t_per_year", "t/yr contained"), ("route_shares", "reference_gross_t_per_year", "t/yr gross")):  # fmt: skip
        out += [_ranged(v, factors) for row in ctx.rows(table) if (v := _listed(row, table, field, unit)) is not None]
    for row in ctx.rows("parameters"):
        out.append(Value("commodity:all", row.required("id"), row.number("value"), row.required("unit"), None, "parameter", "estimated",
                         row.required("source"), row.number("low"), row.number("high"), note=row.required("what")))  # fmt: skip
    for link in links:
        if link.kind == "tabled":
            out.append(Value(link.id, "days", link.days, "days", None, "computed", "estimated", "source:computed",
                             formula=f"length_km / speed_kmh / 24 + border_delay_hours / 24 of {link.id}"))  # fmt: skip
            out.append(Value(link.id, "link_cost_usd_per_t", link.cost_usd_per_t, "USD/t", None, "computed", "estimated", "source:computed",
                             formula=f"length_km x cost_usd_per_tkm + border fee of {link.id}"))  # fmt: skip
        else:
            for name, number, unit in (("length_km", link.length_km, "km"), ("days", link.days, "days"), ("link_cost_usd_per_t", link.cost_usd_per_t, "USD/t")):
                out.append(Value(link.id, name, number, unit, None, "computed", link.confidence if name == "length_km" else "estimated", link.source,
                                 formula=link.note))  # fmt: skip
    return sorted(out, key=lambda v: (v.subject, v.field, str(v.year), v.source, str(v.value)))


def _value(row: SourceRow, subject: str, field: str, column: str, number: float | None, unit: str, kind: str) -> Value:
    confidence = row.required("confidence")
    override = _CONFIDENCE_COLUMN.get(column)
    if override in row.cells and row.text(override or ""):
        confidence = row.required(override or "")
    source = row.required("source")
    if column in _ESTIMATE_FIELDS or (confidence == "estimated" and override in row.cells) or row.cells.get("capacity_source") == OWN_ESTIMATE and column == "capacity_t_per_year":
        confidence, source = "estimated", OWN_ESTIMATE
    year = row.cells.get("year") or row.cells.get("date", "")[:4]
    if kind == "production" and row.cells.get("kind") == "capacity":
        kind = "capacity taken as production"
    note = row.cells.get("source_says") or row.cells.get("capacity_basis" if column == "capacity_t_per_year" else "note") or ""
    low, high = (row.number("low"), row.number("high")) if "low" in row.cells else (None, None)
    return Value(subject, field, number, unit, int(float(year)) if year else None, kind, confidence, source, low, high, note=note)  # type: ignore[arg-type]


def _listed(row: SourceRow, table: str, field: str, unit: str) -> Value | None:
    """Rows of the reference tables, under the commodity, market or route that they speak of."""
    number = row.number("tonnes_per_year") if table != "route_shares" else row.number("gross_t_per_year")
    if number is None or row.cells.get("used") == "0" or row.cells.get("physical") == "0":
        return None
    if table == "totals":
        subject, field = f"country:{row.required('area')}", f"{row.required('commodity').removeprefix('commodity:')} {row.required('stage')} published"
    elif table == "demand":
        subject, field = row.required("market"), f"{row.required('commodity').removeprefix('commodity:')} demand"
    elif table == "trade":
        subject, field = row.required("commodity"), f"trade {row.required('form').removeprefix('form:')} {row.required('origin')} to {row.required('destination')}"
    else:
        subject, field = row.required("route"), f"reference {row.required('form').removeprefix('form:')} of {row.required('origin')}"
    low, high = (row.number("low"), row.number("high")) if "low" in row.cells else (None, None)
    return Value(subject, field, number, unit, int(row.required_number("year")), "reference", row.required("confidence"),  # type: ignore[arg-type]
                 row.required("source"), low, high, note=row.cells.get("note", ""))  # fmt: skip


def _ranged(value: Value, factors: dict[str, tuple[float, float]]) -> Value:
    """The value with the default range of its confidence class where the row states none and it is not certain."""
    if value.low is not None or value.confidence == "reported" or not isinstance(value.value, float):
        return value
    low, high = factors[value.confidence]
    bounds = sorted((value.value * low, value.value * high))
    return Value(value.subject, value.field, value.value, value.unit, value.year, value.kind, value.confidence, value.source,
                 round(bounds[0], 4), round(bounds[1], 4), value.formula, value.note)  # fmt: skip
