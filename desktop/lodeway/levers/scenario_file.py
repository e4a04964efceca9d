"""Scenario files: JSON, schema version 1, shared by the command line and the session.

``{"schema": 1, "name": "...", "year": 2024, "adaptation": "months", "comment": "...",
"levers": [{"kind": "block", "target": "route:lobito", "settings": {}}]}``
"""

from __future__ import annotations

import json
import math
from typing import Any

from lodeway.errors import ScenarioError
from lodeway.levers import LEVERS
from lodeway.model.scenario import ADAPTATIONS, LeverUse, Scenario

SCHEMA = 1
LONGEST_FILE = 1_000_000
MOST_LEVERS = 1_000
LONGEST_TEXT = 10_000
_KEYS = frozenset(("schema", "name", "year", "adaptation", "comment", "levers"))
_LEVER_KEYS = frozenset(("kind", "target", "settings"))


def scenario_to_json(scenario: Scenario) -> str:
    """The scenario as text; the same scenario gives the same text."""
    document = {
        "schema": SCHEMA,
        "name": scenario.name,
        "year": scenario.year,
        "adaptation": scenario.adaptation,
        "comment": scenario.comment,
        "levers": [{"kind": use.kind, "target": use.target, "settings": dict(use.settings)} for use in scenario.levers],
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def scenario_from_json(text: str) -> Scenario:
    """Read a scenario; anything that is not one raises ``ScenarioError`` with one sentence."""
    if len(text) > LONGEST_FILE:
        raise ScenarioError(f"a scenario file has at most {LONGEST_FILE:,} characters; this one has {len(text):,}")
    try:
        document = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise ScenarioError(f"the scenario file is not JSON{where}; save it again from the program") from error
    if not isinstance(document, dict):
        raise ScenarioError("a scenario file holds one JSON object with 'schema' and 'levers'")
    if document.get("schema") != SCHEMA or isinstance(document.get("schema"), bool):
        raise ScenarioError(f"the scenario file has schema {document.get('schema')!r:.40}; this program reads {SCHEMA}")
    _known(document, _KEYS, "the scenario file")
    levers = document.get("levers", [])
    if not isinstance(levers, list) or len(levers) > MOST_LEVERS:
        raise ScenarioError(f"'levers' must be a list of at most {MOST_LEVERS} levers")
    year = document.get("year")
    if year is not None and (isinstance(year, bool) or not isinstance(year, int) or not 1900 <= year <= 2200):
        raise ScenarioError("'year' must be a whole number from 1900 to 2200, or null for the year of the atlas")
    adaptation = document.get("adaptation", "months")
    if adaptation not in ADAPTATIONS:
        raise ScenarioError(f"'adaptation' must be one of {', '.join(ADAPTATIONS)}")
    return Scenario(
        name=_text(document.get("name", "Scenario"), "name"),
        levers=tuple(_lever(item, k + 1) for k, item in enumerate(levers)),
        year=year,
        adaptation=adaptation,
        comment=_text(document.get("comment", ""), "comment"),
    )


def _lever(item: Any, place: int) -> LeverUse:
    if not isinstance(item, dict):
        raise ScenarioError(f"lever {place} must be an object with 'kind' and 'target'")
    _known(item, _LEVER_KEYS, f"lever {place}")
    kind, target = item.get("kind"), item.get("target")
    if not isinstance(kind, str) or kind not in LEVERS:
        raise ScenarioError(f"lever {place} has no known kind; the levers are {', '.join(LEVERS)}")
    if not isinstance(target, str) or not target:
        raise ScenarioError(f"lever {place} ({kind}) has no 'target'")
    settings = item.get("settings", {})
    if not isinstance(settings, dict):
        raise ScenarioError(f"the 'settings' of lever {place} must be an object")
    fields = {field.name for field in LEVERS[kind].fields}
    for name, value in settings.items():
        if name not in fields:
            raise ScenarioError(f"the lever {kind} has no setting '{name:.40}'")
        if not isinstance(value, int | float | str | bool) or (isinstance(value, float) and not math.isfinite(value)):
            raise ScenarioError(f"the setting '{name}' of lever {place} must be a number, a text, true or false")
    return LeverUse(kind, _text(target, "target"), tuple(sorted(settings.items())))


def _known(item: dict[str, Any], keys: frozenset[str], what: str) -> None:
    for name in item:
        if name not in keys:
            raise ScenarioError(f"{what} has an unknown entry '{name:.40}'; remove it")


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or "\x00" in value:
        raise ScenarioError(f"'{what}' must be a text of at most {LONGEST_TEXT:,} characters")
    return value


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")
