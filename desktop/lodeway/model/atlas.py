"""The atlas in memory: everything that the shipped tables say, read once and never changed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lodeway.model.commodity import Commodity, Form
from lodeway.model.network import Gate, Link, Market, Mine, Place, Plant, Port, Route
from lodeway.model.provenance import Confidence, Source, Value


@dataclass(frozen=True, slots=True)
class NationalTotal:
    """Published output of a country, t/yr contained: ``stage`` is ``mine``, ``refined`` or ``secondary``."""

    commodity: str
    area: str
    stage: str
    year: int
    tonnes_per_year: float
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True)
class TradeCell:
    """Reference trade of a form between two areas, t/yr contained; only physical flows of one balanced year."""

    form: str
    origin: str
    destination: str
    tonnes_per_year: float
    year: int
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True)
class RouteShare:
    """Reference tonnage of a form and origin area over a route, t/yr gross, in the atlas year."""

    route: str
    form: str
    origin: str
    gross_t_per_year: float
    year: int
    confidence: Confidence
    source: str


@dataclass(frozen=True)
class Atlas:
    """All tables, by id. Arrays are never joined by position."""

    data_version: str
    """Content hash of the atlas tables, the key of the shipped baseline."""
    year: int
    commodities: dict[str, Commodity]
    forms: dict[str, Form]
    mines: dict[str, Mine]
    plants: dict[str, Plant]
    ports: dict[str, Port]
    places: dict[str, Place]
    markets: dict[str, Market]
    links: dict[str, Link]
    gates: dict[str, Gate]
    routes: dict[str, Route]
    area_of_country: dict[str, str]
    """ISO 3166-1 alpha-3 to trade area: EU27 members to ``EU27``, others to themselves."""
    market_of_area: dict[str, str]
    """Trade area to market id; areas without their own market consume as ``market:ROW``."""
    totals: tuple[NationalTotal, ...]
    trade: tuple[TradeCell, ...]
    route_shares: tuple[RouteShare, ...]
    sources: dict[str, Source]
    country_names: dict[str, dict[str, str]]
    """ISO alpha-3 to language code to name."""

    @cached_property
    def sites(self) -> dict[str, Mine | Plant | Port | Place | Market]:
        """Every node of the network, by id."""
        return {**self.mines, **self.plants, **self.ports, **self.places, **self.markets}


@dataclass(frozen=True)
class Provenance:
    """Every visible value with its source; loaded only when somebody asks (``values`` table of atlas.gpkg)."""

    values: dict[str, tuple[Value, ...]]
    """Subject id to its values."""
