"""Units of account, their conversions and their words on screen.

Contained tonnes are accounted; gross tonnes fill wagons: ``gross_t = contained_t / contained_fraction``.
"""

from __future__ import annotations

KM_PER_NAUTICAL_MILE = 1.852
HOURS_PER_DAY = 24.0
DAYS_PER_YEAR = 365.0
T_PER_KT = 1_000.0
EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG R1), for spherical distances."""


def gross_t(contained_t: float, contained_fraction: float) -> float:
    """Gross tonnes that hold ``contained_t``; raises ``ValueError`` where the fraction is not in (0, 1]."""
    if not 0.0 < contained_fraction <= 1.0:
        raise ValueError(f"contained fraction {contained_fraction} is not in (0, 1]")
    return contained_t / contained_fraction
