"""The answer to a scenario as text: what is lost, what it costs, where the metal goes instead."""

from __future__ import annotations

from collections.abc import Mapping

from lodeway.cli.scenario_args import describe, name_of
from lodeway.cli.text import Footnotes, Table, money, number, share, source_title, wrapped
from lodeway.exports.answer import Answer
from lodeway.model.result import Throughput

_NEGLIGIBLE_T = 0.5
_MOST = 12
_MOST_REASONS = 15


def lines(answer: Answer, *, every: bool = False) -> list[str]:
    """The whole report; ``every`` lists all routes, ports, gates and markets."""
    result, base = answer.comparison.result, answer.comparison.baseline
    notes = Footnotes()
    alone = result.scenario.levers == base.scenario.levers and result.scenario.year == base.scenario.year
    out = wrapped(describe(answer.atlas, result.scenario) if result.scenario.levers else "The baseline: no lever")
    out += [
        f"Year {result.year}, adaptation {result.scenario.adaptation}, data {result.data_version}, compared with "
        f"{'the baseline' if not base.scenario.levers else describe(answer.atlas, base.scenario)}",
        f"{result.status.capitalize()}: {money(result.objective_usd_per_year)} USD a year"
        + ("" if alone else f" ({money(result.objective_usd_per_year - base.objective_usd_per_year, sign=True)})")
        + f", solved in {result.info.seconds:.2f} s, largest balance error "
        f"{result.info.max_balance_error_kt * 1e3:.1e} t",
        "",
    ]
    out += _commodities(answer)
    out += _markets(answer, every)
    out += _things(answer, "Routes, gross t/yr", base.routes, result.routes, every or alone, notes)
    out += _things(answer, "Gates, gross t/yr", base.gates, result.gates, every, notes)
    out += _things(answer, "Ports, gross t/yr", base.ports, result.ports, every, notes)
    out += _reasons(answer)
    out.append(
        "~ estimated, = derived; a blank capacity is unknown and taken as no limit. Flows are gross tonnes, markets "
        "contained tonnes. Losses and costs are never added up."
    )
    if notes.titles:
        out += ["", "Sources of the capacities", *notes.lines()]
    return [line for chunk in out for line in (wrapped(chunk) if len(chunk) > 100 and "  " not in chunk else [chunk])]


def _commodities(answer: Answer) -> list[str]:
    result = answer.comparison.result
    changes = {c.id: c for c in answer.comparison.changes if c.id in answer.atlas.commodities}
    table = Table(("commodity", "demand t", "unmet t", "added unmet t", "re-routed t", "added USD", "added USD/t",
                   "added days"), frozenset({"commodity"}))  # fmt: skip
    for key, change in sorted(changes.items()):
        mine = [m for m in result.markets if m.commodity == key]
        table.add(
            name_of(answer.atlas, key), number(sum(m.demand_t for m in mine)), number(sum(m.unmet_t for m in mine)),
            number(change.unmet_t, sign=True), number(change.rerouted_t), money(change.added_cost_usd, sign=True),
            number(change.added_cost_usd_per_t, 2, sign=True), number(change.added_days, 2, sign=True),
        )  # fmt: skip
    return [*table.lines(), ""]


def _markets(answer: Answer, every: bool) -> list[str]:
    result = answer.comparison.result
    changes = {(c.id, c.commodity): c for c in answer.comparison.changes}
    table = Table(("market", "commodity", "delivered t", "unmet t", "added unmet t", "USD/t", "added USD/t", "days",
                   "added days"), frozenset({"market", "commodity"}))  # fmt: skip
    for m in result.markets:
        change = changes.get((m.id, m.commodity))
        unmet = change.unmet_t if change else 0.0
        cost = change.added_cost_usd_per_t if change else None
        days = change.added_days if change else None
        if every or abs(unmet) >= _NEGLIGIBLE_T or abs(cost or 0.0) >= 0.005 or abs(days or 0.0) >= 0.005:
            table.add(
                name_of(answer.atlas, m.id), name_of(answer.atlas, m.commodity), number(m.delivered_t),
                number(m.unmet_t), number(unmet, sign=True), number(m.mean_cost_usd_per_t, 2),
                number(cost, 2, sign=True), number(m.mean_days, 1), number(days, 2, sign=True),
            )  # fmt: skip
    return ["Markets" if every else "Markets that notice it", *table.lines(), ""] if table.rows else []


def _things(
    answer: Answer, title: str, before: Mapping[str, Throughput], now: Mapping[str, Throughput], every: bool,
    notes: Footnotes,
) -> list[str]:  # fmt: skip
    table = Table(("", "id", "capacity", "source", "flow", "change", "use", "bottleneck"),
                  frozenset({"", "id", "source", "bottleneck"}))  # fmt: skip
    rows = []
    for key, use in now.items():
        change = use.flow_t_per_year - (before[key].flow_t_per_year if key in before else 0.0)
        if use.blocked or abs(change) >= _NEGLIGIBLE_T or (every and use.flow_t_per_year >= _NEGLIGIBLE_T):
            rows.append((not use.blocked, -abs(change), -use.flow_t_per_year, key, use, change))
    rows.sort(key=lambda row: row[:4])
    shown = rows if every else rows[:_MOST]
    for _, _, _, key, use, change in shown:
        name = name_of(answer.atlas, key) + (" (blocked)" if use.blocked else "")
        table.add(
            name,
            key,
            *_capacity(answer, key, use, notes),
            number(use.flow_t_per_year),
            number(change, sign=True),
            share(use.utilisation) if use.utilisation is not None else "",
            use.bottleneck.removeprefix("link:"),
        )
    if not table.rows:
        return []
    more = [] if len(shown) == len(rows) else [f"and {len(rows) - len(shown)} more with smaller changes (--all)"]
    return [title, *table.without_empty().lines(), *more, ""]


def _capacity(answer: Answer, key: str, use: Throughput, notes: Footnotes) -> tuple[str, str]:
    """The capacity with the mark of its confidence, and its footnote."""
    if use.capacity_t_per_year is None:
        return "", ""
    confidence, source_id = answer.capacity_source(key, use) or ("", "")
    source = answer.atlas.sources.get(source_id)
    mark = {"estimated": "~", "derived": "="}.get(confidence, "")
    note = "" if source is None else notes.mark(source.id, source_title(source))
    return mark + number(use.capacity_t_per_year), note


def _reasons(answer: Answer) -> list[str]:
    reasons = sorted(answer.comparison.result.reasons, key=lambda r: -r.tonnes)
    out = ["Why tonnes are missing, and remarks"] if reasons else []
    for reason in reasons[:_MOST_REASONS]:
        head = f"{name_of(answer.atlas, reason.subject)}, {name_of(answer.atlas, reason.commodity)}"
        out += wrapped(f"{head}, {number(reason.tonnes)} t: {reason.words}", first="- ", later="  ")
    if len(reasons) > _MOST_REASONS:
        out.append(f"and {len(reasons) - _MOST_REASONS} smaller ones (--json lists all)")
    return [*out, ""] if out else []
