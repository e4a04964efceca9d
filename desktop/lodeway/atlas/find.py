"""Finding things by what a person types: ids, names, codes, small typing mistakes."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lodeway.errors import UnknownIdError
from lodeway.model.atlas import Atlas
from lodeway.model.ids import KINDS


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: ``score`` 1 is exact, 0 nothing in common; ``what`` says its kind and country in words."""

    id: str
    name: str
    what: str
    score: float


def plain(text: str) -> str:
    """Lower case without accents, ``_`` and ``-`` as blanks: how names are compared."""
    stripped = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(stripped.casefold().replace("_", " ").replace("-", " ").split())


def entries(atlas: Atlas) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Everything that has an id: (id, name, what it is in words, further names)."""
    for commodity in atlas.commodities.values():
        yield commodity.id, commodity.name, "commodity", (commodity.symbol, *commodity.names.values())
    for form in atlas.forms.values():
        yield form.id, form.name, "form", ()
    for market in atlas.markets.values():
        yield market.id, market.name, "market", ()
    for route in atlas.routes.values():
        yield route.id, route.name, "route", (route.short_name, *route.names.values())
    for gate in atlas.gates.values():
        yield gate.id, gate.name, f"gate ({gate.kind})", ()
    for port in atlas.ports.values():
        yield port.id, port.name, f"port in {port.country}", (port.unlocode,)
    for mine in atlas.mines.values():
        yield mine.id, mine.name, f"mine in {mine.country}, {mine.form.removeprefix('form:')}", (mine.operator,)
    for plant in atlas.plants.values():
        yield plant.id, plant.name, f"plant in {plant.country}, {plant.commodity.removeprefix('commodity:')}", ()
    for place in atlas.places.values():
        if not place.id.startswith("waypoint:"):
            yield place.id, place.name, f"{place.kind} in {place.country}", ()
    for code, names in atlas.country_names.items():
        yield f"country:{code}", names.get("en", code), "country", tuple(names.values())
    for area in sorted(set(atlas.area_of_country.values()) - set(atlas.area_of_country)):
        yield f"area:{area}", area, "trade area", ()
    sites = atlas.sites
    for link in atlas.links.values():
        if link.kind in ("tabled", "gate"):
            ends = f"{_name(sites, link.from_site)} - {_name(sites, link.to_site)}"
            yield link.id, ends, f"{link.mode} link, {link.status}", ()


def _name(sites: Mapping[str, object], site: str) -> str:
    return str(getattr(sites.get(site), "name", site))


def find(atlas: Atlas, text: str, *, limit: int = 20) -> list[Hit]:
    """The things whose id or names match ``text`` best, best first; exact words before typing mistakes."""
    wanted = plain(text)
    if not wanted:
        return []
    hits = []
    for identifier, name, what, others in entries(atlas):
        score = max(_score(wanted, plain(word)) for word in (identifier, identifier.partition(":")[2], name, *others))
        if score > 0:
            hits.append(Hit(identifier, name, what, round(score, 3)))
    hits.sort(key=lambda hit: (-hit.score, KINDS.index(hit.id.partition(":")[0]) if ":" in hit.id else 99, hit.id))
    return hits[:limit]


def _score(wanted: str, word: str) -> float:
    if not word:
        return 0.0
    if wanted == word:
        return 1.0
    if word.startswith(wanted):
        return 0.9
    if wanted in word:
        return 0.8
    if all(any(part.startswith(piece) for part in word.split()) for piece in wanted.split()):
        return 0.75
    best = 0.0
    for part in (word, *word.split()):
        if abs(len(part) - len(wanted)) <= 3:
            best = max(best, difflib.SequenceMatcher(None, wanted, part).ratio())
    return 0.7 * best if best >= 0.75 else 0.0


def resolve(atlas: Atlas, text: str) -> str:
    """The id that ``text`` means: an id in any case, or a name or code that only one thing has.

    Raises :class:`UnknownIdError` with the nearest ids.
    """
    typed = text.strip()
    known = {identifier.casefold(): identifier for identifier, *_ in entries(atlas)}
    known |= {link.casefold(): link for link in atlas.links}
    if typed.casefold() in known:
        return known[typed.casefold()]
    kind, colon, rest = typed.partition(":")
    hits = find(atlas, rest if colon else typed, limit=8)
    if colon:
        if kind.casefold() in KINDS:
            hits = [hit for hit in hits if hit.id.startswith(kind.casefold() + ":")]
    else:
        exact = [h for h in hits if h.score >= 1.0 and plain(h.id.partition(":")[2]) == plain(typed)] or [
            h for h in hits if h.score >= 1.0
        ]
        if len(exact) == 1:
            return exact[0].id
        if exact:
            choices = ", ".join(hit.id for hit in exact)
            raise UnknownIdError(f"'{text}' can mean several things; write one of {choices}.")
    near = ", ".join(hit.id for hit in hits[:4])
    hint = f"did you mean {near}?" if near else "'lodeway-cli find TEXT' lists what there is."
    raise UnknownIdError(f"Nothing in the atlas is called '{text}'; {hint}")
