"""The view: which part of the map plane is seen, and how map metres become units of the picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import cos, radians, sin
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Viewport:
    """Centre in map metres, ``scale`` in metres per unit, size in units (pixels, or mm on paper), y down.

    ``rotation_deg`` turns the map clockwise about the centre.
    """

    x: float
    y: float
    scale: float
    width: float
    height: float
    rotation_deg: float = 0.0

    @property
    def matrix(self) -> Floats:
        """Shape (2, 3): picture = matrix[:, :2] @ map + matrix[:, 2]."""
        c, s = cos(radians(self.rotation_deg)) / self.scale, sin(radians(self.rotation_deg)) / self.scale
        linear = np.array([[c, s], [s, -c]])
        offset = np.array([self.width / 2, self.height / 2]) - linear @ np.array([self.x, self.y])
        return np.column_stack([linear, offset])

    def to_picture(self, xy: Floats) -> Floats:
        """Map metres (n, 2) to picture units (n, 2)."""
        m = self.matrix
        if self.rotation_deg == 0.0:
            return np.asarray(np.asarray(xy, dtype=np.float64) * (m[0, 0], m[1, 1]) + m[:, 2])
        return np.asarray(np.asarray(xy, dtype=np.float64) @ m[:, :2].T + m[:, 2])

    def to_map(self, picture: Floats) -> Floats:
        """Picture units (n, 2) to map metres (n, 2)."""
        m = self.matrix
        return np.asarray((np.asarray(picture, dtype=np.float64).reshape(-1, 2) - m[:, 2]) @ np.linalg.inv(m[:, :2]).T)

    @property
    def bounds(self) -> Bounds:
        """Box around what is seen, in map metres."""
        corners = self.to_map(np.array([[0, 0], [self.width, 0], [self.width, self.height], [0, self.height]]))
        return (*corners.min(axis=0).tolist(), *corners.max(axis=0).tolist())

    def panned(self, dx: float, dy: float) -> Self:
        """The view after the picture is dragged by (dx, dy) units."""
        (x0, y0), (x1, y1) = self.to_map(np.array([[0.0, 0.0], [dx, dy]]))
        return replace(self, x=self.x - (x1 - x0), y=self.y - (y1 - y0))

    def zoomed(self, factor: float, at: tuple[float, float] | None = None) -> Self:
        """Magnified by ``factor`` (> 1 = closer); the map point under ``at`` (picture units) stays there."""
        at = at or (self.width / 2, self.height / 2)
        fixed = self.to_map(np.array([at]))[0]
        nearer = replace(self, scale=self.scale / factor)
        moved = nearer.to_map(np.array([at]))[0]
        return replace(nearer, x=self.x + fixed[0] - moved[0], y=self.y + fixed[1] - moved[1])

    def resized(self, width: float, height: float) -> Self:
        """Same centre and scale in another size."""
        return replace(self, width=width, height=height)

    def grown(self, margin: float) -> Self:
        """The same view with ``margin`` units more on each side."""
        return replace(self, width=self.width + 2 * margin, height=self.height + 2 * margin)

    @classmethod
    def fit(cls, bounds: Bounds, width: float, height: float, padding: float = 0.0) -> Self:
        """The view that shows a box of map metres with ``padding`` units around it."""
        left, bottom, right, top = bounds
        inner = max(width - 2 * padding, 1.0), max(height - 2 * padding, 1.0)
        scale = max((right - left) / inner[0], (top - bottom) / inner[1], 1e-6)
        return cls((left + right) / 2, (bottom + top) / 2, scale, width, height)
