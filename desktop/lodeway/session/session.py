"""The session: document, history and jobs in one hand. It tells one kind of news: the document before and after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from lodeway.model.atlas import Atlas, Provenance
from lodeway.model.result import Comparison, Result
from lodeway.model.scenario import Scenario
from lodeway.session.commands import Command, UseScenario
from lodeway.session.document import Answer, Document, Theme, View, Work
from lodeway.session.engine import Engine
from lodeway.session.history import History
from lodeway.session.jobs import Deliver, Jobs, Ticket
from lodeway.session.settings import Autosave, read_scenario, write_scenario
from lodeway.session.study import RunsStudies, ShippedStudies, StudyDesk

Listener = Callable[[Document, Document], None]


class Session:
    """Owns the document. All methods belong to one thread, the one that ``deliver`` brings answers back to."""

    def __init__(
        self,
        engine: Engine,
        deliver: Deliver,
        autosave: Autosave | None = None,
        first: Document | None = None,
        studies: RunsStudies | None = None,
    ) -> None:
        self._engine = engine
        self._document = first or Document()
        self._history = History()
        self._jobs = Jobs(deliver)
        self._studies = StudyDesk(
            studies or ShippedStudies(), deliver, lambda state: self._become(replace(self._document, study=state))
        )
        self._listeners: list[Listener] = []
        self._autosave = autosave
        self._file: Path | None = None
        self._saved = Scenario()
        self._holding = False

    @property
    def document(self) -> Document:
        """What is, now."""
        return self._document

    @property
    def undo_name(self) -> str:
        """Name of the step that undo takes back, or empty."""
        return self._history.undo_name

    @property
    def redo_name(self) -> str:
        """Name of the step that redo takes again, or empty."""
        return self._history.redo_name

    @property
    def file(self) -> Path | None:
        """The scenario file that save writes to, if any."""
        return self._file

    @property
    def is_saved(self) -> bool:
        """Whether closing loses nothing."""
        return self._document.scenario == self._saved or self._document.scenario == Scenario()

    @property
    def busy(self) -> bool:
        """Whether an answer is still awaited."""
        return self._jobs.busy

    def listen(self, listener: Listener) -> None:
        """Call ``listener(before, after)`` at each new document; there is no other kind of news."""
        self._listeners.append(listener)

    # Steps of the user ------------------------------------------------------------------------------------------

    def do(self, command: Command, *, continuous: bool = False) -> None:
        """Take a step; ``continuous`` while a control is being dragged, so that the drag is one undo step."""
        self._step(self._history.do(self._document, command, continuous=continuous))

    def undo(self) -> None:
        """Take the last step back."""
        self._step(self._history.undo(self._document))

    def redo(self) -> None:
        """Take the last undone step again."""
        self._step(self._history.redo(self._document))

    def look(self, view: View) -> None:
        """The map looks somewhere else; no undo step."""
        self._become(replace(self._document, view=view))

    def select(self, identifier: str) -> None:
        """Another thing is chosen; no undo step."""
        self._become(replace(self._document, selection=identifier))

    def use_theme(self, theme: Theme) -> None:
        """Light or dark; no undo step."""
        self._become(replace(self._document, theme=theme))

    # Files ------------------------------------------------------------------------------------------------------

    def open_file(self, path: Path) -> None:
        """Replace the scenario by the one in a file; raises ``LodewayError`` and changes nothing where it is bad."""
        scenario = read_scenario(path)
        self._file, self._saved = path, scenario
        self.do(UseScenario(scenario))

    def save_file(self, path: Path) -> None:
        """Write the scenario; raises ``DataError``."""
        scenario = self._document.scenario
        write_scenario(path, scenario)
        self._file, self._saved = path, scenario
        self._keep_autosave()

    def forget_file(self) -> None:
        """What comes next has no file yet."""
        self._file, self._saved = None, Scenario()

    def left_over(self) -> Scenario | None:
        """What a run that did not end well has left, or ``None``."""
        return self._autosave.left_over() if self._autosave is not None else None

    def forget_left_over(self) -> None:
        """It is not wanted."""
        if self._autosave is not None:
            self._autosave.forget()

    # Jobs -------------------------------------------------------------------------------------------------------

    def start(self, *, picture_first: bool = False) -> None:
        """Read the atlas, then build the model, solve the baseline and the scenario, in the background.

        With ``picture_first`` the model waits for ``go_on``, so that it does not slow the first picture of the map.
        """
        self._holding = picture_first
        self._become(replace(self._document, work=Work("loading", "Reading the atlas")))
        self._jobs.ask("atlas", lambda _: self._engine.atlas(), self._take_atlas, self._fail)

    def cancel(self) -> None:
        """Stop waiting for the answer under way; the last answer stays on the screen, marked as an older one."""
        self._jobs.cancel("solve")
        self._become(replace(self._document, work=Work("idle", "Cancelled")))

    def start_study(self) -> None:
        """Close everything once under the scenario that is shown and rank what is lost, in the background."""
        if self._document.atlas is not None:
            self._studies.start(self._document.atlas, self._document.scenario)

    def cancel_study(self) -> None:
        """Stop the study; what it has found stays."""
        self._studies.cancel()

    def close(self) -> None:
        """Stop the worker; a scenario that was saved or given up leaves no autosave."""
        self._studies.close()
        self._jobs.close()
        if self._autosave is not None:
            self._autosave.forget()

    def _take_atlas(self, atlas: Atlas) -> None:
        document = self._document
        market = document.market or _first(atlas.markets, "market:EU27", "market:USA")
        commodity = document.commodity or _first(
            {key: c for key, c in atlas.commodities.items() if c.solved}, "commodity:copper"
        )
        work = Work("loading", "Building the flow model")
        self._become(replace(document, atlas=atlas, market=market, commodity=commodity, work=work))
        if not self._holding:
            self._solve_baseline()

    def go_on(self) -> None:
        """The first picture is there: build the model now. Does nothing where it was not held back."""
        if self._holding and self._document.atlas is not None:
            self._holding = False
            self._solve_baseline()

    def _solve_baseline(self) -> None:
        self._jobs.ask("baseline", lambda _: self._engine.baseline(), self._take_baseline, self._fail)

    def _take_baseline(self, baseline: Result) -> None:
        self._become(replace(self._document, baseline=baseline, work=Work()))
        self._ask()
        self._jobs.ask("provenance", lambda _: self._engine.provenance(), self._take_provenance, lambda _: None)

    def _take_provenance(self, provenance: Provenance) -> None:
        self._become(replace(self._document, provenance=provenance))

    def _ask(self) -> None:
        """Solve the scenario that is shown; an older question is forgotten."""
        scenario = self._document.scenario
        if self._document.baseline is None:
            return

        def work(ticket: Ticket) -> Comparison:
            ticket.check()
            return self._engine.solve(scenario)

        stamp = self._jobs.ask("solve", work, lambda comparison: self._take_answer(stamp, comparison), self._fail)
        self._become(replace(self._document, question=stamp, work=Work("solving", "Solving")))

    def _take_answer(self, stamp: int, comparison: Comparison) -> None:
        self._become(replace(self._document, answer=Answer(stamp, comparison), work=Work()))

    def _fail(self, sentence: str) -> None:
        self._become(replace(self._document, work=Work("failed", sentence)))

    # News -------------------------------------------------------------------------------------------------------

    def _step(self, after: Document) -> None:
        before = self._document
        self._become(after)
        if after.scenario != before.scenario:
            self._keep_autosave()
            self._ask()

    def _keep_autosave(self) -> None:
        if self._autosave is None:
            return
        if self.is_saved:
            self._autosave.forget()
        else:
            self._autosave.keep(self._document.scenario)

    def _become(self, after: Document) -> None:
        before, self._document = self._document, after
        for listener in self._listeners:
            listener(before, after)


def _first(table: dict[str, Any], *wanted: str) -> str:
    """The first wanted key that the table has, else its first key, else empty."""
    return next((key for key in (*wanted, *table) if key in table), "")
