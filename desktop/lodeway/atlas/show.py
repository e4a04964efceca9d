"""Everything known of one thing, each value with its source."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from lodeway.atlas.find import entries
from lodeway.errors import UnknownIdError
from lodeway.model.atlas import Atlas, Provenance
from lodeway.model.provenance import Source, Value


@dataclass(frozen=True, slots=True)
class SourcedValue:
    """A value beside the source it leads to; ``source`` is ``None`` only where the atlas is incomplete."""

    value: Value
    source: Source | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is known of one id: plain facts without a number, then the values with their sources, then relations."""

    id: str
    name: str
    what: str
    facts: tuple[tuple[str, str], ...]
    values: tuple[SourcedValue, ...]
    related: tuple[tuple[str, tuple[str, ...]], ...]
    """(word, ids), for example ("routes", ("route:lobito",))."""


_QUIET = {"id", "name", "names", "links", "markers", "demand_t_per_year", "lon", "lat", "source", "confidence"}


def sheet(atlas: Atlas, provenance: Provenance, identifier: str) -> Sheet:
    """All known of ``identifier`` (resolved before); raises :class:`UnknownIdError` where the atlas has no such id."""
    name, what = next(((n, w) for i, n, w, _ in entries(atlas) if i == identifier), ("", ""))
    record = _record(atlas, identifier)
    if record is None and not name:
        raise UnknownIdError(
            f"Nothing in the atlas is called '{identifier}'; 'lodeway-cli find TEXT' lists what there is."
        )
    values = tuple(SourcedValue(v, atlas.sources.get(v.source)) for v in provenance.values.get(identifier, ()))
    return Sheet(
        id=identifier,
        name=name or str(getattr(record, "name", identifier)),
        what=what or str(getattr(record, "kind", "")),
        facts=_facts(record, {v.value.field for v in values}),
        values=values,
        related=_related(atlas, identifier),
    )


def _record(atlas: Atlas, identifier: str) -> object | None:
    tables: tuple[dict[str, object], ...] = (
        dict(atlas.sites), dict(atlas.links), dict(atlas.gates), dict(atlas.routes), dict(atlas.commodities),
        dict(atlas.forms), dict(atlas.sources),
    )  # fmt: skip
    return next((table[identifier] for table in tables if identifier in table), None)


def _facts(record: object | None, sourced: set[str]) -> tuple[tuple[str, str], ...]:
    if record is None or not dataclasses.is_dataclass(record):
        return ()
    facts = []
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if field.name in _QUIET or field.name in sourced or value in (None, "", (), False) or isinstance(value, dict):
            continue
        facts.append((field.name, "; ".join(map(str, value)) if isinstance(value, tuple) else str(value)))
    lon, lat = getattr(record, "lon", None), getattr(record, "lat", None)
    if lon is not None and lat is not None:
        facts.append(
            ("position", f"{abs(lat):.3f}°{'N' if lat >= 0 else 'S'} {abs(lon):.3f}°{'E' if lon >= 0 else 'W'}")
        )
    return tuple(facts)


def _related(atlas: Atlas, identifier: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    kind, _, name = identifier.partition(":")
    related: list[tuple[str, tuple[str, ...]]] = []
    if kind == "route":
        route = atlas.routes[identifier]
        related += [("links in order", tuple(link for link, _ in route.links)), ("a block closes", route.markers)]
    elif kind == "gate":
        related.append(("a block closes", atlas.gates[identifier].links))
    elif kind == "link":
        related.append(
            ("routes", tuple(r.id for r in atlas.routes.values() if any(identifier == x for x, _ in r.links)))
        )
        related.append(("gates", tuple(g.id for g in atlas.gates.values() if identifier in g.links)))
    elif kind == "country":
        for word, table in (("mines", atlas.mines), ("plants", atlas.plants), ("ports", atlas.ports)):
            related.append((word, tuple(site.id for site in table.values() if site.country == name)))
    elif kind == "commodity":
        forms = tuple(form.id for form in atlas.forms.values() if form.commodity == identifier)
        related.append(("forms", forms))
        related.append(("mines", tuple(mine.id for mine in atlas.mines.values() if mine.form in forms)))
        related.append(("plants", tuple(p.id for p in atlas.plants.values() if p.commodity == identifier)))
    elif identifier in atlas.sites:
        joined = tuple(k.id for k in atlas.links.values() if identifier in (k.from_site, k.to_site) and k.kind != "sea")
        related.append(("links", joined))
    return tuple((word, ids) for word, ids in related if ids)
