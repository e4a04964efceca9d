"""Figures of the Results dock for one commodity, from the answer and the baseline. No widget in here.

Lost tonnes, added costs and added days are three figures; nothing here adds one to another.
"""

from __future__ import annotations

from dataclasses import dataclass

from lodeway.model.result import Change, MarketResult, Reason, Result
from lodeway.session.document import Document
from lodeway.ui.panels.routes_data import shown_result


@dataclass(frozen=True, slots=True)
class Figures:
    """One commodity over all markets, or one market of it. Tonnes are in the unit of account per year."""

    market: str
    commodity: str
    demand_t: float
    delivered_t: float
    unmet_t: float
    cost_usd_per_t: float | None
    days: float | None
    unmet_change_t: float | None
    added_cost_usd_per_t: float | None
    added_days: float | None
    rerouted_t: float | None
    """The changes are ``None`` at the baseline and where nothing is delivered in both cases."""


def _mean(parts: list[tuple[float, float | None]]) -> float | None:
    """Mean of (tonnes, value) by tonnes; ``None`` where no tonne has a value."""
    known = [(tonnes, value) for tonnes, value in parts if value is not None and tonnes > 0]
    total = sum(tonnes for tonnes, _ in known)
    return sum(tonnes * value for tonnes, value in known) / total if total > 0 else None


def _figures(result: Result, market: str, commodity: str, change: Change | None) -> Figures:
    rows = [m for m in result.markets if m.commodity == commodity and (not market or m.id == market)]
    return Figures(
        market=market,
        commodity=commodity,
        demand_t=sum(m.demand_t for m in rows),
        delivered_t=sum(m.delivered_t for m in rows),
        unmet_t=sum(m.unmet_t for m in rows),
        cost_usd_per_t=_mean([(m.delivered_t, m.mean_cost_usd_per_t) for m in rows]),
        days=_mean([(m.delivered_t, m.mean_days) for m in rows]),
        unmet_change_t=change.unmet_t if change is not None else None,
        added_cost_usd_per_t=change.added_cost_usd_per_t if change is not None else None,
        added_days=change.added_days if change is not None else None,
        rerouted_t=change.rerouted_t if change is not None else None,
    )


def _changes(document: Document) -> dict[tuple[str, str], Change]:
    """(id, commodity) to change; empty at the baseline."""
    if document.answer is None or not document.scenario_asked:
        return {}
    return {(change.id, change.commodity): change for change in document.answer.comparison.changes}


def total_figures(document: Document) -> list[Figures]:
    """One entry per solved commodity, the chosen one alone where one is chosen."""
    result = shown_result(document)
    if result is None:
        return []
    changes = _changes(document)
    commodities = dict.fromkeys(m.commodity for m in result.markets)
    return [
        _figures(result, "", commodity, changes.get((commodity, commodity)))
        for commodity in commodities
        if document.commodity in ("", commodity)
    ]


def market_figures(document: Document) -> list[Figures]:
    """One entry per market of the chosen commodity (of all of them where none is chosen)."""
    result = shown_result(document)
    if result is None:
        return []
    changes = _changes(document)
    return [
        _figures(result, row.id, row.commodity, changes.get((row.id, row.commodity)))
        for row in sorted(result.markets, key=_size)
        if document.commodity in ("", row.commodity)
    ]


def reasons(document: Document) -> list[Reason]:
    """Why tonnes are missing, of the chosen commodity or of all, the largest first."""
    result = shown_result(document)
    if result is None:
        return []
    wanted = [r for r in result.reasons if not document.commodity or r.commodity in ("", document.commodity)]
    return sorted(wanted, key=lambda reason: -reason.tonnes)


def _size(row: MarketResult) -> tuple[str, float]:
    return row.commodity, -row.demand_t
