"""Commands about how shipped layers look, and about the user's notes on the map."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lodeway.model.look import NOTE, LayerLook, Note
from lodeway.session.document import Document


@dataclass(frozen=True, slots=True)
class ChangeLook:
    """Let a shipped layer look otherwise; ``what`` says it in words, sliders merge by ``key``."""

    layer: str
    look: LayerLook
    what: str
    key: str = ""

    @property
    def name(self) -> str:
        """Words for the Undo menu."""
        return self.what

    @property
    def merge_key(self) -> str:
        """See :class:`lodeway.session.commands.Command`."""
        return f"{self.layer} {self.key}" if self.key else ""

    def apply(self, document: Document) -> Document:
        """The document with that look; one that changes nothing is not kept."""
        looks = {key: look for key, look in document.looks.items() if key != self.layer}
        if self.look != LayerLook():
            looks[self.layer] = self.look
        return replace(document, looks=looks)


@dataclass(frozen=True, slots=True)
class PutNote:
    """Write a note, change its words, or move it; without words it is taken away."""

    note: Note

    @property
    def name(self) -> str:
        """Words for the Undo menu."""
        short = self.note.text if len(self.note.text) <= 24 else f"{self.note.text[:23]}…"
        return f"Note “{short}”" if short else "Remove Note"

    @property
    def merge_key(self) -> str:
        """Never merged."""
        return ""

    def apply(self, document: Document) -> Document:
        """The document with the note in its place."""
        others = [note for note in document.notes if note.id != self.note.id]
        if not self.note.text:
            return replace(document, notes=tuple(others))
        known = [note.id for note in document.notes]
        others.insert(known.index(self.note.id) if self.note.id in known else len(others), self.note)
        return replace(document, notes=tuple(others))


def next_note(document: Document) -> str:
    """An id that no note of the document has."""
    return f"{NOTE}{max((int(note.id.removeprefix(NOTE)) for note in document.notes), default=0) + 1}"
