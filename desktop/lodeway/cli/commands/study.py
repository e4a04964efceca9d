"""``lodeway-cli study``: N-1 and the other studies, on all cores or on a Dask cluster."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from lodeway.cli.output import print_lines
from lodeway.cli.scenario_args import add_scenario_arguments

SHOWN = 25


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command per study."""
    parser.description = "Run a study of a scenario (the baseline without any lever)."
    parser.epilog = (
        "every study takes a scenario, --json, -o OUT, --jobs N and --cluster ADDRESS: see 'study STUDY --help'\n"
        "examples: lodeway-cli study n-1 -o ranking.csv\n          lodeway-cli study n-1 --block suez --jobs 4"
    )
    studies = parser.add_subparsers(dest="study", metavar="STUDY", required=True)
    one = studies.add_parser("n-1", help="close every link, route, port, gate and plant country once; rank the loss")
    _shared(one)
    _kinds(one)
    two = studies.add_parser("worst-cuts", help="the two or three things that hurt most when they close together")
    _shared(two)
    _kinds(two)
    two.add_argument("--size", type=int, default=2, choices=(2, 3), help="how many things close together (2)")
    two.add_argument("--best", type=int, default=10, metavar="N", help="how many sets to find (10)")
    two.add_argument("--budget", type=int, default=6_000, metavar="N", help="stop after N solves and state the gap")


def _kinds(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--kind",
        action="append",
        choices=("link", "route", "port", "gate", "plant_country"),
        help="close only things of this kind; may be repeated",
    )


def _shared(parser: argparse.ArgumentParser) -> None:
    add_scenario_arguments(parser)
    group = parser.add_argument_group("study")
    group.add_argument(
        "-o", "--output", action="append", default=[], type=Path, metavar="OUT",
        help="write what is found to OUT.(json|csv|xlsx); may be repeated",
    )  # fmt: skip
    group.add_argument("--jobs", type=int, default=0, metavar="N", help="processes on this machine (one per core)")
    group.add_argument(
        "--cluster", default="", metavar="ADDRESS", help="address of a Dask scheduler, such as tcp://10.0.0.5:8786"
    )
    group.add_argument("--json", action="store_true", help="print one JSON document")
    group.add_argument("--all", action="store_true", help=f"list every row, not only the first {SHOWN}")


def run(arguments: argparse.Namespace) -> int:
    """Run it, print, write."""
    from lodeway.atlas.reader import load_atlas
    from lodeway.cli.scenario_args import scenario_of
    from lodeway.errors import ScenarioError
    from lodeway.exports.study_file import check_suffix, study_text, write_study
    from lodeway.studies import STUDIES
    from lodeway.studies.crew import Crew, Ground
    from lodeway.studies.study import Desk

    for path in arguments.output:
        check_suffix(path)
    if arguments.jobs < 0:
        raise ScenarioError(f"--jobs is {arguments.jobs}; give the number of processes, 1 or more")
    ground = Ground(load_atlas())
    scenario = scenario_of(ground.atlas, arguments)
    desk = Desk(ground.model(), ground, scenario, Crew(arguments.jobs, arguments.cluster), _Told())
    options: dict[str, Any] = {}
    if arguments.kind:
        options["kinds"] = tuple(dict.fromkeys(arguments.kind))
    if arguments.study == "worst-cuts":
        for name in ("best", "budget"):
            if getattr(arguments, name) < 1:
                raise ScenarioError(f"--{name} is {getattr(arguments, name)}; give 1 or more")
        options |= {"size": arguments.size, "best": arguments.best, "budget": arguments.budget}
    report = STUDIES[arguments.study].run(desk, **options)
    for path in arguments.output:
        write_study(path, report)
    if arguments.json:
        print(study_text(report), end="")
    else:
        print_lines(_lines(report, every=arguments.all))
        for path in arguments.output:
            print(f"Written: {path}")
    return 0


class _Told:
    """Progress on standard error, where a person looks at it."""

    def __init__(self) -> None:
        self._last = -1

    def __call__(self, words: str, fraction: float, found: tuple[Any, ...]) -> None:
        percent = int(100 * fraction)
        if sys.stderr.isatty() and percent != self._last:
            self._last = percent
            end = "\n" if percent >= 100 else ""
            print(f"\r{words}: {percent} %", end=end, file=sys.stderr, flush=True)


def _lines(report: Any, *, every: bool) -> list[str]:
    from lodeway.cli.text import Table, money, number

    title, columns, rows = report.table()
    words = frozenset(heading for name, heading in columns if name in ("id", "kind", "name", "status", "words"))
    table = Table(tuple(heading for _, heading in columns), words)
    for row in rows if every else rows[:SHOWN]:
        cells = []
        for (name, _), value in zip(columns, row, strict=True):
            if isinstance(value, str) or value is None:
                cells.append(value or "")
            elif name.endswith(("usd_per_year", "usd")):
                cells.append(money(value))
            else:
                cells.append(number(value, 2 if "days" in name or "hhi" in name or "share" in name else 0))
        table.add(*cells)
    rest = len(rows) - len(table.rows)
    more = [f"and {rest} more (--all)"] if rest > 0 else []
    return [title, *table.without_empty().lines(), *more]
