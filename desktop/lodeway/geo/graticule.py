"""Meridians and parallels, densified so that they bend as the projection does."""

from __future__ import annotations

import numpy as np

from lodeway.geo.projection import Floats, Projection

STEPS_DEG = (30.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.25, 0.1)


def step_for(span_deg: float, lines: int = 8) -> float:
    """A round spacing that puts about ``lines`` lines over ``span_deg``."""
    return next((step for step in STEPS_DEG if span_deg / step >= lines * 0.6), STEPS_DEG[-1])


def graticule(projection: Projection, step_deg: float, box: tuple[float, float, float, float]) -> list[Floats]:
    """Lines (n, 2) in metres every ``step_deg`` degrees.

    ``box`` is (west, south, east, north) in degrees counted from the central meridian, within +-180 and +-90.
    """
    west, south, east, north = box
    first_lon, first_lat, last_lon, last_lat = projection.domain
    west, south, east, north = max(west, first_lon), max(south, first_lat), min(east, last_lon), min(north, last_lat)
    central = projection.central_deg
    lines: list[Floats] = []
    first = np.ceil((west + central) / step_deg) * step_deg - central
    for lon in np.arange(first, east + 1e-9, step_deg):
        lat = np.linspace(south, north, max(int((north - south) / 2.0), 12))
        lines += _shown(projection, np.column_stack([np.full_like(lat, lon), lat]))
    for lat_deg in np.arange(np.ceil(south / step_deg) * step_deg, north + 1e-9, step_deg):
        if not first_lat < lat_deg < last_lat:
            continue
        lon_run = np.linspace(west, east, max(int((east - west) / 2.0), 12))
        lines += _shown(projection, np.column_stack([lon_run, np.full_like(lon_run, lat_deg)]))
    return [line for line in lines if np.isfinite(line).all()]


def _shown(projection: Projection, relative: Floats) -> list[Floats]:
    """The runs of a line (n, 2) in degrees from the central meridian that the projection shows, in metres."""
    absolute = relative + np.array([projection.central_deg, 0.0])
    inside = projection.shows(absolute)
    breaks = np.flatnonzero(np.diff(inside.astype(np.int8))) + 1
    runs = np.split(np.arange(len(relative)), breaks)
    return [projection.forward(absolute[run]) for run in runs if len(run) > 1 and inside[run[0]]]
