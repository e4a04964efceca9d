"""The answer as a printed map: an A3 page of vectors with embedded fonts."""

from __future__ import annotations

from pathlib import Path

from lodeway import __version__
from lodeway.exhibit.page import Page
from lodeway.exports.answer import Answer


def exhibit_of(answer: Answer) -> Page:
    """The page for an answer: the corridors of the Copperbelt, and the flows against the baseline."""
    from lodeway.carto.scene import Scene
    from lodeway.carto.themes import PRINT
    from lodeway.exhibit.compose import compose_exhibit
    from lodeway.paint.fonts import measure
    from lodeway.paint.page import ensure_application

    ensure_application()
    comparison, result = answer.comparison, answer.comparison.result
    blocked = frozenset(use.target for use in result.scenario.levers if use.kind == "block")
    scene = Scene(answer.atlas, result, comparison.baseline, blocked=blocked, theme=PRINT)
    levers = ", ".join(f"{use.kind} {use.target}" for use in result.scenario.levers) or "none"
    notes = (
        f"Scenario: {result.scenario.name}; levers: {levers}; solution {result.status}. "
        f"Data version {result.data_version}. Lodeway {__version__}."
    )
    return compose_exhibit(scene, measure, title=_title(answer), notes=notes)


def write(answer: Answer, path: Path) -> None:
    """Write the exhibit as PDF; raises :class:`lodeway.errors.DataError` if the file cannot be written."""
    from lodeway.paint.page import write_pdf

    write_pdf(exhibit_of(answer), path)


def _title(answer: Answer) -> str:
    scenario = answer.comparison.result.scenario
    names = []
    for use in scenario.levers:
        atlas = answer.atlas
        thing = atlas.routes.get(use.target) or atlas.gates.get(use.target) or atlas.sites.get(use.target)
        done = {"block": "closed", "cut": "cut back", "open": "opened"}.get(use.kind, use.kind)
        names.append(f"{thing.name if thing is not None else use.target} {done}")
    if not names:
        return "How copper and cobalt leave southern Africa"
    return "; ".join(names) if len(names) < 3 else f"{names[0]} and {len(names) - 1} more changes"
