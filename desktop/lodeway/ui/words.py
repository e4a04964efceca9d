"""Names and plain words for what ids stand for, and where a value comes from."""

from __future__ import annotations

from html import escape

from lodeway.model.atlas import Atlas
from lodeway.model.provenance import OWN_ESTIMATE, Value
from lodeway.model.scenario import LeverUse, Scenario
from lodeway.session.document import Document
from lodeway.ui import numbers

CONFIDENCE = {
    "reported": "reported by the source",
    "derived": "derived from sourced values",
    "estimated": "an estimate, shown with a dotted line",
}
STATUS = {
    "operating": "operating", "ramping": "ramping up", "rehabilitating": "being rehabilitated", "planned": "planned",
    "suspended": "suspended", "closed": "closed", "blocked": "blocked",
}  # fmt: skip
OPENABLE = frozenset({"planned", "suspended", "closed"})
BLOCKABLE = frozenset({"link", "route", "port", "gate", "place", "mine", "plant", "country"})
CUTTABLE = frozenset({"link", "route", "port", "gate", "mine", "plant"})


def name_of(atlas: Atlas | None, identifier: str) -> str:
    """The name a person knows it by; the id itself where the atlas does not know it."""
    if atlas is None or not identifier:
        return identifier
    if identifier.startswith("country:"):
        code = identifier.partition(":")[2]
        return atlas.country_names.get(code, {}).get("en", code)
    if identifier in atlas.links:
        link = atlas.links[identifier]
        return f"{name_of(atlas, link.from_site)} – {name_of(atlas, link.to_site)}"
    for table in (atlas.routes, atlas.gates, atlas.commodities, atlas.forms, atlas.sites):
        if identifier in table:
            return str(table[identifier].name)
    return identifier


def short_name(atlas: Atlas | None, identifier: str) -> str:
    """Like :func:`name_of`, with the short name of a route."""
    if atlas is not None and identifier in atlas.routes:
        return atlas.routes[identifier].short_name or atlas.routes[identifier].name
    return name_of(atlas, identifier)


def status_of(atlas: Atlas | None, identifier: str) -> str:
    """Its status word in the tables, or empty where such things have none."""
    if atlas is None:
        return ""
    for table in (atlas.routes, atlas.links, atlas.mines, atlas.plants):
        if identifier in table:
            return str(table[identifier].status)
    return ""


def lever_words(atlas: Atlas | None, lever: LeverUse) -> str:
    """``Block Lobito``, ``Cut Suez Canal by 50 %``."""
    name = short_name(atlas, lever.target)
    if lever.kind == "cut":
        return f"Cut {name} by {float(lever.setting('percent') or 0):g} %"
    return f"{lever.kind.capitalize()} {name}"


def scenario_words(atlas: Atlas | None, scenario: Scenario) -> str:
    """The scenario as a condition: ``If Lobito is blocked and Suez Canal is cut by 50 %``."""
    grouped: dict[str, list[str]] = {}
    for lever in scenario.levers:
        verb = {"block": "blocked", "open": "opened"}.get(lever.kind, f"under the lever “{lever.kind}”")
        if lever.kind == "cut":
            verb = f"cut by {float(lever.setting('percent') or 0):g} %"
        grouped.setdefault(verb, []).append(short_name(atlas, lever.target))
    parts = []
    for verb, names in grouped.items():
        shown = names if len(names) <= 3 else [*names[:2], f"{len(names) - 2} more"]
        parts.append(f"{_listed(shown)} {'is' if len(names) == 1 else 'are'} {verb}")
    if scenario.year is not None:
        parts.append(f"it is {scenario.year}")
    if not parts:
        return "The world as it is"
    listed = _listed(parts)
    adapts = "" if scenario.adaptation == Scenario().adaptation else f", and trade has {scenario.adaptation} to adapt"
    return f"If {listed}{adapts}"


def _listed(parts: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def value_html(document: Document, value: Value) -> str:
    """One sourced value: figure, range, year, confidence, source, note."""
    atlas = document.atlas
    if value.value is None:
        figure = numbers.UNKNOWN
    elif isinstance(value.value, str):
        figure = escape(value.value)
    else:
        decimals = 0 if float(value.value).is_integer() or abs(value.value) >= 1000 else 2
        figure = f"{numbers.plain(value.value, decimals)} {escape(value.unit)}"
    lines = [f"<b>{escape(value.field.replace('_', ' '))}</b>: {figure}"]
    if value.low is not None and value.high is not None:
        lines.append(f"range {numbers.plain(value.low)} to {numbers.plain(value.high)}")
    year = f", {value.year}" if value.year else ""
    lines.append(f"{escape(CONFIDENCE.get(value.confidence, value.confidence))}{year}")
    source = atlas.sources.get(value.source) if atlas is not None else None
    if value.source == OWN_ESTIMATE:
        lines.append("Source: own estimate")
    elif source is not None:
        lines.append(f"Source: {escape(source.title)}" + (f" ({source.year})" if source.year else ""))
        if source.address:
            lines.append(f"<i>{escape(source.address)}</i>")
    else:
        lines.append(f"Source: {escape(value.source)}")
    lines += [escape(text) for text in (value.formula, value.note) if text]
    return "<br>".join(lines)


def sources_html(document: Document, subject: str, field: str = "") -> str:
    """Everything sourced that is known of a subject (or of one field); empty before the sources are read."""
    if document.provenance is None:
        return ""
    values = document.provenance.values.get(subject, ())
    wanted = [value for value in values if not field or value.field == field]
    return "<hr>".join(value_html(document, value) for value in wanted)
