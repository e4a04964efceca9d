"""The main job without a display: solve the baseline and the Lobito block, print, draw to a file."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from lodeway.errors import LodewayError
from lodeway.model.result import Change, Comparison, Result
from lodeway.model.scenario import LeverUse, Scenario
from lodeway.session.engine import ShippedEngine
from lodeway.session.settings import read_scenario

PICTURE = Path("out") / "lodeway.png"
LOBITO = Scenario("Lobito blocked", (LeverUse("block", "route:lobito"),))
EXIT_BAD_INPUT = 2
NOTES = 6
"""Reasons and notes that are printed, the largest first."""


def main(scenario_file: Path | None = None, picture: Path = PICTURE) -> int:
    """Say that there is no display, solve the scenario of the file (or the Lobito block), return the exit status."""
    print("There is no display, so Lodeway does its main job without a window.\n", flush=True)
    try:
        scenario = LOBITO if scenario_file is None else read_scenario(scenario_file)
        print(table(_solve(scenario)))
        _draw(scenario, picture)
    except LodewayError as error:
        print(f"lodeway: {error}", file=sys.stderr)
        return EXIT_BAD_INPUT
    print(f"\nThe window as it would look: {picture}")
    return 0


def _solve(scenario: Scenario) -> Comparison:
    engine = ShippedEngine()
    engine.atlas()
    engine.baseline()
    return engine.solve(scenario)


def table(comparison: Comparison) -> str:
    """Routes and commodities of a comparison as plain text; an unknown value is ``unknown``, never 0."""
    names, result = comparison.baseline.routes, comparison.result
    lines = [
        f"{'Route':<44}{'capacity':>14}{'baseline':>12}{'scenario':>12}{'change':>12}   gross t/yr",
        "-" * 107,
    ]
    order = sorted(names.values(), key=lambda route: (-route.flow_t_per_year, route.name))
    for before in order:
        now = result.routes[before.id]
        if before.flow_t_per_year < 0.5 and now.flow_t_per_year < 0.5:
            continue
        mark = "  BLOCKED" if now.blocked else ""
        lines.append(
            f"{before.name[:43]:<44}{_tonnes(before.capacity_t_per_year):>14}{_tonnes(before.flow_t_per_year):>12}"
            f"{_tonnes(now.flow_t_per_year):>12}{_signed(now.flow_t_per_year - before.flow_t_per_year):>12}{mark}"
        )
    idle = sum(1 for r in order if r.flow_t_per_year < 0.5 and result.routes[r.id].flow_t_per_year < 0.5)
    if idle:
        lines.append(f"({idle} more routes carry nothing of the solved commodities)")
    heads = f"{'unmet t/yr':>14}{'change':>12}{'rerouted t':>14}{'added USD/t':>14}{'added days':>12}"
    lines += ["", f"{'Commodity':<20}{heads}", "-" * 86]
    changes = {change.id: change for change in comparison.changes if change.id == change.commodity}
    for commodity, change in sorted(changes.items()):
        lines.append(_commodity_line(commodity, change, comparison.result))
    reasons = sorted(comparison.result.reasons, key=lambda reason: -reason.tonnes)
    lines += ["", *(f"{reason.commodity.partition(':')[2]}: {reason.words}" for reason in reasons[:NOTES])]
    if len(reasons) > NOTES:
        lines.append(f"({len(reasons) - NOTES} more notes; the window shows them under Results > Why)")
    return "\n".join(lines).rstrip()


def _commodity_line(commodity: str, change: Change, result: Result) -> str:
    unmet = sum(row.unmet_t for row in result.markets if row.commodity == commodity)
    cost = "unknown" if change.added_cost_usd_per_t is None else f"{change.added_cost_usd_per_t:+.2f}"
    days = "unknown" if change.added_days is None else f"{change.added_days:+.2f}"
    return (
        f"{commodity.partition(':')[2]:<20}{_tonnes(unmet):>14}{_signed(change.unmet_t):>12}"
        f"{_tonnes(change.rerouted_t):>14}{cost:>14}{days:>12}"
    )


def _tonnes(value: float | None) -> str:
    return "unknown" if value is None else f"{value:,.0f}"


def _signed(value: float) -> str:
    return f"{value:+,.0f}" if abs(value) >= 0.5 else "0"


def _draw(scenario: Scenario, picture: Path) -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")  # what the offscreen platform cannot do
    from lodeway.session.commands import UseScenario
    from lodeway.ui.shot import save_window

    look_at = scenario.levers[0].target if scenario.levers else "world"
    save_window(picture, steps=lambda _: (UseScenario(scenario),), look_at=look_at)
