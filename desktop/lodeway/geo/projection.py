"""Map projections: longitude and latitude (degrees, WGS 84) to metres on the map plane and back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WEB_MERCATOR_LIMIT_DEG = 85.051128779806604
"""Latitude at which the Web Mercator square ends."""


@dataclass(frozen=True)
class Projection:
    """A projection of the whole Earth with straight poles and one seam, the meridian opposite ``central_deg``.

    ``definition`` is a PROJ string with the central meridian at 0; shifting is done here, so that a vertex on the
    seam keeps the side it was given.
    """

    id: str
    title: str
    definition: str
    central_deg: float = 0.0
    latitude_limit_deg: float = 90.0

    @property
    def key(self) -> str:
        """Names the projection in file names of the drawing cache."""
        return f"{self.id}_{self.central_deg:g}"

    @cached_property
    def _transformer(self) -> Any:
        from pyproj import Transformer

        return Transformer.from_crs("EPSG:4326", self.definition, always_xy=True)

    def forward(self, lonlat: Floats) -> Floats:
        """Shape (n, 2) degrees to (n, 2) metres; longitudes must lie within the seams (see :mod:`.antimeridian`)."""
        lonlat = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
        lon = np.clip(lonlat[:, 0] - self.central_deg, -180.0, 180.0)
        lat = np.clip(lonlat[:, 1], -self.latitude_limit_deg, self.latitude_limit_deg)
        x, y = self._transformer.transform(lon, lat)
        return np.column_stack([x, y])

    def forward_points(self, lonlat: Floats) -> Floats:
        """As :meth:`forward`, for single points of any longitude: each is first brought between the seams."""
        lonlat = np.array(lonlat, dtype=np.float64).reshape(-1, 2)
        lonlat[:, 0] = self.wrapped(lonlat[:, 0])
        return self.forward(lonlat)

    def inverse(self, xy: Floats) -> Floats:
        """Shape (n, 2) metres to (n, 2) degrees in [-180, 180]; NaN outside the Earth's outline."""
        xy = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
        lon, lat = self._transformer.transform(xy[:, 0], xy[:, 1], direction="INVERSE")
        lonlat = np.column_stack([lon, lat])
        lonlat[~np.isfinite(lonlat).all(axis=1)] = np.nan
        inside = np.abs(lonlat[:, 0]) <= 180.0 + 1e-9
        back = self.forward_relative(np.nan_to_num(lonlat))
        inside &= np.hypot(*(back - xy).T) < 1.0  # a point beyond the outline comes back elsewhere
        lonlat[~inside] = np.nan
        lonlat[:, 0] = (lonlat[:, 0] + self.central_deg + 180.0) % 360.0 - 180.0
        return lonlat

    def forward_relative(self, lonlat: Floats) -> Floats:
        """As :meth:`forward`, with longitudes counted from the central meridian."""
        shifted = np.array(lonlat, dtype=np.float64).reshape(-1, 2)
        shifted[:, 0] += self.central_deg
        return self.forward(shifted)

    def wrapped(self, lon: Floats) -> Floats:
        """Longitudes brought into (central - 180, central + 180]."""
        return self.central_deg + 180.0 - (self.central_deg + 180.0 - np.asarray(lon, dtype=np.float64)) % 360.0

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """(left, bottom, right, top) of the whole Earth in metres."""
        outline = self.outline()
        return (*outline.min(axis=0).tolist(), *outline.max(axis=0).tolist())

    def outline(self, step_deg: float = 1.0) -> Floats:
        """The Earth's edge as a closed ring (n, 2) in metres, counter-clockwise."""
        limit = self.latitude_limit_deg
        up = np.linspace(-limit, limit, int(2 * limit / step_deg) + 1)
        across = np.linspace(-180.0, 180.0, int(360 / step_deg) + 1)
        ring = np.concatenate(
            [
                np.column_stack([across, np.full_like(across, -limit)]),
                np.column_stack([np.full_like(up, 180.0), up])[1:],
                np.column_stack([across[::-1], np.full_like(across, limit)])[1:],
                np.column_stack([np.full_like(up, -180.0), up[::-1]])[1:],
            ]
        )
        return self.forward_relative(ring)


def equal_earth(central_deg: float = 11.0) -> Projection:
    """Equal Earth (Savric, Patterson, Jenny 2019); cut at 169 W by default, where no land is split."""
    return Projection("equal-earth", "Equal Earth", "+proj=eqearth +datum=WGS84", central_deg)


def plate_carree(central_deg: float = 0.0) -> Projection:
    """Plate carree, true along the equator; metres."""
    return Projection("plate-carree", "Plate carrée (WGS 84)", "+proj=eqc +datum=WGS84", central_deg)


def web_mercator(central_deg: float = 0.0) -> Projection:
    """Spherical Mercator as web maps use it (EPSG:3857)."""
    return Projection("web-mercator", "Web Mercator", "EPSG:3857", central_deg, WEB_MERCATOR_LIMIT_DEG)


PROJECTIONS = {make().id: make for make in (equal_earth, plate_carree, web_mercator)}
"""Projection id to its maker, which takes the central meridian in degrees."""
