"""Undo and redo: the steps that were taken, each with the document before and after it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lodeway.session.commands import Command
from lodeway.session.document import UNDOABLE, Document, with_undoable


@dataclass(frozen=True)
class Step:
    """One entry of the Undo menu. ``open`` steps take in the next one with the same merge key."""

    name: str
    merge_key: str
    before: Document
    after: Document
    open: bool


def _same(one: Document, other: Document) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in UNDOABLE)


class History:
    """The undo and redo stacks. It keeps documents, which are immutable and share what did not change."""

    def __init__(self, limit: int = 500) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._limit = limit

    @property
    def undo_name(self) -> str:
        """Name of the step that undo takes back, or empty."""
        return self._done[-1].name if self._done else ""

    @property
    def redo_name(self) -> str:
        """Name of the step that redo takes again, or empty."""
        return self._undone[-1].name if self._undone else ""

    def do(self, document: Document, command: Command, *, continuous: bool = False) -> Document:
        """The next document. While ``continuous`` (a slider moves), steps with the same merge key become one."""
        after = command.apply(document)
        last = self._done[-1] if self._done else None
        key = command.merge_key
        if last is not None and last.open and key and key == last.merge_key and _same(last.after, document):
            self._done.pop()
            if not _same(last.before, after):
                self._done.append(replace(last, name=command.name, after=after, open=continuous))
            self._undone.clear()
            return after
        if _same(document, after):
            return document
        self._done.append(Step(command.name, key, document, after, continuous))
        del self._done[: -self._limit]
        self._undone.clear()
        return after

    def undo(self, document: Document) -> Document:
        """The document without the last step; unchanged where there is none."""
        if not self._done:
            return document
        step = self._done.pop()
        self._undone.append(replace(step, open=False))
        return with_undoable(document, step.before)

    def redo(self, document: Document) -> Document:
        """The document with the last undone step again; unchanged where there is none."""
        if not self._undone:
            return document
        step = self._undone.pop()
        self._done.append(step)
        return with_undoable(document, step.after)
