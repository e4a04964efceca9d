"""What one more and one less tonne of a route's capacity is worth: two warm re-solves of its whole chain.

A chain of links of equal capacity has no single price: the dual value of one link says nothing while the next one is
full as well. So all limits of the chain move together by a small step, and the cost of the world is taken before and
after. The two values differ where the chain is just full; no raw dual is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lodeway.errors import UnknownIdError
from lodeway.model.result import Result
from lodeway.model.scenario import Scenario

if TYPE_CHECKING:
    from lodeway.solve import Model

STEP = 0.01
"""Share of the smallest capacity of the chain that is given or taken."""


@dataclass(frozen=True, slots=True)
class Worth:
    """Of a route or link: USD a year per gross tonne a year; ``None`` where no capacity of it is known to bind."""

    id: str
    one_more_usd_per_t: float | None
    one_less_usd_per_t: float | None
    step_t: float


def worth(model: Model, thing: str, scenario: Scenario | None = None, base: Result | None = None) -> Worth:
    """Both one-sided values of the capacity of a route, link or port; raises ``UnknownIdError``."""
    asked = scenario or Scenario()
    atlas = model.atlas
    if thing in atlas.routes:
        route = atlas.routes[thing]
        members = {link for link, _ in route.links} | set(route.markers)
    elif thing in atlas.links or thing in atlas.ports:
        members = {thing}
    else:
        raise UnknownIdError(f"there is no route, link or port {thing}; look it up with 'lodeway-cli find'")
    limits = [c for c in model.problem.capacities if c.subject in members]
    if not limits:
        return Worth(thing, None, None, 0.0)
    step = STEP * min(c.limit_kt for c in limits)
    if step <= 0.0:
        return Worth(thing, None, None, 0.0)
    now = (base or model.solve(asked)).objective_usd_per_year
    more = model.solve(asked, room_kt=dict.fromkeys(members, step)).objective_usd_per_year
    less = model.solve(asked, room_kt=dict.fromkeys(members, -step)).objective_usd_per_year
    tonnes = step * 1_000.0
    return Worth(thing, _plain((now - more) / tonnes), _plain((less - now) / tonnes), tonnes)


def _plain(usd_per_t: float) -> float:
    """Never below zero but for rounding of the solver."""
    return round(max(0.0, usd_per_t), 6) + 0.0
