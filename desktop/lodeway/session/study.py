"""Studies of the window: in a thread and processes of their own, so that answers to levers never wait for them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from lodeway.model.atlas import Atlas
from lodeway.model.scenario import Scenario
from lodeway.session.document import StudyState
from lodeway.session.jobs import Deliver, Jobs, Ticket

if TYPE_CHECKING:
    from lodeway.studies.n1 import Outage, Ranking

PAUSE_S = 0.25
"""Rows are told this often."""


class RunsStudies(Protocol):
    """Does a study; called in the thread of studies."""

    def n1(self, atlas: Atlas, scenario: Scenario, found: Callable[[float, tuple[Any, ...]], None]) -> Ranking:
        """Close everything once; ``found`` gets the fraction done and new outages, and raises to cancel."""
        ...


class ShippedStudies:
    """On every core, with a model of its own."""

    def n1(self, atlas: Atlas, scenario: Scenario, found: Callable[[float, tuple[Any, ...]], None]) -> Ranking:
        """See :class:`RunsStudies`."""
        from lodeway.studies.crew import Ground
        from lodeway.studies.n1 import run
        from lodeway.studies.study import Desk

        ground = Ground(atlas)
        return run(Desk(ground.model(), ground, scenario, progress=lambda _, fraction, new: found(fraction, new)))


class StudyDesk:
    """Runs one study at a time and tells the session its state."""

    def __init__(self, runner: RunsStudies, deliver: Deliver, tell: Callable[[StudyState], None]) -> None:
        self._runner, self._tell = runner, tell
        self._jobs = Jobs(deliver)
        self._state: StudyState | None = None

    def start(self, atlas: Atlas, scenario: Scenario) -> None:
        """Forget the study before and begin anew."""
        found: list[Outage] = []

        def work(ticket: Ticket) -> Ranking:
            told = 0.0

            def take(fraction: float, new: tuple[Any, ...]) -> None:
                nonlocal told
                ticket.check()
                found.extend(new)
                if time.monotonic() - told >= PAUSE_S:
                    told = time.monotonic()
                    ticket.progress("Closing one thing after another", fraction)

            ticket.progress("Starting", 0.0)
            return self._runner.n1(atlas, scenario, take)

        def show(_: str, fraction: float | None) -> None:
            self._become(StudyState(scenario, "running", tuple(found), fraction or 0.0))

        self._jobs.ask(
            "study", work,
            lambda ranking: self._become(StudyState(scenario, "done", ranking.outages, 1.0)),
            lambda words: self._become(StudyState(scenario, "failed", tuple(found), 0.0, words)),
            show,
        )  # fmt: skip
        self._become(StudyState(scenario, "running", (), 0.0))

    def cancel(self) -> None:
        """Stop; what was found stays."""
        self._jobs.cancel("study")
        if self._state is not None and self._state.phase == "running":
            state = self._state
            self._become(StudyState(state.scenario, "cancelled", state.outages, state.fraction))

    def close(self) -> None:
        """Stop the thread and its processes."""
        self._jobs.close()

    @property
    def busy(self) -> bool:
        """Whether a study runs."""
        return self._jobs.busy

    def _become(self, state: StudyState) -> None:
        self._state = state
        self._tell(state)
