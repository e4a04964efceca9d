"""Block: close a thing to all cargo."""

from __future__ import annotations

from lodeway.errors import ScenarioError
from lodeway.levers.lever import Lever
from lodeway.model.atlas import Atlas
from lodeway.model.scenario import LeverUse
from lodeway.solve.effects import Effect
from lodeway.solve.paths import expand_block

TARGETS = ("link", "route", "port", "gate", "place", "waypoint", "mine", "plant", "market", "country", "area")


def apply(atlas: Atlas, use: LeverUse) -> Effect:
    """Close every link that the block of the target means; raises ``UnknownIdError`` or ``ScenarioError``."""
    links = expand_block(atlas, use.target).links
    if not links:
        raise ScenarioError(f"{use.target} has no links in the atlas, so that there is nothing to block")
    return Effect(closed=links, blocked_subjects=frozenset((use.target,)))


LEVER = Lever("block", "Block", "{target} is closed to all cargo", TARGETS, apply)
