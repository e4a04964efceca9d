"""What a map is about, and the frame it is drawn into: the inputs of every composing module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from lodeway.carto.display import Font
from lodeway.carto.layers import BY_ID, default_hidden
from lodeway.carto.store import LayerStore
from lodeway.carto.themes import LIGHT, Theme
from lodeway.geo.projection import Projection
from lodeway.geo.viewport import Viewport
from lodeway.model.atlas import Atlas
from lodeway.model.look import LayerLook, Note
from lodeway.model.own_layer import OwnLayer
from lodeway.model.result import Result

Measure = Callable[[str, Font], float]
"""Width of a text in picture units."""


@dataclass(frozen=True)
class Scene:
    """What is shown: atlas, flows and what they are compared with, choice of commodity, layers, theme, language."""

    atlas: Atlas | None = None
    result: Result | None = None
    baseline: Result | None = None
    commodity: str = ""
    """Commodity id, or empty for all."""
    blocked: frozenset[str] = frozenset()
    """Ids of blocked sites, links, gates and routes."""
    own: tuple[OwnLayer, ...] = ()
    """The user's layers, topmost first."""
    hidden: frozenset[str] = field(default_factory=default_hidden)
    looks: Mapping[str, LayerLook] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    theme: Theme = LIGHT
    language: str = "en"


@dataclass(frozen=True)
class Frame:
    """A view with its store; ``px`` is picture units per CSS pixel (1 on screen, 0.2646 mm on paper)."""

    view: Viewport
    store: LayerStore
    measure: Measure
    px: float = 1.0

    @property
    def projection(self) -> Projection:
        """The map plane."""
        return self.store.projection

    @property
    def m_per_px(self) -> float:
        """Map metres per CSS pixel."""
        return self.view.scale * self.px

    def on_picture(self, place: tuple[float, float]) -> tuple[float, float]:
        """One point of the map plane in picture units."""
        m = self._rows
        return (m[0][0] * place[0] + m[0][1] * place[1] + m[0][2], m[1][0] * place[0] + m[1][1] * place[1] + m[1][2])

    @cached_property
    def _rows(self) -> list[list[float]]:
        rows: list[list[float]] = self.view.matrix.tolist()
        return rows

    def shows(self, layer_id: str, scene: Scene) -> bool:
        """Whether a layer is on and meant for this scale."""
        look = scene.looks.get(layer_id)
        return (
            layer_id not in scene.hidden
            and self.m_per_px < BY_ID[layer_id].coarsest_m_per_px
            and (look is None or look.shows(self.m_per_px))
        )

    @property
    def _sees_a_pole(self) -> bool:
        """Whether meridians meet within the view, so that it has no western and eastern end."""
        poles = self.projection.forward_points(np.array([[0.0, 90.0], [0.0, -90.0]]))
        at = self.view.to_picture(poles)
        inside = (at >= 0.0).all(axis=1) & (at <= (self.view.width, self.view.height)).all(axis=1)
        return bool(inside.any())

    @cached_property
    def relative_box(self) -> tuple[float, float, float, float]:
        """(west, south, east, north) of the view in degrees from the central meridian, within the Earth."""
        fractions = np.linspace(0.0, 1.0, 9)
        x, y = np.meshgrid(fractions * self.view.width, fractions * self.view.height)
        lonlat = self.projection.inverse(self.view.to_map(np.column_stack([x.ravel(), y.ravel()])))
        lonlat = lonlat[~np.isnan(lonlat[:, 0])]
        if len(lonlat) < x.size or self._sees_a_pole:
            return (-180.0, -90.0, 180.0, 90.0)
        lon = (lonlat[:, 0] - self.projection.central_deg + 180.0) % 360.0 - 180.0
        return (float(lon.min()), float(lonlat[:, 1].min()), float(lon.max()), float(lonlat[:, 1].max()))
