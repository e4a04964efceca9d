"""What a study is: a name, a sentence, and a function that runs it with a crew and tells its progress."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from lodeway.model.scenario import Scenario
from lodeway.studies.crew import Crew, Ground

if TYPE_CHECKING:
    from lodeway.solve import Model


class Progress(Protocol):
    """Told how far a study is (0..1); raises to cancel it. ``found`` are the rows that are new."""

    def __call__(self, words: str, fraction: float, found: tuple[Any, ...], /) -> None:
        """Take it."""
        ...


def silent(words: str, fraction: float, found: tuple[Any, ...]) -> None:
    """Nobody listens."""


@dataclass(frozen=True)
class Desk:
    """Where a study works: the model, what other workers need, the scenario it is about, and its crew."""

    model: Model
    ground: Ground
    scenario: Scenario = field(default_factory=Scenario)
    crew: Crew = field(default_factory=Crew)
    progress: Progress = silent


@dataclass(frozen=True)
class Study:
    """One study: ``run(desk, **options)`` gives a report with ``document()`` and ``table()``."""

    name: str
    title: str
    words: str
    run: Callable[..., Report]


class Report(Protocol):
    """What a study found."""

    def document(self) -> dict[str, Any]:
        """For JSON: units in the names, ``None`` for unknown."""
        ...

    def table(self) -> tuple[str, tuple[tuple[str, str], ...], list[tuple[Any, ...]]]:
        """Title, (name, heading) of each column, and rows, best first."""
        ...
