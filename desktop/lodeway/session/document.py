"""The one immutable document: what is asked, what is shown, and the newest answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from lodeway.model.atlas import Atlas, Provenance
from lodeway.model.features import Features
from lodeway.model.look import LayerLook, Note
from lodeway.model.own_layer import OwnLayer
from lodeway.model.result import Comparison, Result
from lodeway.model.scenario import Scenario

if TYPE_CHECKING:
    from lodeway.studies.n1 import Outage

Theme = Literal["light", "dark"]
Phase = Literal["idle", "loading", "solving", "failed"]


@dataclass(frozen=True, slots=True)
class View:
    """What the map looks at: centre in degrees WGS 84, and ground metres per screen pixel at the centre."""

    lon: float
    lat: float
    metres_per_pixel: float


@dataclass(frozen=True, slots=True)
class Plane:
    """What the map is drawn on: an id of :data:`lodeway.geo.projection.PROJECTIONS` or a text that PROJ reads.

    ``central_deg`` moves the middle of the projections that have one; ``rotation_deg`` turns the map clockwise.
    """

    crs: str = "equal-earth"
    central_deg: float | None = None
    rotation_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class Work:
    """What the background is doing. ``fraction`` is 0..1, or ``None`` where nobody can tell."""

    phase: Phase = "idle"
    words: str = ""
    fraction: float | None = None


@dataclass(frozen=True)
class Answer:
    """The solved scenario; ``stamp`` is the number of the question that it answers."""

    stamp: int
    comparison: Comparison

    @property
    def result(self) -> Result:
        """The result itself, without its baseline."""
        return self.comparison.result


@dataclass(frozen=True)
class StudyState:
    """How far the study of what hurts most is, and what it has found; ``scenario`` is the one that it is about."""

    scenario: Scenario
    phase: Literal["running", "done", "cancelled", "failed"]
    outages: tuple[Outage, ...]
    fraction: float
    words: str = ""
    """One sentence where it failed."""


@dataclass(frozen=True)
class Document:
    """Everything the program shows follows from this. Commands change the undoable fields, jobs the rest."""

    scenario: Scenario = field(default_factory=Scenario)
    market: str = ""
    """Market id whose exposure is shown, or empty before the atlas is read."""
    commodity: str = ""
    """Commodity id that figures and flows are about; empty = all of them."""
    hidden_layers: frozenset[str] = frozenset()
    looks: Mapping[str, LayerLook] = field(default_factory=dict)
    """Shipped layers that the user wants to look otherwise, by id."""
    notes: tuple[Note, ...] = ()
    """The user's notes on the map."""
    own: tuple[OwnLayer, ...] = ()
    """The user's layers, topmost first."""
    plane: Plane = Plane()
    theme: Theme = "light"
    view: View | None = None
    selection: str = ""
    """Id of the chosen site, link, gate or route, or empty."""
    features: Features = field(default_factory=Features)
    """Chosen features of the map layers, for tables and tools."""
    atlas: Atlas | None = field(default=None, compare=False)
    provenance: Provenance | None = field(default=None, compare=False)
    baseline: Result | None = field(default=None, compare=False)
    answer: Answer | None = field(default=None, compare=False)
    """Belongs to ``question`` only where the stamps agree."""
    question: int = field(default=0, compare=False)
    """Number of the newest question; grows with each change of the scenario."""
    work: Work = field(default_factory=Work, compare=False)
    study: StudyState | None = field(default=None, compare=False)

    @property
    def is_current(self) -> bool:
        """Whether the answer belongs to the scenario that is shown."""
        return self.answer is not None and self.answer.stamp == self.question

    @property
    def scenario_asked(self) -> bool:
        """Whether the shown answer is that of a what-if, not of the baseline."""
        if self.answer is None:
            return False
        asked = self.answer.result.scenario
        return bool(asked.levers) or asked.year is not None

    @property
    def blocked(self) -> frozenset[str]:
        """Ids that the scenario blocks."""
        return frozenset(lever.target for lever in self.scenario.levers if lever.kind == "block")


UNDOABLE: Final = ("scenario", "market", "commodity", "hidden_layers", "features", "plane", "own", "looks", "notes")
"""Fields that commands change and undo brings back; the rest (view, theme, answers) is left as it is."""


def with_undoable(document: Document, source: Document) -> Document:
    """``document`` with the undoable fields of ``source``."""
    return replace(document, **{name: getattr(source, name) for name in UNDOABLE})
