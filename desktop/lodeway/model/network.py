"""Sites, links, gates and routes: the network that metal moves on. Frame: WGS 84 longitude and latitude in degrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lodeway.model.provenance import Confidence

Status = Literal["operating", "ramping", "rehabilitating", "planned", "suspended", "closed"]
Mode = Literal["rail", "road", "river", "lake", "ferry", "sea", "gate", "access"]
LinkKind = Literal["tabled", "sea", "gate", "access"]
"""``tabled``: a row of segments.csv. ``sea``: a contracted leg. ``gate``: one lane through a sea gate.
``access``: derived and labelled, for sites and markets that no table joins."""

USABLE: frozenset[str] = frozenset({"operating", "ramping", "rehabilitating"})
"""Statuses that carry cargo today."""


@dataclass(frozen=True, slots=True)
class Place:
    """A junction, border post, town, inland port, or a waypoint at the side of a sea gate."""

    id: str
    name: str
    kind: str
    country: str
    lon: float
    lat: float
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True)
class Port:
    """A seaport. Capacities are t/yr of bulk minerals and TEU/yr of boxes; ``None`` = unknown, taken as unlimited."""

    id: str
    name: str
    country: str
    lon: float
    lat: float
    unlocode: str
    roles: tuple[str, ...]
    bulk_capacity_t_per_year: float | None
    box_capacity_teu_per_year: float | None
    max_draft_m: float | None
    dwell_days: float
    handling_usd_per_t: float
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True)
class Mine:
    """A mine; t/yr in the commodity's unit of account. ``residual``: the labelled rest of a country."""

    id: str
    name: str
    country: str
    lon: float
    lat: float
    form: str
    production_t_per_year: float | None
    """Output of the atlas year after review, what the flow model uses; ``None`` = unknown."""
    capacity_t_per_year: float | None
    operator: str
    owner: str
    owner_country: str
    status: Status
    residual: bool
    year: int | None
    confidence: Confidence
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Plant:
    """A smelter, refinery or separation plant: takes any of ``inputs`` and gives ``output``, t/yr contained."""

    id: str
    name: str
    country: str
    lon: float
    lat: float
    commodity: str
    inputs: tuple[str, ...]
    output: str
    production_t_per_year: float | None
    """Contained output of the atlas year after review."""
    capacity_t_per_year: float | None
    recovery: float
    """Contained output per contained intake."""
    secondary_t_per_year: float | None
    """Contained output made of scrap at this plant."""
    processing_usd_per_t: float
    port: str
    """Id of the port that serves it, or empty."""
    operator: str
    owner_country: str
    status: Status
    residual: bool
    year: int | None
    confidence: Confidence
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Market:
    """A consuming area; the demand is per commodity in its unit of account, t/yr."""

    id: str
    name: str
    lon: float
    lat: float
    demand_t_per_year: dict[str, float]
    """Commodity id to t/yr; a missing commodity is unknown, not zero."""


@dataclass(frozen=True, slots=True)
class Link:
    """A piece of rail, road, river, lake or sea between two sites, usable both ways.

    Capacities are gross t/yr: ``capacity`` of the whole line both ways, ``direction_capacity`` of each direction,
    ``other_traffic`` is what other cargo takes of the whole line. ``None`` = unknown, no limit known.
    """

    id: str
    from_site: str
    to_site: str
    mode: Mode
    kind: LinkKind
    length_km: float
    days: float
    """Running time plus border and transfer delay."""
    cost_usd_per_t: float
    """Freight, handling and border fee per gross tonne over the whole link."""
    capacity_t_per_year: float | None
    direction_capacity_t_per_year: float | None
    other_traffic_t_per_year: float | None
    status: Status
    open_year: int | None
    """Year from which a planned link may be opened."""
    border: str
    borders: int
    countries: tuple[str, ...]
    confidence: Confidence
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Gate:
    """A strait, canal, cape, border post or bridge. Blocking it closes all its ``links``, which are a proven cut."""

    id: str
    name: str
    kind: str
    lon: float
    lat: float
    links: tuple[str, ...]
    claims: str
    """What no path avoids once it is closed, in words."""
    closed_by_default: bool
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Route:
    """A named chain of links from a producing area to a port.

    ``links`` is the ordered chain with its direction; ``markers`` are the links that a block of the route closes and
    on which its flow is counted: every shipment that uses the route passes exactly one of them.
    """

    id: str
    name: str
    short_name: str
    names: dict[str, str]
    from_site: str
    to_site: str
    links: tuple[tuple[str, bool], ...]
    """(link id, forward) in order from ``from_site`` to ``to_site``."""
    markers: tuple[str, ...]
    length_km: float | None
    capacity_t_per_year: float | None
    """Published gross t/yr; its basis is in ``capacity_basis``."""
    capacity_basis: str
    current_t_per_year: float | None
    transit_days: float | None
    cost_usd_per_t: float | None
    status: Status
    planned_capacity_t_per_year: float | None
    planned_year: int | None
    operator: str
    copperbelt_exit: bool
    """Whether it is one of the routes that together are the proven cut around the Copperbelt."""
    confidence: Confidence
    source: str
    note: str
