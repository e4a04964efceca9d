"""Map projections: longitude and latitude (degrees, WGS 84) to metres on the map plane and back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from lodeway.errors import DataError
from lodeway.geo.antimeridian import cut_at_seam

Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]

WEB_MERCATOR_LIMIT_DEG = 85.051128779806604
"""Latitude at which the Web Mercator square ends."""
WHOLE_EARTH: Box = (-180.0, -90.0, 180.0, 90.0)
NOWHERE_M = 1e12
"""Both coordinates of a single point that the projection does not show: farther than any map reaches."""
_EDGE_DEG = 1.0
"""Longest edge along the rim of what is shown, so that it bends as the projection does."""


@dataclass(frozen=True)
class Projection:
    """A projection with one seam, the meridian opposite ``central_deg``, and the part of the Earth that it shows.

    ``definition`` is anything that PROJ reads. With ``shifts`` it has its central meridian at 0, and longitudes are
    shifted here, so that a vertex on the seam keeps the side it was given.
    """

    id: str
    title: str
    definition: str
    central_deg: float = 0.0
    domain: Box = WHOLE_EARTH
    """(west, south, east, north) of what is shown, in degrees counted from the central meridian."""
    cap: tuple[float, float] = (0.0, 0.0)
    """Latitude of the middle of a disc and its radius in degrees, where that is all that is shown; radius 0 = none.
    The disc holds no pole."""
    shifts: bool = True

    @property
    def key(self) -> str:
        """Names the projection in file names of the drawing cache."""
        return f"{self.id}_{self.central_deg:g}"

    @cached_property
    def _transformer(self) -> Any:
        from pyproj import Transformer

        return Transformer.from_crs("EPSG:4326", self.definition, always_xy=True)

    @cached_property
    def _unit_m(self) -> float:
        """Metres per unit of the definition's axes."""
        target = self._transformer.target_crs
        axes = target.axis_info if target is not None else []
        return float(axes[0].unit_conversion_factor) if axes else 1.0

    def _to_plane(self, lon: Floats, lat: Floats) -> Floats:
        x, y = self._transformer.transform(lon, lat)
        return np.column_stack([x, y]) * self._unit_m

    def forward(self, lonlat: Floats) -> Floats:
        """Shape (n, 2) degrees to (n, 2) metres, within what is shown (see :meth:`cut`); outside it is clamped."""
        lonlat = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
        west, south, east, north = self.domain
        lon = np.clip(lonlat[:, 0] - self.central_deg, west, east)
        return self._to_plane(lon if self.shifts else lon + self.central_deg, np.clip(lonlat[:, 1], south, north))

    def forward_points(self, lonlat: Floats) -> Floats:
        """As :meth:`forward`, for single points of any longitude; :data:`NOWHERE_M` where they are not shown."""
        lonlat = np.array(lonlat, dtype=np.float64).reshape(-1, 2)
        lonlat[:, 0] = self.wrapped(lonlat[:, 0])
        xy = self.forward(lonlat)
        xy[~self.shows(lonlat) | ~np.isfinite(xy).all(axis=1)] = NOWHERE_M
        return xy

    def shows(self, lonlat: Floats) -> NDArray[np.bool_]:
        """(n,) whether points, their longitudes within the seams, lie in what is shown."""
        lon, lat = lonlat[:, 0] - self.central_deg, lonlat[:, 1]
        west, south, east, north = self.domain
        if self.is_clamped:
            south, north = -90.0, 90.0
        inside = (lon >= west - 1e-9) & (lon <= east + 1e-9) & (lat >= south - 1e-9) & (lat <= north + 1e-9)
        if self.cap[1]:
            inside &= _distance_deg(lon, lat, self.cap[0]) <= self.cap[1] + 1e-9
        return np.asarray(inside)

    @property
    def is_clamped(self) -> bool:
        """Whether what lies beyond its last parallels is drawn on them, as web maps do, instead of being cut off."""
        return self.id == "web-mercator"

    def cut(self, geometry: NDArray[np.object_]) -> NDArray[np.object_]:
        """Geometries in degrees (n,), cut at the seam and at the rim of what is shown; None where nothing is left."""
        pieces = cut_at_seam(geometry, self.central_deg)
        moved = np.array([one is not other for one, other in zip(pieces, geometry, strict=True)], dtype=bool)
        pieces[moved] = shapely.segmentize(pieces[moved], _EDGE_DEG)
        west, south, east, north = self.domain
        if self.cap[1]:
            return self._cut_by_cap(pieces)
        if self.domain == WHOLE_EARTH or self.is_clamped:
            return pieces
        box = (west + self.central_deg, south, east + self.central_deg, north)
        bounds = shapely.bounds(pieces)
        outside = (bounds[:, 0] < box[0]) | (bounds[:, 1] < box[1]) | (bounds[:, 2] > box[2]) | (bounds[:, 3] > box[3])
        out = pieces.copy()
        out[outside] = shapely.segmentize(shapely.clip_by_rect(pieces[outside], *box), _EDGE_DEG)
        return out

    def _cut_by_cap(self, pieces: NDArray[np.object_]) -> NDArray[np.object_]:
        ring = self.rim()
        disc = shapely.polygons(ring)
        shapely.prepare(disc)
        out = pieces.copy()
        across = ~shapely.contains_properly(disc, pieces) & ~shapely.is_missing(pieces)
        flat = np.flatnonzero(across)
        whole = shapely.make_valid(pieces[flat])
        out[flat] = shapely.segmentize(shapely.intersection(whole, disc), _EDGE_DEG)
        return out

    def inverse(self, xy: Floats) -> Floats:
        """Shape (n, 2) metres to (n, 2) degrees in [-180, 180]; NaN outside what is shown."""
        xy = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
        plane = xy / self._unit_m
        lon, lat = self._transformer.transform(plane[:, 0], plane[:, 1], direction="INVERSE")
        lonlat = np.column_stack([lon, lat])
        lonlat[~np.isfinite(lonlat).all(axis=1)] = np.nan
        if self.shifts:
            inside = np.abs(lonlat[:, 0]) <= 180.0 + 1e-9
            lonlat[:, 0] += self.central_deg
        else:
            inside = np.isfinite(lonlat[:, 0])
            lonlat[:, 0] = self.wrapped(lonlat[:, 0])
        filled = np.nan_to_num(lonlat)
        inside &= self.shows(filled) & (
            (filled[:, 1] >= self.domain[1] - 1e-9) & (filled[:, 1] <= self.domain[3] + 1e-9)
        )
        inside &= np.hypot(*(self.forward(filled) - xy).T) < 1.0  # a point beyond the outline comes back elsewhere
        lonlat[~inside] = np.nan
        lonlat[:, 0] = (lonlat[:, 0] + 180.0) % 360.0 - 180.0
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
    def bounds(self) -> Box:
        """(left, bottom, right, top) of all that is shown, in metres."""
        outline = self.outline()
        return (*outline.min(axis=0).tolist(), *outline.max(axis=0).tolist())

    def outline(self, step_deg: float = _EDGE_DEG) -> Floats:
        """The edge of what is shown as a closed ring (n, 2) in metres, counter-clockwise."""
        xy = self.forward(self.rim(step_deg))
        return xy[np.isfinite(xy).all(axis=1)]

    def rim(self, step_deg: float = _EDGE_DEG) -> Floats:
        """The edge of what is shown as a closed ring (n, 2) in degrees, longitudes within the seams."""
        if self.cap[1]:
            angle = np.linspace(0.0, 2.0 * np.pi, int(360 / step_deg) + 1)
            return _around(self.central_deg, *self.cap, angle)
        west, south, east, north = self.domain
        up = np.linspace(south, north, max(2, int((north - south) / step_deg) + 1))
        across = np.linspace(west, east, max(2, int((east - west) / step_deg) + 1))
        ring = np.concatenate(
            [
                np.column_stack([across, np.full_like(across, south)]),
                np.column_stack([np.full_like(up, east), up])[1:],
                np.column_stack([across[::-1], np.full_like(across, north)])[1:],
                np.column_stack([np.full_like(up, west), up[::-1]])[1:],
            ]
        )
        ring[:, 0] += self.central_deg
        return ring


def _distance_deg(lon: Floats, lat: Floats, middle_lat: float) -> Floats:
    """Angle on the sphere between points and (0, ``middle_lat``), degrees (haversine)."""
    phi, phi_0 = np.radians(lat), np.radians(middle_lat)
    h = np.sin((phi - phi_0) / 2) ** 2 + np.cos(phi) * np.cos(phi_0) * np.sin(np.radians(lon) / 2) ** 2
    return np.asarray(np.degrees(2 * np.arcsin(np.sqrt(np.clip(h, 0.0, 1.0)))))


def _around(lon_deg: float, lat_deg: float, radius_deg: float, angle: Floats) -> Floats:
    """Points at a distance on the sphere, counter-clockwise from the east; longitudes near ``lon_deg``."""
    phi, far = np.radians(lat_deg), np.radians(radius_deg)
    bearing = np.pi / 2 - angle
    lat = np.arcsin(np.sin(phi) * np.cos(far) + np.cos(phi) * np.sin(far) * np.cos(bearing))
    lon = np.arctan2(np.sin(bearing) * np.sin(far) * np.cos(phi), np.cos(far) - np.sin(phi) * np.sin(lat))
    return np.column_stack([lon_deg + np.degrees(lon), np.degrees(lat)])


def equal_earth(central_deg: float = 11.0) -> Projection:
    """Equal Earth (Savric, Patterson, Jenny 2019); cut at 169 W by default, where no land is split."""
    return Projection("equal-earth", "Equal Earth", "+proj=eqearth +datum=WGS84", central_deg)


def robinson(central_deg: float = 11.0) -> Projection:
    """Robinson (1974): neither true to area nor to angle, the look of many wall maps."""
    return Projection("robinson", "Robinson", "+proj=robin +datum=WGS84", central_deg)


def plate_carree(central_deg: float = 0.0) -> Projection:
    """Plate carree, true along the equator; metres."""
    return Projection("plate-carree", "Plate carrée (WGS 84)", "+proj=eqc +datum=WGS84", central_deg)


def web_mercator(central_deg: float = 0.0) -> Projection:
    """Spherical Mercator as web maps use it (EPSG:3857)."""
    limit = WEB_MERCATOR_LIMIT_DEG
    return Projection("web-mercator", "Web Mercator", "EPSG:3857", central_deg, (-180.0, -limit, 180.0, limit))


def laea_africa(central_deg: float = 20.0) -> Projection:
    """Lambert azimuthal equal-area about (20 E, 5 N): areas true, the half of the Earth around Africa."""
    definition = "+proj=laea +lat_0=5 +lon_0=0 +datum=WGS84"
    return Projection("laea-africa", "LAEA Africa", definition, central_deg, cap=(5.0, 84.0))


def albers_africa(central_deg: float = 25.0) -> Projection:
    """Albers equal-area conic with the parallels of the Africa map (20 N, 23 S; ESRI:102022)."""
    definition = "+proj=aea +lat_1=20 +lat_2=-23 +lat_0=0 +lon_0=0 +datum=WGS84"
    return Projection("albers-africa", "Albers Africa", definition, central_deg, (-90.0, -60.0, 90.0, 60.0))


def north_pole(central_deg: float = 0.0) -> Projection:
    """Polar stereographic of the north, true at 71 N (the Arctic standard, variant B)."""
    definition = "+proj=stere +lat_0=90 +lat_ts=71 +lon_0=0 +datum=WGS84"
    return Projection("north-pole", "Arctic stereographic", definition, central_deg, (-180.0, 25.0, 180.0, 90.0))


def south_pole(central_deg: float = 0.0) -> Projection:
    """Polar stereographic of the south, true at 71 S (EPSG:3031)."""
    definition = "+proj=stere +lat_0=-90 +lat_ts=-71 +lon_0=0 +datum=WGS84"
    return Projection("south-pole", "Antarctic stereographic", definition, central_deg, (-180.0, -90.0, 180.0, -25.0))


PROJECTIONS: dict[str, Callable[..., Projection]] = {
    make().id: make
    for make in (equal_earth, robinson, plate_carree, web_mercator, laea_africa, albers_africa, north_pole, south_pole)
}
"""Projection id to its maker, which takes the central meridian in degrees."""


def projection_of(text: str, central_deg: float | None = None) -> Projection:
    """The projection of that id, or of any text that :func:`from_text` takes; raises ``DataError``."""
    if text not in PROJECTIONS:
        return from_text(text)
    return PROJECTIONS[text]() if central_deg is None else PROJECTIONS[text](central_deg)


_OWN_SEAM_DEG = 1e-7
"""What a system with its own central meridian leaves out at its seam, so that each side of it stays on its side."""
_FARTHEST_M = 1e8
_ROOM_DEG = 2.0
"""Shown around the area that a coordinate reference system is meant for."""


def from_text(text: str) -> Projection:
    """A projection from ``EPSG:n``, another authority's code, WKT or a PROJ string.

    It shows the area that the system is meant for, with some room. A geographic system is drawn as plate carree.

    Raises:
        DataError: PROJ does not know it, or it is no system of places on the ground.
    """
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    wanted = text.strip()
    if wanted in PROJECTIONS:
        return PROJECTIONS[wanted]()
    if wanted.isdigit():
        wanted = f"EPSG:{wanted}"
    try:
        crs = CRS.from_user_input(wanted)
    except CRSError as error:
        raise DataError(
            f"“{_short(text)}” is no coordinate reference system that PROJ knows; give a code like EPSG:32735, WKT or "
            "a PROJ string"
        ) from error
    if crs.is_compound or crs.is_bound:
        crs = (crs.sub_crs_list or [crs.source_crs or crs])[0]
    authority = crs.to_authority()
    title = f"{crs.name} ({':'.join(authority)})" if authority else crs.name
    if crs.is_geographic:
        return Projection(_slug(wanted), title, "+proj=eqc +datum=WGS84", 0.0)
    if not crs.is_projected:
        raise DataError(f"{title} is no system for maps; choose a projected or a geographic one")
    area = crs.area_of_use
    west, south, east, north = (area.west, area.south, area.east, area.north) if area else WHOLE_EARTH
    if east <= west:
        east += 360.0
    if east - west > 355.0:
        central = 0.0 if area else _own_centre(crs)
        south, north = (_last_parallel(wanted, central, lat) for lat in (south, north))
        domain = (_OWN_SEAM_DEG - 180.0, south, 180.0 - _OWN_SEAM_DEG, north)
    else:
        central = (west + east) / 2
        half = min(180.0, (east - west) / 2 + _ROOM_DEG)
        domain = (-half, max(-90.0, south - _ROOM_DEG), half, min(90.0, north + _ROOM_DEG))
    made = Projection(_slug(wanted), title, wanted, central, domain, shifts=False)
    if len(made.outline()) < 4:
        raise DataError(f"{title} gives no places for the area it is meant for; choose another system")
    return made


def _last_parallel(definition: str, central_deg: float, lat_deg: float) -> float:
    """``lat_deg``, or 85 degrees on its side where the projection has no place for it."""
    from pyproj import Transformer

    x, y = Transformer.from_crs("EPSG:4326", definition, always_xy=True).transform(central_deg + 1.0, lat_deg)
    return lat_deg if abs(x) + abs(y) < _FARTHEST_M else float(np.clip(lat_deg, -85.0, 85.0))


def _own_centre(crs: Any) -> float:
    """The central meridian of a system whose area of use is not known, degrees."""
    operation = crs.coordinate_operation
    found = [p.value for p in (operation.params if operation else ()) if p.name.startswith("Longitude of")]
    return (float(found[0]) + 180.0) % 360.0 - 180.0 if found else 0.0


def _slug(text: str) -> str:
    """A short name for file names."""
    plain = "".join(c if c.isalnum() else "-" for c in text.lower())
    return plain if len(plain) <= 24 else f"crs-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
