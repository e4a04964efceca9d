"""``lodeway-cli check``."""

from __future__ import annotations

import argparse

from lodeway.cli.output import print_json
from lodeway.cli.text import wrapped

_MANY = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """All remarks, JSON."""
    parser.description = (
        "Examine the shipped data anew: files, counts, sources, references, connections, the proof of every cut,\n"
        "alignments, balances, demand and national totals. Exit status 1 where a promise does not hold."
    )
    parser.add_argument("--all", action="store_true", help="list every remark, not only the first few of each kind")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Print each finding as it comes."""
    from lodeway.cli.checks import Finding, findings

    found: list[Finding] = []
    for finding in findings():
        found.append(finding)
        if not arguments.json:
            _show(finding.holds, finding.words, finding.figures, finding.breaches, finding.remarks, arguments.all)
    broken = [finding.id for finding in found if not finding.holds]
    if arguments.json:
        print_json({
            "status": "broken" if broken else "holds",
            "checks": [{"id": f.id, "promise": f.words, "holds": f.holds, "figures": f.figures,
                        "breaches": list(f.breaches), "remarks": list(f.remarks)} for f in found],
        })  # fmt: skip
    elif broken:
        print(f"{len(broken)} of {len(found)} promises do not hold: {', '.join(broken)}.")
    else:
        print(f"All {len(found)} promises hold.")
    return 1 if broken else 0


def _show(
    holds: bool, words: str, figures: dict[str, float | int | str], breaches: tuple[str, ...], remarks: tuple[str, ...],
    every: bool,
) -> None:  # fmt: skip
    print(f"{'holds ' if holds else 'BROKEN'}  {words}")
    text = ", ".join(f"{name.replace('_', ' ')} {value:,}" if isinstance(value, int) else
                     f"{name.replace('_', ' ')} {value}" for name, value in figures.items())  # fmt: skip
    for line in wrapped(text, first="        ", later="        ") if text else []:
        print(line)
    for title, items in (("broken: ", breaches), ("remark: ", remarks)):
        for item in items if every else items[:_MANY]:
            print("\n".join(wrapped(item, first=f"        {title}", later=" " * (8 + len(title)))))
        if not every and len(items) > _MANY:
            print(f"        and {len(items) - _MANY} more (--all lists them)")
