"""Commands about the map: what it is drawn on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lodeway.session.document import Document, Plane


@dataclass(frozen=True, slots=True)
class UsePlane:
    """Draw the map on another plane; ``title`` is the projection in words."""

    plane: Plane
    title: str

    @property
    def name(self) -> str:
        """Words for the Undo menu."""
        return f"Use {self.title}"

    @property
    def merge_key(self) -> str:
        """Steps of one turn of the map become one."""
        return "plane"

    def apply(self, document: Document) -> Document:
        """The document with the map on this plane."""
        return replace(document, plane=self.plane)
