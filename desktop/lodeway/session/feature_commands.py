"""Commands about features of layers: which are chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lodeway.model.features import Features
from lodeway.session.document import Document


@dataclass(frozen=True, slots=True)
class ChooseFeatures:
    """Choose these features and no others; ``key`` joins the steps of one drag."""

    features: Features
    key: str = ""

    @property
    def name(self) -> str:
        """Words for the Undo menu."""
        count = len(self.features)
        return "Choose Nothing" if not count else f"Choose {count} Feature{'s' if count > 1 else ''}"

    @property
    def merge_key(self) -> str:
        """See :class:`lodeway.session.commands.Command`."""
        return self.key

    def apply(self, document: Document) -> Document:
        """The document with these chosen."""
        return replace(document, features=self.features)
