"""``lodeway-cli solve``."""

from __future__ import annotations

import argparse
from pathlib import Path

from lodeway.cli.output import print_lines
from lodeway.cli.scenario_args import add_scenario_arguments


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Scenario options, comparison, output."""
    parser.description = (
        "Solve the flow model for a scenario and compare it with the baseline, or with another scenario. Without any\n"
        "lever it shows the baseline. Exit status 1 where no optimal answer exists."
    )
    parser.epilog = (
        "examples: lodeway-cli solve --block lobito\n"
        "          lodeway-cli solve --cut route:tazara=50 --adaptation weeks --json\n"
        "          lodeway-cli solve scenario.json --against other.json -o answer.xlsx"
    )
    add_scenario_arguments(parser)
    group = parser.add_argument_group("answer")
    group.add_argument(
        "--against",
        type=Path,
        metavar="FILE",
        help="compare with this scenario, or earlier --json answer, instead of the baseline",
    )
    group.add_argument(
        "-o",
        "--output",
        action="append",
        default=[],
        type=Path,
        metavar="OUT",
        help="write the answer to OUT.(json|csv|xlsx|gpkg|geojson); may be repeated",
    )
    group.add_argument("--json", action="store_true", help="print one JSON document")
    group.add_argument(
        "--all", action="store_true", help="list every route, port, gate and market, not only what changed"
    )


def run(arguments: argparse.Namespace) -> int:
    """Solve, print, write."""
    from lodeway.atlas.reader import load_atlas, load_provenance
    from lodeway.cli.scenario_args import read_scenario, scenario_of
    from lodeway.exports import check_target, export
    from lodeway.exports.answer import CAPACITY_FIELDS, Answer

    for path in arguments.output:
        check_target(path)
    atlas = load_atlas()
    scenario = scenario_of(atlas, arguments)
    against = None if arguments.against is None else read_scenario(arguments.against)

    from lodeway.solve import Model
    from lodeway.studies.compare import compare

    model = Model(atlas)
    base = model.baseline() if against is None else model.solve(against)
    result = model.solve(scenario)
    answer = Answer(atlas, compare(base, result), load_provenance(fields=CAPACITY_FIELDS))
    for path in arguments.output:
        export(answer, path)
    if arguments.json:
        from lodeway.exports.json import text

        print(text(answer), end="")
    else:
        from lodeway.cli.report import lines

        print_lines(lines(answer, every=arguments.all))
        for path in arguments.output:
            print(f"Written: {path}")
    return 0 if result.status == "optimal" else 1
