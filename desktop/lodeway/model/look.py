"""How the user wants a layer of the program or a note of their own to look."""

from __future__ import annotations

from dataclasses import dataclass

from lodeway.model.own_layer import INFINITE

NOTE = "note:"
"""How the id of a note begins."""


@dataclass(frozen=True, slots=True)
class LayerLook:
    """What differs from how a shipped layer is drawn at first. Scales are map metres per CSS pixel."""

    title: str = ""
    """A name in place of the layer's own; empty = its own."""
    opacity: float = 1.0
    finest_m_per_px: float = 0.0
    coarsest_m_per_px: float = INFINITE

    def shows(self, m_per_px: float) -> bool:
        """Whether the layer shows at a scale, as far as the user has a say."""
        return self.finest_m_per_px <= m_per_px < self.coarsest_m_per_px


@dataclass(frozen=True, slots=True)
class Note:
    """Words at a place, in degrees WGS 84."""

    id: str
    lon: float
    lat: float
    text: str
