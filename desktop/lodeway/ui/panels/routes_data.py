"""Rows of the Routes table: what each route can carry, carries, and who depends on it. No widget in here."""

from __future__ import annotations

from dataclasses import dataclass

from lodeway.model.result import Result, Throughput
from lodeway.session.document import Document


@dataclass(frozen=True, slots=True)
class RouteRow:
    """One route. Tonnes are gross per year; ``None`` = unknown."""

    id: str
    name: str
    short_name: str
    status: str
    confidence: str
    blocked: bool
    capacity_t: float | None
    flow_t: float | None
    utilisation: float | None
    bottleneck: str
    exposure: float | None
    """Share (0..1) of what the chosen market receives of the chosen commodity."""
    change_t: float | None
    """Flow less that of the baseline; ``None`` at the baseline itself."""
    by_commodity: tuple[tuple[str, float], ...]


def shown_result(document: Document) -> Result | None:
    """The newest answer, else the baseline, else ``None``."""
    return document.answer.result if document.answer is not None else document.baseline


def exposure_of_routes(result: Result | None, market: str, commodity: str) -> dict[str, float] | None:
    """Route id to share; ``None`` where the market receives nothing, so that no share exists."""
    if result is None or not market or not commodity:
        return None
    received = sum(m.delivered_t for m in result.markets if (m.id, m.commodity) == (market, commodity))
    if received <= 0:
        return None
    return {
        e.id: e.share for e in result.exposure if e.by == "route" and (e.market, e.commodity) == (market, commodity)
    }


def route_rows(document: Document) -> list[RouteRow]:
    """One row per route of the atlas, in the atlas' order."""
    if document.atlas is None:
        return []
    result = shown_result(document)
    exposure = exposure_of_routes(result, document.market, document.commodity)
    asked = document.scenario_asked
    rows = []
    for route in document.atlas.routes.values():
        use: Throughput | None = result.routes.get(route.id) if result is not None else None
        before = document.baseline.routes.get(route.id) if document.baseline is not None else None
        blocked = route.id in document.blocked
        rows.append(
            RouteRow(
                id=route.id,
                name=route.name,
                short_name=route.short_name or route.name,
                status="blocked" if blocked else route.status,
                confidence=route.confidence,
                blocked=blocked,
                capacity_t=use.capacity_t_per_year if use is not None else route.capacity_t_per_year,
                flow_t=use.flow_t_per_year if use is not None else None,
                utilisation=use.utilisation if use is not None else None,
                bottleneck=use.bottleneck if use is not None else "",
                exposure=None if exposure is None else exposure.get(route.id, 0.0),
                change_t=use.flow_t_per_year - before.flow_t_per_year if asked and use and before else None,
                by_commodity=tuple(sorted(use.by_commodity.items(), key=lambda item: -item[1])) if use else (),
            )
        )
    return rows
