"""What every writer is given: the atlas and a result beside its baseline; and its tables, labelled and with units."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lodeway.exports.totals import national_totals
from lodeway.model.atlas import Atlas, Provenance
from lodeway.model.provenance import Confidence, Value
from lodeway.model.result import Comparison, Result, Throughput

Cell = str | float | bool | None

CAPACITY_FIELDS = (
    "capacity_t_per_year", "direction_capacity_t_per_year", "bulk_capacity_t_per_year", "box_capacity_teu_per_year",
)  # fmt: skip
"""Fields of the provenance table that say where a capacity comes from."""


@dataclass(frozen=True)
class Answer:
    """A result beside its baseline, with the atlas that both were solved on."""

    atlas: Atlas
    comparison: Comparison
    provenance: Provenance | None = None
    """Values with their sources; without it the confidence of capacities is unknown."""

    def capacity_source(self, identifier: str, use: Throughput) -> tuple[Confidence, str] | None:
        """(confidence, source id) of the capacity that ``use`` names; ``None`` where it or its source is unknown.

        The capacity of a route is that of a link of its chain, the bottleneck if there is one.
        """
        if self.provenance is None or use.capacity_t_per_year is None:
            return None
        route = self.atlas.routes.get(identifier)
        chain = [link for link, _ in route.links] if route else []
        whole: list[Value] = []
        for subject in (identifier, use.bottleneck, *chain):
            for value in self.provenance.values.get(subject, ()):
                if value.field in CAPACITY_FIELDS and isinstance(value.value, float):
                    if abs(value.value - use.capacity_t_per_year) < 0.5:
                        return value.confidence, value.source
                    whole += [value] if subject == identifier and identifier in self.atlas.ports else []
        if not whole:
            return None
        rough = any(value.confidence == "estimated" for value in whole)
        return "estimated" if rough else "derived", whole[0].source


@dataclass(frozen=True, slots=True)
class Field:
    """A column of an answer table; ``unit`` is empty for words and keys."""

    name: str
    unit: str
    words: str


@dataclass(frozen=True)
class Sheet:
    """A table: ``keys`` first fields that together name a row. Cells are ``None`` where unknown."""

    name: str
    words: str
    keys: int
    fields: tuple[Field, ...]
    rows: tuple[tuple[Cell, ...], ...]


ID, NAME = Field("id", "", "Id"), Field("name", "", "Name")
COMMODITY = Field("commodity", "", "Commodity")


def sheets(answer: Answer) -> tuple[Sheet, ...]:
    """All tables of the answer, in a fixed order, rows by id."""
    base, result = answer.comparison.baseline, answer.comparison.result
    return (
        _throughputs(answer, "routes", "Routes", base.routes, result.routes),
        _throughputs(answer, "links", "Links", base.links, result.links),
        _throughputs(answer, "ports", "Ports", base.ports, result.ports),
        _throughputs(answer, "gates", "Gates", base.gates, result.gates),
        _cargo(result),
        _markets(answer),
        _exposure(answer),
        _changes(answer),
        _sites(answer),
        _totals(answer),
        _reasons(answer),
    )


def _throughputs(
    answer: Answer, name: str, words: str, before: Mapping[str, Throughput], now: Mapping[str, Throughput]
) -> Sheet:
    fields = (
        ID, NAME, Field("status", "", "Status"), Field("blocked", "", "Blocked"),
        Field("bottleneck", "", "Bottleneck"), Field("capacity_confidence", "", "Confidence of the capacity"),
        Field("capacity_source", "", "Source of the capacity"),
        Field("capacity_t_per_year", "t/yr gross", "Capacity"),
        Field("flow_t_per_year", "t/yr gross", "Flow"),
        Field("baseline_flow_t_per_year", "t/yr gross", "Flow in the baseline"),
        Field("utilisation", "share", "Utilisation"), Field("slack_t_per_year", "t/yr gross", "Slack"),
        Field("one_more_usd_per_t", "USD/t", "Value of one more tonne"),
        Field("one_less_usd_per_t", "USD/t", "Value of one less tonne"),
    )  # fmt: skip
    rows = []
    for key, use in sorted(now.items()):
        old = before.get(key)
        more, less = use.marginal_value_usd_per_t or (None, None)
        confidence, source = answer.capacity_source(key, use) or (None, None)
        rows.append((
            key, use.name, use.status, use.blocked, use.bottleneck or None, confidence, source,
            use.capacity_t_per_year, use.flow_t_per_year, old.flow_t_per_year if old else None, use.utilisation,
            use.slack_t_per_year, more, less,
        ))  # fmt: skip
    return Sheet(name, words, 1, fields, tuple(rows))


def _cargo(result: Result) -> Sheet:
    rows = []
    for table in (result.routes, result.ports, result.gates, result.links):
        for key, use in sorted(table.items()):
            rows += [(key, commodity, tonnes) for commodity, tonnes in sorted(use.by_commodity.items())]
    fields = (ID, COMMODITY, Field("flow_t_per_year", "t/yr gross", "Flow"))
    return Sheet("cargo", "Cargo by commodity", 2, fields, tuple(rows))


def _markets(answer: Answer) -> Sheet:
    before = {(m.id, m.commodity): m for m in answer.comparison.baseline.markets}
    fields = [Field("id", "", "Market"), COMMODITY, Field("name", "", "Name")]
    for name, unit, words in (
        ("demand_t", "t/yr", "Demand"), ("delivered_t", "t/yr", "Delivered"), ("unmet_t", "t/yr", "Unmet"),
        ("mean_cost_usd_per_t", "USD/t", "Mean cost"), ("mean_days", "days", "Mean days"),
    ):  # fmt: skip
        fields += [Field(name, unit, words), Field(f"baseline_{name}", unit, f"{words} in the baseline")]
    rows = []
    for now in sorted(answer.comparison.result.markets, key=lambda m: (m.id, m.commodity)):
        old = before.get((now.id, now.commodity))
        market = answer.atlas.markets.get(now.id)
        cells: list[Cell] = [now.id, now.commodity, market.name if market else now.id]
        for name in ("demand_t", "delivered_t", "unmet_t", "mean_cost_usd_per_t", "mean_days"):
            cells += [getattr(now, name), getattr(old, name) if old else None]
        rows.append(tuple(cells))
    return Sheet("markets", "Markets", 2, tuple(fields), tuple(rows))


def _exposure(answer: Answer) -> Sheet:
    before = {(e.market, e.commodity, e.by, e.id): e.share for e in answer.comparison.baseline.exposure}
    now = {(e.market, e.commodity, e.by, e.id): e.share for e in answer.comparison.result.exposure}
    fields = (Field("market", "", "Market"), COMMODITY, Field("by", "", "By"), Field("id", "", "Through"),
              Field("share", "share", "Share of what it receives"),
              Field("baseline_share", "share", "Share in the baseline"))  # fmt: skip
    rows = tuple((*key, now.get(key, 0.0), before.get(key, 0.0)) for key in sorted(now.keys() | before.keys()))
    return Sheet("exposure", "Exposure", 4, fields, rows)


def _changes(answer: Answer) -> Sheet:
    fields = (ID, COMMODITY, Field("unmet_t", "t/yr", "Added unmet demand"),
              Field("rerouted_t", "t/yr", "Re-routed (a route: gross tonnes won or lost)"),
              Field("added_cost_usd", "USD/yr", "Added cost of what is delivered in both cases"),
              Field("added_cost_usd_per_t", "USD/t", "Added cost per tonne delivered"),
              Field("added_days", "days", "Added days"))  # fmt: skip
    rows = tuple(
        (c.id, c.commodity or None, c.unmet_t, c.rerouted_t, c.added_cost_usd, c.added_cost_usd_per_t, c.added_days)
        for c in answer.comparison.changes
    )
    return Sheet("change", "Change", 2, fields, rows)


def _sites(answer: Answer) -> Sheet:
    before = answer.comparison.baseline.sites
    fields = (ID, COMMODITY, Field("form", "", "Product"), NAME, Field("country", "", "Country"),
              Field("rest_of_country", "", "Labelled rest of its country"), Field("confidence", "", "Confidence"),
              Field("output_t", "t/yr", "Output"), Field("baseline_output_t", "t/yr", "Output in the baseline"),
              Field("limit_t", "t/yr", "Limit"), Field("stock_t", "t/yr", "Put in stock at the mine"))  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for key, site in sorted(answer.comparison.result.sites.items()):
        thing = answer.atlas.mines.get(site.id) or answer.atlas.plants.get(site.id)
        old = before.get(key)
        rows.append((
            site.id, site.commodity, site.form, thing.name if thing else site.id, thing.country if thing else None,
            thing.residual if thing else None, thing.confidence if thing else None, site.output_t,
            old.output_t if old else None, site.limit_t, site.stock_t,
        ))  # fmt: skip
    return Sheet("sites", "Mines and plants", 3, fields, tuple(rows))


def _totals(answer: Answer) -> Sheet:
    fields = (COMMODITY, Field("area", "", "Country or area"), Field("stage", "", "Stage"),
              Field("confidence", "", "Confidence"), Field("source", "", "Source"),
              Field("modelled_t", "t/yr", "Modelled in the baseline"),
              Field("residual_t", "t/yr", "of which labelled rest of country"),
              Field("unsold_t", "t/yr", "Room left at its mines and plants"),
              Field("published_t", "t/yr", "Published"), Field("gap_t", "t/yr", "Gap"))  # fmt: skip
    rows = tuple(
        (t.commodity, t.area, t.stage, t.confidence or None, t.source or None, t.modelled_t, t.residual_t,
         t.unsold_t, t.published_t, t.gap_t)
        for t in national_totals(answer.atlas, answer.comparison.baseline)
    )  # fmt: skip
    return Sheet("totals", "National totals", 3, fields, rows)


def _reasons(answer: Answer) -> Sheet:
    fields = (Field("subject", "", "Subject"), COMMODITY, Field("words", "", "Reason"),
              Field("tonnes", "t/yr", "Tonnes"))  # fmt: skip
    rows = tuple((r.subject, r.commodity or None, r.words, r.tonnes) for r in answer.comparison.result.reasons)
    return Sheet("reasons", "Why tonnes are missing", 3, fields, rows)


def rounded(value: Cell, digits: int = 6) -> Cell:
    """A number without noise of the last bits, whole where it is whole; never ``-0``, never NaN (``None``)."""
    if isinstance(value, bool) or not isinstance(value, float | int):
        return value
    if not math.isfinite(value):
        return None
    return round(float(value), digits) + 0.0


def field_picker(sheet: Sheet) -> Callable[[tuple[Cell, ...]], dict[str, Cell]]:
    """A function from a row to its cells by field name, rounded."""
    names = [field.name for field in sheet.fields]
    return lambda row: {name: rounded(cell) for name, cell in zip(names, row, strict=True)}
