"""Questions to the user, asked without knowing who answers: a window, a terminal or a test."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TextIO


class Questions(Protocol):
    """The seam. Each method waits for the user."""

    def confirm(self, title: str, text: str, *, yes: str = "Yes", no: str = "No") -> bool:
        """Whether the user agrees."""
        ...

    def choose(self, title: str, text: str, options: Sequence[str]) -> int | None:
        """Index of the chosen option, or ``None`` where the user turned away."""
        ...

    def tell(self, title: str, text: str) -> None:
        """Say one sentence that must not be missed."""
        ...

    def choose_file(self, title: str, folder: Path, *, suffix: str, save: bool) -> Path | None:
        """A file to read (or to write, with ``save``), or ``None``. ``suffix`` is like ``.json``."""
        ...

    def ask_text(self, title: str, text: str, *, first: str = "") -> str | None:
        """A line of text, or ``None``; ``first`` stands in the line at first."""
        ...


class TerminalQuestions:
    """Answers come from a terminal. At the end of input everything is turned down."""

    def __init__(self, source: TextIO | None = None, sink: TextIO | None = None) -> None:
        self._source = source or sys.stdin
        self._sink = sink or sys.stderr

    def confirm(self, title: str, text: str, *, yes: str = "Yes", no: str = "No") -> bool:
        """Ask for y or n; anything but y is no."""
        return self._ask(f"{title}: {text} [y = {yes} / n = {no}] ").lower() in ("y", "yes")

    def choose(self, title: str, text: str, options: Sequence[str]) -> int | None:
        """Ask for a number."""
        listing = "".join(f"\n  {number}. {option}" for number, option in enumerate(options, 1))
        answer = self._ask(f"{title}: {text}{listing}\nnumber: ")
        return int(answer) - 1 if answer.isdigit() and 1 <= int(answer) <= len(options) else None

    def tell(self, title: str, text: str) -> None:
        """Print it."""
        print(f"{title}: {text}", file=self._sink)

    def choose_file(self, title: str, folder: Path, *, suffix: str, save: bool) -> Path | None:
        """Ask for a path."""
        answer = self._ask(f"{title} (*{suffix}, in {folder}): ")
        return folder / answer if answer else None

    def ask_text(self, title: str, text: str, *, first: str = "") -> str | None:
        """Ask for a line; an empty one is ``first``, or nothing."""
        return self._ask(f"{title}: {text} [{first}] ") or first or None

    def _ask(self, prompt: str) -> str:
        print(prompt, end="", file=self._sink, flush=True)
        return self._source.readline().strip()


@dataclass
class ScriptedQuestions:
    """Answers are given beforehand, in order; a question that nobody expects is an error. For tests and screenshots."""

    answers: Iterable[object] = ()
    asked: list[str] = field(default_factory=list)
    """Every question and every sentence told, as ``title: text``."""

    def __post_init__(self) -> None:
        self._answers = list(self.answers)

    def confirm(self, title: str, text: str, *, yes: str = "Yes", no: str = "No") -> bool:
        """The next answer as a yes or no."""
        return bool(self._next(title, text))

    def choose(self, title: str, text: str, options: Sequence[str]) -> int | None:
        """The next answer: an index, an option's own words, or ``None``."""
        answer = self._next(title, text)
        if answer is None:
            return None
        return options.index(answer) if isinstance(answer, str) else int(str(answer))

    def tell(self, title: str, text: str) -> None:
        """Remember it; needs no answer."""
        self.asked.append(f"{title}: {text}")

    def choose_file(self, title: str, folder: Path, *, suffix: str, save: bool) -> Path | None:
        """The next answer as a path."""
        answer = self._next(title, str(folder))
        return None if answer is None else Path(str(answer))

    def ask_text(self, title: str, text: str, *, first: str = "") -> str | None:
        """The next answer as text."""
        answer = self._next(title, text)
        return None if answer is None else str(answer)

    def _next(self, title: str, text: str) -> object:
        self.asked.append(f"{title}: {text}")
        if not self._answers:
            raise AssertionError(f"nobody expected the question '{title}: {text}'")
        return self._answers.pop(0)
