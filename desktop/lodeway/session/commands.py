"""What a user can do: each command makes the next document, and has the name that the Undo menu shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from lodeway.model.scenario import Adaptation, LeverUse, Scenario
from lodeway.session.document import Document


class Command(Protocol):
    """One step that can be undone."""

    @property
    def name(self) -> str:
        """Words for the Undo menu, in the imperative."""
        ...

    @property
    def merge_key(self) -> str:
        """Steps in a row with the same key, while a control is being dragged, become one; empty = never."""
        ...

    def apply(self, document: Document) -> Document:
        """The next document; the same one where nothing changes."""
        ...


@dataclass(frozen=True, slots=True)
class _Once:
    """A command that never merges with another."""

    @property
    def merge_key(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Block(_Once):
    """Close a link, route, port, gate, site or country."""

    target: str
    label: str

    @property
    def name(self) -> str:
        return f"Block {self.label}"

    def apply(self, document: Document) -> Document:
        return replace(document, scenario=_with_lever(document, LeverUse("block", self.target)))


@dataclass(frozen=True, slots=True)
class Unblock(_Once):
    """Take a block away again."""

    target: str
    label: str

    @property
    def name(self) -> str:
        return f"Unblock {self.label}"

    def apply(self, document: Document) -> Document:
        return replace(document, scenario=_without_lever(document, "block", self.target))


@dataclass(frozen=True, slots=True)
class Cut:
    """Take ``percent`` (0..100) off the capacity; 0 takes the cut away. Merges while a slider moves."""

    target: str
    label: str
    percent: float

    @property
    def name(self) -> str:
        return f"Cut {self.label} by {self.percent:g} %" if self.percent > 0 else f"Remove Cut of {self.label}"

    @property
    def merge_key(self) -> str:
        return f"cut {self.target}"

    def apply(self, document: Document) -> Document:
        if self.percent <= 0:
            return replace(document, scenario=_without_lever(document, "cut", self.target))
        lever = LeverUse("cut", self.target, (("percent", float(self.percent)),))
        return replace(document, scenario=_with_lever(document, lever))


@dataclass(frozen=True, slots=True)
class Open(_Once):
    """Open a planned or closed line."""

    target: str
    label: str

    @property
    def name(self) -> str:
        return f"Open {self.label}"

    def apply(self, document: Document) -> Document:
        return replace(document, scenario=_with_lever(document, LeverUse("open", self.target)))


@dataclass(frozen=True, slots=True)
class RemoveLever(_Once):
    """Take any lever out of the scenario."""

    kind: str
    target: str
    label: str

    @property
    def name(self) -> str:
        return f"Remove {self.label}"

    def apply(self, document: Document) -> Document:
        return replace(document, scenario=_without_lever(document, self.kind, self.target))


@dataclass(frozen=True, slots=True)
class SetAdaptation(_Once):
    """How far trade may adapt: weeks, months or years."""

    adaptation: Adaptation

    @property
    def name(self) -> str:
        return f"Let Trade Adapt for {self.adaptation.capitalize()}"

    def apply(self, document: Document) -> Document:
        return replace(document, scenario=_named(replace(document.scenario, adaptation=self.adaptation)))


@dataclass(frozen=True, slots=True)
class SetYear:
    """The scenario year; ``None`` = the year of the atlas. Merges while the arrow is held down."""

    year: int | None

    @property
    def name(self) -> str:
        return "Back to the Atlas Year" if self.year is None else f"Set Year {self.year}"

    @property
    def merge_key(self) -> str:
        return "year"

    def apply(self, document: Document) -> Document:
        return replace(document, scenario=_named(replace(document.scenario, year=self.year)))


@dataclass(frozen=True, slots=True)
class ResetScenario(_Once):
    """Back to the baseline."""

    @property
    def name(self) -> str:
        return "Reset to Baseline"

    def apply(self, document: Document) -> Document:
        return replace(document, scenario=Scenario())


@dataclass(frozen=True, slots=True)
class UseScenario(_Once):
    """Replace the whole scenario, as after opening a file."""

    scenario: Scenario

    @property
    def name(self) -> str:
        return f"Open Scenario “{self.scenario.name}”"

    def apply(self, document: Document) -> Document:
        return replace(document, scenario=self.scenario)


@dataclass(frozen=True, slots=True)
class ShowLayers(_Once):
    """Show or hide one layer or a group of them."""

    layers: frozenset[str]
    shown: bool
    label: str

    @property
    def name(self) -> str:
        return f"{'Show' if self.shown else 'Hide'} {self.label}"

    def apply(self, document: Document) -> Document:
        hidden = document.hidden_layers - self.layers if self.shown else document.hidden_layers | self.layers
        return replace(document, hidden_layers=hidden)


@dataclass(frozen=True, slots=True)
class ChooseMarket(_Once):
    """Whose exposure is shown."""

    market: str
    label: str

    @property
    def name(self) -> str:
        return f"Show Exposure of {self.label}"

    def apply(self, document: Document) -> Document:
        return replace(document, market=self.market)


@dataclass(frozen=True, slots=True)
class ChooseCommodity(_Once):
    """Which commodity figures and flows are about; empty = all."""

    commodity: str
    label: str

    @property
    def name(self) -> str:
        return f"Show {self.label}"

    def apply(self, document: Document) -> Document:
        return replace(document, commodity=self.commodity)


COMMANDS: tuple[type, ...] = (
    Block, Unblock, Cut, Open, RemoveLever, SetAdaptation, SetYear, ResetScenario, UseScenario, ShowLayers,
    ChooseMarket, ChooseCommodity,
)  # fmt: skip
"""Every command there is; a test tries them all in any order."""


def _with_lever(document: Document, lever: LeverUse) -> Scenario:
    return _named(document.scenario.with_lever(lever))


def _without_lever(document: Document, kind: str, target: str) -> Scenario:
    return _named(document.scenario.without_lever(kind, target))


def _named(scenario: Scenario) -> Scenario:
    """A baseline that is changed is one no more, and the other way round; a name that the user gave stays."""
    plain = not scenario.levers and scenario.year is None
    if plain and scenario.name == "What-if":
        return replace(scenario, name="Baseline")
    if not plain and scenario.name == "Baseline":
        return replace(scenario, name="What-if")
    return scenario
