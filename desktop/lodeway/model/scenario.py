"""A scenario: an ordered list of levers over the read-only baseline."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, Self

Adaptation = Literal["weeks", "months", "years"]
ADAPTATIONS: tuple[Adaptation, ...] = ("weeks", "months", "years")


@dataclass(frozen=True, slots=True)
class LeverUse:
    """One lever with its settings: ``kind`` names a file in ``levers/``, ``target`` an id, ``settings`` its fields."""

    kind: str
    target: str
    settings: tuple[tuple[str, float | str | bool], ...] = ()

    def setting(self, name: str) -> float | str | bool | None:
        """The value of one field, or ``None`` where it is not set."""
        return dict(self.settings).get(name)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Levers in their order, the year, and how far trade may adapt."""

    name: str = "Baseline"
    levers: tuple[LeverUse, ...] = ()
    year: int | None = None
    """``None`` = the atlas year."""
    adaptation: Adaptation = "months"
    comment: str = field(default="", compare=False)

    def with_lever(self, lever: LeverUse) -> Self:
        """The same scenario with one more lever; setting the same kind on the same target replaces it in place."""
        kept = list(self.levers)
        for index, other in enumerate(kept):
            if (other.kind, other.target) == (lever.kind, lever.target):
                kept[index] = lever
                return replace(self, levers=tuple(kept))
        return replace(self, levers=(*kept, lever))

    def without_lever(self, kind: str, target: str) -> Self:
        """The same scenario without that lever; unchanged where it has none."""
        return replace(self, levers=tuple(u for u in self.levers if (u.kind, u.target) != (kind, target)))
