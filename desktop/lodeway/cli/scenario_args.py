"""The levers of the command line: options to a scenario, with the conflicts between them refused."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lodeway.errors import ScenarioError

if TYPE_CHECKING:
    from lodeway.model.atlas import Atlas
    from lodeway.model.scenario import Adaptation, LeverUse, Scenario

LONGEST_NAME = 120


def add_scenario_arguments(parser: argparse.ArgumentParser) -> None:
    """The scenario file and the options that change it."""
    group = parser.add_argument_group("scenario")
    group.add_argument(
        "scenario",
        nargs="?",
        metavar="SCENARIO",
        type=Path,
        help="a scenario file (JSON), or the --json document of an earlier solve",
    )
    group.add_argument(
        "--block",
        action="append",
        default=[],
        metavar="ID",
        help="close a link, route, port, gate, site or country to all cargo; may be repeated",
    )
    group.add_argument(
        "--cut",
        action="append",
        default=[],
        metavar="ID=PERCENT",
        help="take away a share of a thing's capacity; may be repeated",
    )
    group.add_argument(
        "--open",
        action="append",
        default=[],
        metavar="ID",
        help="put a planned or closed link, route or gate into use; may be repeated",
    )
    group.add_argument(
        "--lever",
        action="append",
        default=[],
        metavar="FILE",
        type=Path,
        help="add the levers of another scenario file; may be repeated",
    )
    group.add_argument("--year", type=int, metavar="Y", help="year of the scenario (that of the atlas)")
    group.add_argument(
        "--adaptation",
        metavar="weeks|months|years",
        help="how far trade may adapt: contracts hold, ramp limits, or free re-sourcing (months)",
    )


def scenario_of(atlas: Atlas, arguments: argparse.Namespace) -> Scenario:
    """The scenario that the arguments describe; options win over the file, contradictions are refused.

    Raises ``ScenarioError``, ``UnknownIdError`` or ``DataError`` with one sentence.
    """
    from lodeway.model.scenario import Scenario

    base = Scenario() if arguments.scenario is None else read_scenario(arguments.scenario)
    uses = [_resolved(atlas, use) for use in base.levers]
    for path in arguments.lever:
        uses += [_resolved(atlas, use) for use in read_scenario(path).levers]
    uses += _typed(atlas, arguments)
    scenario = replace(base, levers=())
    for use in uses:
        _refuse_conflict(scenario.levers, use)
        scenario = scenario.with_lever(use)
    if arguments.year is not None:
        scenario = replace(scenario, year=_year(arguments.year))
    if scenario.year is not None and scenario.year < atlas.year:
        raise ScenarioError(
            f"the year {scenario.year} lies before the atlas year {atlas.year}; give {atlas.year} or later"
        )
    if arguments.adaptation is not None:
        scenario = replace(scenario, adaptation=_adaptation(arguments.adaptation))
    if scenario.name == "Baseline" and scenario.levers:
        scenario = replace(scenario, name=describe(atlas, scenario)[:LONGEST_NAME])
    return scenario


def read_scenario(path: Path) -> Scenario:
    """A scenario file, or the scenario kept in the JSON document of an earlier solve."""
    from lodeway.levers.scenario_file import scenario_from_json

    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is not UTF-8 text"
        raise ScenarioError(f"the scenario file {path} cannot be read ({why}); check its name") from error
    try:
        return scenario_from_json(_inner(text))
    except ScenarioError as error:
        raise ScenarioError(f"{path}: {error}") from error


def _inner(text: str) -> str:
    """The ``scenario`` of a solve document; any other text as it is."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if isinstance(document, dict) and "data_version" in document and isinstance(document.get("scenario"), dict):
        return json.dumps(document["scenario"])
    return text


def describe(atlas: Atlas, scenario: Scenario) -> str:
    """The levers in words, for a title."""
    from lodeway.levers import LEVERS

    words = [LEVERS[use.kind].describe(use, f"{name_of(atlas, use.target)} ({use.target})") for use in scenario.levers]
    return "; ".join(words) or "no lever"


def name_of(atlas: Atlas, identifier: str) -> str:
    """Name of a thing for people: a route's short name, a country's English name, else the id itself."""
    kind, _, rest = identifier.partition(":")
    if kind == "route" and identifier in atlas.routes:
        route = atlas.routes[identifier]
        return route.short_name or route.name
    if kind == "country":
        return atlas.country_names.get(rest, {}).get("en", rest)
    if kind == "link" and identifier in atlas.links:
        link = atlas.links[identifier]
        return f"{name_of(atlas, link.from_site)} - {name_of(atlas, link.to_site)}"
    for table in (atlas.sites, atlas.gates, atlas.commodities, atlas.forms):
        if identifier in table:
            return str(getattr(table[identifier], "name", identifier))
    if kind in ("area", "market") or not rest:
        code = rest or identifier
        return atlas.country_names.get(code, {}).get("en", code)
    return identifier


def _typed(atlas: Atlas, arguments: argparse.Namespace) -> list[LeverUse]:
    from lodeway.atlas.find import resolve
    from lodeway.model.scenario import LeverUse

    uses = [LeverUse("block", resolve(atlas, text)) for text in arguments.block]
    for text in arguments.cut:
        target, percent = _cut(text)
        uses.append(LeverUse("cut", resolve(atlas, target), (("percent", percent),)))
    return uses + [LeverUse("open", resolve(atlas, text)) for text in arguments.open]


def _resolved(atlas: Atlas, use: LeverUse) -> LeverUse:
    from lodeway.atlas.find import resolve

    return replace(use, target=resolve(atlas, use.target))


def _cut(text: str) -> tuple[str, float]:
    target, equals, percent = text.rpartition("=")
    if not equals or not target:
        raise ScenarioError(f"'--cut {text}' must be written ID=PERCENT, such as --cut route:lobito=50")
    try:
        value = float(percent.removesuffix("%"))
    except ValueError as error:
        raise ScenarioError(f"'{percent}' in '--cut {text}' is not a number; give 0 to 100 per cent") from error
    if not 0.0 <= value <= 100.0:
        raise ScenarioError(f"'--cut {text}' takes away {percent} per cent; give a number from 0 to 100")
    return target, value


def _refuse_conflict(levers: tuple[LeverUse, ...], use: LeverUse) -> None:
    for other in levers:
        if other.target != use.target or other == use:
            continue
        if other.kind == use.kind:
            raise ScenarioError(f"{use.target} has two different '{use.kind}' levers; keep one of them")
        if "block" in (other.kind, use.kind):
            raise ScenarioError(
                f"{use.target} has both '{other.kind}' and '{use.kind}', which contradict each other; keep one of them"
            )


def _year(year: int) -> int:
    if not 1900 <= year <= 2200:
        raise ScenarioError(f"--year {year} is out of range; give a year from the atlas year to 2200")
    return year


def _adaptation(text: str) -> Adaptation:
    from lodeway.model.scenario import ADAPTATIONS

    for stop in ADAPTATIONS:
        if stop == text:
            return stop
    raise ScenarioError(f"--adaptation is '{text}'; give one of {', '.join(ADAPTATIONS)}")
