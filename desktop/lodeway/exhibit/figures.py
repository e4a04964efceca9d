"""The key-figure table of an exhibit: numbers of the shown result, never typed."""

from __future__ import annotations

from dataclasses import dataclass

from lodeway.carto.scene import Scene
from lodeway.model.result import Result

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Row:
    """A line of the table: name, value now, and the change against the baseline with its sign."""

    name: str
    value: str
    change: str = ""
    mark: str = ""
    """``blocked``, ``lost`` or ``gained``; empty = plain."""


def kt(value: float | None) -> str:
    """Tonnes as kt or Mt with three digits."""
    if value is None:
        return UNKNOWN
    return f"{value / 1e6:,.2f} Mt" if abs(value) >= 999_500 else f"{value / 1e3:,.0f} kt"


def signed(value: float, words: str) -> str:
    """``+12 kt``; a true minus sign."""
    return ("+" if value > 0 else "\N{MINUS SIGN}") + words.lstrip("-")


def headline(scene: Scene) -> list[Row]:
    """Unmet demand per commodity that the result solves."""
    result, atlas = scene.result, scene.atlas
    if result is None or atlas is None:
        return []
    rows = []
    for commodity in sorted({market.commodity for market in result.markets}):
        if scene.commodity and commodity != scene.commodity:
            continue
        unmet, delivered = _sum(result, commodity, "unmet_t"), _sum(result, commodity, "delivered_t")
        name = atlas.commodities[commodity].name
        before = scene.baseline if scene.baseline is not result else None
        for words, now, key in (("delivered", delivered, "delivered_t"), ("unmet", unmet, "unmet_t")):
            change = now - _sum(before, commodity, key) if before else 0.0
            rows.append(
                Row(
                    f"{name} {words}",
                    kt(now),
                    signed(change, kt(abs(change))) if abs(change) >= 500 else "",
                    "" if abs(change) < 500 else "lost" if (change > 0) == (words == "unmet") else "gained",
                )
            )
    return rows


def routes(scene: Scene, most: int = 12) -> list[Row]:
    """Routes with the heaviest flow now or before, gross t/yr."""
    result = scene.result
    if result is None:
        return []
    before = scene.baseline.routes if scene.baseline and scene.baseline is not result else {}

    def weight(identifier: str) -> float:
        old = before.get(identifier)
        return max(result.routes[identifier].flow_t_per_year, old.flow_t_per_year if old else 0.0)

    rows = []
    for identifier in sorted(result.routes, key=lambda one: (not result.routes[one].blocked, -weight(one), one))[:most]:
        through = result.routes[identifier]
        if weight(identifier) <= 0 and not through.blocked:
            continue
        old = before.get(identifier)
        change = through.flow_t_per_year - old.flow_t_per_year if old else 0.0
        use = f" · {through.utilisation:.0%}" if through.utilisation is not None else ""
        atlas = scene.atlas
        name = atlas.routes[identifier].short_name if atlas and identifier in atlas.routes else through.name
        mark = "blocked" if through.blocked else "" if abs(change) < 500 else "gained" if change > 0 else "lost"
        rows.append(
            Row(
                name,
                kt(through.flow_t_per_year) + use,
                signed(change, kt(abs(change))) if abs(change) >= 500 else "",
                mark,
            )
        )
    return rows


def _sum(result: Result, commodity: str, key: str) -> float:
    return float(sum(getattr(market, key) for market in result.markets if market.commodity == commodity))
