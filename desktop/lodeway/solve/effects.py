"""What a lever does to the flow problem, and the table by which a scenario finds it.

Levers live above the solver (``lodeway.levers``) and hand their effect functions down with ``register``; the solver
knows only link closures, openings and limits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lodeway.errors import ScenarioError
from lodeway.model.atlas import Atlas
from lodeway.model.network import USABLE
from lodeway.model.scenario import LeverUse, Scenario


@dataclass(frozen=True, slots=True)
class Limit:
    """The named thing keeps ``keep_share`` (0..1) of its capacity, or of its baseline use where none is known.

    Its use is counted in gross tonnes on ``links``.
    """

    subject: str
    links: frozenset[str]
    capacity_t_per_year: float | None
    keep_share: float


@dataclass(frozen=True, slots=True)
class Effect:
    """Changes of one lever: link ids closed and opened, limits, and the ids that a person closed."""

    closed: frozenset[str] = frozenset()
    opened: frozenset[str] = frozenset()
    limits: tuple[Limit, ...] = ()
    blocked_subjects: frozenset[str] = frozenset()


LeverEffect = Callable[[Atlas, LeverUse], Effect]
_EFFECTS: dict[str, LeverEffect] = {}


def register(effects: Mapping[str, LeverEffect]) -> None:
    """Make the effect functions of the lever table known, by lever kind."""
    _EFFECTS.update(effects)


@dataclass(frozen=True, slots=True)
class Conditions:
    """The state that a scenario puts the network in, against everything usable today."""

    closed: frozenset[str]
    opened: frozenset[str]
    limits: tuple[Limit, ...]
    blocked_subjects: frozenset[str]


def closed_today(atlas: Atlas) -> frozenset[str]:
    """Links that carry nothing in the atlas year: not in use, or a lane of a gate that is closed by default."""
    lanes = {link for gate in atlas.gates.values() if gate.closed_by_default for link in gate.links}
    return frozenset(link.id for link in atlas.links.values() if link.status not in USABLE or link.id in lanes)


def conditions(atlas: Atlas, scenario: Scenario) -> Conditions:
    """Apply the levers to the network of the scenario's year; a closed link stays closed. Raises ``ScenarioError``."""
    today = closed_today(atlas)
    year = atlas.year if scenario.year is None else scenario.year
    due = {
        link.id
        for link in atlas.links.values()
        if link.status == "planned" and link.open_year is not None and atlas.year < link.open_year <= year
    }
    closed: set[str] = set()
    opened: set[str] = set(due)
    limits: list[Limit] = []
    subjects: set[str] = set()
    for use in scenario.levers:
        if use.kind not in _EFFECTS:
            known = ", ".join(sorted(_EFFECTS)) or "none loaded"
            raise ScenarioError(f"there is no lever '{use.kind}'; the levers are {known}")
        effect = _EFFECTS[use.kind](atlas, use)
        closed |= effect.closed
        opened |= effect.opened & today
        limits += effect.limits
        subjects |= effect.blocked_subjects
    return Conditions(frozenset(closed), frozenset(opened - closed), tuple(limits), frozenset(subjects))
