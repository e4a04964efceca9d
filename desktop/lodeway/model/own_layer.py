"""A user's layer on the map: its data, read once, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lodeway.model.style import Style
from lodeway.model.table import Table

INFINITE = float("inf")


@dataclass(frozen=True, eq=False)
class OwnData:
    """Features of one layer of a file: geometries in degrees (``None`` where there is none), and their table."""

    path: str
    layer: str
    crs: str
    geometry: NDArray[np.object_]
    table: Table
    remarks: tuple[str, ...] = ()
    bounds: tuple[float, float, float, float] | None = None
    """(west, south, east, north) in degrees; ``None`` where nothing has a place."""


@dataclass(frozen=True)
class OwnLayer:
    """What is drawn of it. Scales are map metres per CSS pixel; the layer shows from ``finest`` to ``coarsest``."""

    id: str
    title: str
    data: OwnData = field(repr=False)
    style: Style = field(default_factory=Style)
    visible: bool = True
    opacity: float = 1.0
    filter: str = ""
    """An expression; features for which it is not true are not drawn."""
    finest_m_per_px: float = 0.0
    coarsest_m_per_px: float = INFINITE

    def as_dict(self) -> dict[str, Any]:
        """What a file keeps of it: where the data lies and how they are shown, not the data."""
        return {
            "title": self.title, "path": self.data.path, "layer": self.data.layer, "crs": self.data.crs,
            "style": self.style.as_dict(), "visible": self.visible, "opacity": self.opacity, "filter": self.filter,
            "finest_m_per_px": self.finest_m_per_px,
            "coarsest_m_per_px": None if self.coarsest_m_per_px == INFINITE else self.coarsest_m_per_px,
        }  # fmt: skip
