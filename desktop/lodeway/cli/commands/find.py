"""``lodeway-cli find TEXT``."""

from __future__ import annotations

import argparse

from lodeway.cli.output import print_json, print_lines
from lodeway.errors import LodewayError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Text, limit, kind, JSON."""
    parser.description = (
        "Search ids, names and codes of everything in the atlas; small typing mistakes are forgiven, accents and case\n"
        "do not matter. Exit status 1 where nothing is found."
    )
    parser.epilog = "examples: lodeway-cli find lobito\n          lodeway-cli find copper --kind mine --limit 50"
    parser.add_argument("text", nargs="+", metavar="TEXT", help="what to look for")
    parser.add_argument("--kind", help="only this kind: mine, plant, port, place, gate, route, link, market, ...")
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="at most N hits (20)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Print the hits, best first."""
    from lodeway.atlas.find import find
    from lodeway.atlas.reader import load_atlas
    from lodeway.model.ids import KINDS

    if arguments.limit < 1:
        raise LodewayError(f"--limit is {arguments.limit}, but at least 1 hit must be allowed")
    if arguments.kind is not None and arguments.kind not in KINDS:
        raise LodewayError(f"'{arguments.kind}' is no kind of thing; --kind takes one of {', '.join(KINDS)}")
    text = " ".join(arguments.text)
    atlas = load_atlas()
    if arguments.kind is None:
        hits = find(atlas, text, limit=arguments.limit)
    else:
        everything = len(atlas.sites) + len(atlas.links) + 10_000
        hits = [h for h in find(atlas, text, limit=everything) if h.id.startswith(f"{arguments.kind}:")]
        hits = hits[: arguments.limit]
    if arguments.json:
        print_json(
            {"text": text, "hits": [{"id": h.id, "name": h.name, "what": h.what, "score": h.score} for h in hits]}
        )
    elif hits:
        from lodeway.cli.text import Table

        table = Table(("id", "name", "what"), frozenset({"id", "name", "what"}))
        for hit in hits:
            table.add(hit.id, hit.name, hit.what)
        print_lines(table.lines())
    else:
        print(f"Nothing in the atlas resembles '{text}'.")
    return 0 if hits else 1
