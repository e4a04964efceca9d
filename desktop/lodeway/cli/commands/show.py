"""``lodeway-cli show ID``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from lodeway.cli.output import print_json, print_lines
from lodeway.cli.text import UNKNOWN, Footnotes, Table, number, source_title, terminal_columns, width, wrapped

if TYPE_CHECKING:
    from lodeway.atlas.show import Sheet, SourcedValue

_MANY = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The id, JSON."""
    parser.description = (
        "Everything the atlas knows of one thing: facts, each value with unit, year, confidence and source, and\n"
        "what it belongs to. '~' marks an estimate, '=' a value derived from a reported one."
    )
    parser.epilog = "examples: lodeway-cli show route:lobito\n          lodeway-cli show kolwezi"
    parser.add_argument("id", metavar="ID", help="an id, or a name that only one thing has")
    parser.add_argument("--all", action="store_true", help="list all related things, not only the first few")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Print the sheet."""
    from lodeway.atlas.find import resolve
    from lodeway.atlas.reader import load_atlas, load_provenance
    from lodeway.atlas.show import sheet

    atlas = load_atlas()
    found = sheet(atlas, load_provenance(), resolve(atlas, arguments.id))
    if arguments.json:
        print_json(document(found))
    else:
        print_lines(lines(found, every=arguments.all))
    return 0


def document(found: Sheet) -> dict[str, Any]:
    """The sheet as JSON values."""
    return {
        "id": found.id,
        "name": found.name,
        "what": found.what,
        "facts": dict(found.facts),
        "values": [_value(v) for v in found.values],
        "related": {word: list(ids) for word, ids in found.related},
    }


def _value(sourced: SourcedValue) -> dict[str, Any]:
    value, source = sourced.value, sourced.source
    return {
        "field": value.field, "value": value.value, "unit": value.unit, "year": value.year, "kind": value.kind,
        "confidence": value.confidence, "low": value.low, "high": value.high, "formula": value.formula,
        "note": value.note,
        "source": {
            "id": value.source, "title": source.title if source else None,
            "address": (source.address or None) if source else None, "year": source.year if source else None,
            "kind": source.kind if source else None,
        },
    }  # fmt: skip


def lines(found: Sheet, *, every: bool) -> list[str]:
    """The sheet for people."""
    out = [f"{found.name}  ({found.id})", found.what, ""]
    for word, text in found.facts:
        out += wrapped(text, first=f"{word.replace('_', ' ')}: ", later="  ")
    notes = Footnotes()
    if found.values:
        table = Table(("", "value", "unit", "year", "confidence", "source"), frozenset({"", "unit", "confidence"}))
        remarks: dict[str, list[str]] = {}
        for sourced in found.values:
            value, source = sourced.value, sourced.source
            title = value.source if source is None else source_title(source)
            mark = notes.mark(value.source, title)
            year = str(value.year) if value.year is not None else ""
            table.add(value.field.replace("_", " "), amount(sourced), value.unit, year, value.confidence, mark)
            for remark in (value.formula, value.note):
                if remark:
                    remarks.setdefault(remark, []).append(value.field.replace("_", " "))
        out += ["", *table.lines()]
        if remarks:
            out += ["", "How the values came about"]
            for remark, names in remarks.items():
                out += wrapped(f"{', '.join(dict.fromkeys(names))}: {remark}", later="  ")
    for word, ids in found.related:
        shown = ids if every or len(ids) <= _MANY else ids[:_MANY]
        more = "" if len(shown) == len(ids) else f" and {len(ids) - len(shown)} more (--all lists them)"
        out += ["", *wrapped(", ".join(shown) + more, first=f"{word}: ", later="  ")]
    if notes.titles:
        out += ["", "Sources", *notes.lines()]
    if any(s.value.confidence != "reported" for s in found.values):
        out += ["", "~ estimated, = derived; a range in brackets bounds an uncertain value."]
    return out


def amount(sourced: SourcedValue) -> str:
    """The value with its mark and range: ``~460,000 (400,000 to 500,000)``."""
    value = sourced.value
    if value.value is None:
        return UNKNOWN
    if isinstance(value.value, str):
        longest = max(20, terminal_columns() // 2)
        return value.value if width(value.value) <= longest else value.value[: longest - 1] + "…"
    mark = {"estimated": "~", "derived": "="}.get(value.confidence, "")
    text = mark + _plain(value.value)
    if value.low is not None and value.high is not None and value.low < value.high:
        text += f" ({_plain(value.low)} to {_plain(value.high)})"
    return text


def _plain(value: float) -> str:
    """As many decimals as the size needs; a year or count stays whole."""
    if value == int(value) and abs(value) < 1e15:
        return number(value)
    return number(value, 1) if abs(value) >= 100 else f"{value:.4g}"
