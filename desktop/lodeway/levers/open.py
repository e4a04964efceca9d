"""Open: put a planned or closed link, route or gate into use."""

from __future__ import annotations

from lodeway.errors import ScenarioError
from lodeway.levers.lever import Lever, check_target
from lodeway.model.atlas import Atlas
from lodeway.model.scenario import LeverUse
from lodeway.solve.effects import Effect

TARGETS = ("link", "route", "gate")


def apply(atlas: Atlas, use: LeverUse) -> Effect:
    """Open every link of the target that is not in use; raises ``UnknownIdError`` or ``ScenarioError``."""
    kind = check_target(atlas, use, TARGETS)
    if kind == "link":
        links = frozenset((use.target,))
    elif kind == "gate":
        links = frozenset(atlas.gates[use.target].links)
    else:
        route = atlas.routes[use.target]
        links = frozenset(link for link, _ in route.links) | frozenset(route.markers)
    if not links:
        raise ScenarioError(f"{use.target} has no links in the atlas, so that there is nothing to open")
    return Effect(opened=links)


LEVER = Lever("open", "Open", "{target} is in use", TARGETS, apply)
