"""Cut: take away a share of a thing's capacity."""

from __future__ import annotations

from lodeway.levers.lever import Lever, LeverField, check_target, number
from lodeway.model.atlas import Atlas
from lodeway.model.scenario import LeverUse
from lodeway.solve.effects import Effect, Limit
from lodeway.solve.parameters import BOX_GROSS_T_PER_TEU

TARGETS = ("link", "route", "port", "gate", "mine", "plant")
PERCENT = LeverField("percent", "Capacity taken away", "%", 0.0, 100.0, 50.0)


def apply(atlas: Atlas, use: LeverUse) -> Effect:
    """Limit the use of the target to what remains of its capacity beside other traffic.

    Where no capacity is known, what remains is a share of what the baseline carries. Raises ``UnknownIdError`` or
    ``ScenarioError``.
    """
    kind = check_target(atlas, use, TARGETS)
    keep = 1.0 - number(use, PERCENT) / 100.0
    capacity: float | None = None
    if kind == "link":
        link = atlas.links[use.target]
        links = frozenset((link.id,))
        if link.capacity_t_per_year is not None:
            capacity = max(0.0, link.capacity_t_per_year - (link.other_traffic_t_per_year or 0.0))
    elif kind == "route":
        route = atlas.routes[use.target]
        links = frozenset(route.markers)
        rooms = [
            max(0.0, atlas.links[k].capacity_t_per_year - (atlas.links[k].other_traffic_t_per_year or 0.0))  # type: ignore[operator]
            for k, _ in route.links
            if k in atlas.links and atlas.links[k].capacity_t_per_year is not None
        ]
        capacity = min(rooms) if rooms else route.capacity_t_per_year
    elif kind == "gate":
        links = frozenset(atlas.gates[use.target].links)
    else:
        links = frozenset(
            link.id
            for link in atlas.links.values()
            if use.target in (link.from_site, link.to_site) and (kind != "port" or link.kind == "sea")
        )
        if kind == "port":
            port = atlas.ports[use.target]
            if port.bulk_capacity_t_per_year is not None and port.box_capacity_teu_per_year is not None:
                capacity = port.bulk_capacity_t_per_year + port.box_capacity_teu_per_year * BOX_GROSS_T_PER_TEU
    return Effect(limits=(Limit(use.target, links, capacity, keep),))


LEVER = Lever("cut", "Cut capacity", "{target} loses {percent} % of its capacity", TARGETS, apply, (PERCENT,))
