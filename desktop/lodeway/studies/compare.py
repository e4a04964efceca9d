"""A result beside its baseline: what is lost, moved, added in cost and days. Losses and costs are never added up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from lodeway.model.result import Change, Comparison, MarketResult, Result, Throughput

NEGLIGIBLE_T = 1.0
"""Moves below a tonne a year are not counted."""

ByLink = dict[tuple[str, str], dict[tuple[str, bool], float]]
"""(form, origin) to (link, forward) to contained tonnes."""
Pair = tuple[MarketResult, MarketResult]
Key = TypeVar("Key")


def compare(baseline: Result, result: Result) -> Comparison:
    """Changes per market and commodity, per commodity, and per route.

    ``rerouted_t``: of a market, contained tonnes that no longer pass the thing (country, route, port, gate) that lost
    most, as far as another one won as many. Of a commodity, the same per form and origin over single links, summed. Of
    a route, the gross tonnes that it won (above zero) or lost (below zero). Added cost and days are differences of the
    means per delivered tonne, over the tonnes delivered in both cases.
    """
    changes: list[Change] = []
    before = {(m.id, m.commodity): m for m in baseline.markets}
    known = _known(baseline)
    shares = known.by_thing, _tonnes_by_thing(result)
    moved = _moved_by_commodity(known.by_link, _tonnes_by_link(result))
    pairs: dict[str, list[Pair]] = defaultdict(list)
    for now in result.markets:
        key = (now.id, now.commodity)
        old = before[key]
        pairs[now.commodity].append((old, now))
        changes.append(_change(now.id, now.commodity, [(old, now)], _shifted(shares[0][key], shares[1][key])))
    for commodity in sorted(pairs):
        changes.append(_change(commodity, commodity, pairs[commodity], moved.get(commodity, 0.0)))
    for name in sorted(result.routes):
        changes.append(_route_change(baseline.routes[name], result.routes[name]))
    return Comparison(baseline, result, tuple(changes))


def _change(name: str, commodity: str, pairs: list[Pair], moved_t: float) -> Change:
    unmet = sum(now.unmet_t - old.unmet_t for old, now in pairs)
    both = usd = tonne_days = 0.0
    for old, now in pairs:
        if (
            old.mean_cost_usd_per_t is None
            or now.mean_cost_usd_per_t is None
            or old.mean_days is None
            or now.mean_days is None
        ):
            continue
        delivered = min(old.delivered_t, now.delivered_t)
        both += delivered
        usd += delivered * (now.mean_cost_usd_per_t - old.mean_cost_usd_per_t)
        tonne_days += delivered * (now.mean_days - old.mean_days)
    if both <= 0.0:
        return Change(name, commodity, unmet, moved_t, None, None, None)
    return Change(name, commodity, unmet, moved_t, usd, usd / both, tonne_days / both)


def _route_change(old: Throughput, now: Throughput) -> Change:
    return Change(now.id, "", 0.0, now.flow_t_per_year - old.flow_t_per_year, None, None, None)


def _tonnes_by_thing(result: Result) -> dict[tuple[str, str], dict[tuple[str, str], float]]:
    delivered = {(m.id, m.commodity): m.delivered_t for m in result.markets}
    tonnes: dict[tuple[str, str], dict[tuple[str, str], float]] = {key: {} for key in delivered}
    for item in result.exposure:
        key = (item.market, item.commodity)
        tonnes[key][item.by, item.id] = item.share * delivered[key]
    return tonnes


def _shifted(old: Mapping[Key, float], now: Mapping[Key, float]) -> float:
    """Largest loss of one entry, as far as the largest gain of another one matches it."""
    differ = {key for key, _ in old.items() ^ now.items()}
    lost = max((old.get(key, 0.0) - now.get(key, 0.0) for key in differ), default=0.0)
    won = max((now.get(key, 0.0) - old.get(key, 0.0) for key in differ), default=0.0)
    moved = min(lost, won)
    return moved if moved >= NEGLIGIBLE_T else 0.0


def _tonnes_by_link(result: Result) -> ByLink:
    table: ByLink = {}
    for flow in result.flows:
        table.setdefault((flow.form, flow.origin), {})[flow.link, flow.forward] = flow.contained_t
    return table


def _moved_by_commodity(before: ByLink, now: ByLink) -> dict[str, float]:
    moved: dict[str, float] = defaultdict(float)
    for form, origin in {**before, **now}:
        commodity = "commodity:" + form.partition(":")[2].partition("/")[0]
        moved[commodity] += _shifted(before.get((form, origin), {}), now.get((form, origin), {}))
    return dict(moved)


@dataclass(frozen=True)
class _Known:
    """Tables of a baseline, which many results are compared with."""

    baseline: Result
    by_thing: dict[tuple[str, str], dict[tuple[str, str], float]]
    by_link: ByLink


_newest: list[_Known] = []


def _known(baseline: Result) -> _Known:
    found = next((known for known in list(_newest) if known.baseline is baseline), None)
    if found is None:
        found = _Known(baseline, _tonnes_by_thing(baseline), _tonnes_by_link(baseline))
        _newest[:] = [found]
    return found
