"""``lodeway-cli path FROM TO``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from lodeway.cli.output import print_json, print_lines
from lodeway.cli.text import Table, number, wrapped

if TYPE_CHECKING:
    from lodeway.model.atlas import Atlas
    from lodeway.solve.paths import PathResult


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Ends, form, number of paths, blocks, JSON."""
    parser.description = (
        "The cheapest paths between two sites over links in use: freight, handling and fees, reliability of land days\n"
        "and borders, and, with --form, the time value of the metal. Exit status 1 where there is no route."
    )
    parser.epilog = (
        "examples: lodeway-cli path kolwezi port:cn-shanghai --form copper/cathode --k 3\n"
        "          lodeway-cli path place:cd-kolwezi market:EU27 --block lobito"
    )
    parser.add_argument("from_site", metavar="FROM", help="a mine, plant, port, place or market")
    parser.add_argument("to_site", metavar="TO", help="a mine, plant, port, place or market")
    parser.add_argument("--form", metavar="F", help="what is shipped, such as copper/cathode")
    parser.add_argument("--k", type=int, default=1, metavar="N", help="the N cheapest paths (1)")
    parser.add_argument("--block", action="append", default=[], metavar="ID", help="close a thing; may be repeated")
    parser.add_argument(
        "--open",
        action="append",
        default=[],
        metavar="ID",
        help="put a planned or closed link, route or gate into use; may be repeated",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Search and print."""
    from lodeway.atlas.find import resolve
    from lodeway.atlas.reader import load_atlas
    from lodeway.errors import ScenarioError
    from lodeway.solve.paths import cheapest_paths

    atlas = load_atlas()
    ends = resolve(atlas, arguments.from_site), resolve(atlas, arguments.to_site)
    form = None if arguments.form is None else _form(atlas, arguments.form)
    blocked = frozenset(resolve(atlas, text) for text in arguments.block)
    opened = frozenset(resolve(atlas, text) for text in arguments.open)
    both = sorted(blocked & opened)
    if both:
        raise ScenarioError(f"{both[0]} is both blocked and opened; keep one of them")
    paths = cheapest_paths(atlas, *ends, form=form, k=arguments.k, blocked=blocked, opened=opened)
    found = paths[0].status == "ok"
    if arguments.json:
        print_json({
            "status": paths[0].status, "from": ends[0], "to": ends[1], "form": form, "blocked": sorted(blocked),
            "opened": sorted(opened), "paths": [_document(atlas, p) for p in paths if p.status == "ok"],
            "reason": None if found else paths[0].reason, "data_version": atlas.data_version,
        })  # fmt: skip
    elif found:
        print_lines(_lines(atlas, paths, form))
    else:
        print_lines([f"No route from {_name(atlas, ends[0])} to {_name(atlas, ends[1])}: {paths[0].reason}."])
    return 0 if found else 1


def _form(atlas: Atlas, text: str) -> str:
    from lodeway.errors import UnknownIdError

    wanted = text.casefold()
    for form in atlas.forms:
        if wanted in (form.casefold(), form.removeprefix("form:").casefold()):
            return form
    short = ", ".join(form.removeprefix("form:") for form in atlas.forms)
    raise UnknownIdError(f"'{text}' is not a form of the atlas; --form takes one of {short}")


def _name(atlas: Atlas, site: str) -> str:
    return str(getattr(atlas.sites.get(site) or atlas.gates.get(site) or atlas.routes.get(site), "name", site))


def _document(atlas: Atlas, path: PathResult) -> dict[str, Any]:
    steps = zip(path.links, path.sites[:-1], path.sites[1:], strict=True)
    return {
        "length_km": path.length_km, "days": path.days, "cost_usd_per_t": path.cost_usd_per_t,
        "generalised_usd_per_t": path.generalised_usd_per_t, "gates": list(path.gates), "routes": list(path.routes),
        "legs": [
            {"link": link, "forward": forward, "from": start, "to": end, "mode": atlas.links[link].mode,
             "length_km": atlas.links[link].length_km, "days": atlas.links[link].days,
             "cost_usd_per_t": atlas.links[link].cost_usd_per_t, "confidence": atlas.links[link].confidence}
            for (link, forward), start, end in steps
        ],
    }  # fmt: skip


def _lines(atlas: Atlas, paths: list[PathResult], form: str | None) -> list[str]:
    out: list[str] = []
    for rank, path in enumerate(paths, start=1):
        rough = any(atlas.links[link].confidence == "estimated" for link, _ in path.links)
        out += wrapped(
            f"{number(path.length_km, estimated=rough)} km, {number(path.days, 1, estimated=rough)} days, "
            f"{number(path.cost_usd_per_t, 0, estimated=rough)} USD per gross t"
            f" ({number(path.generalised_usd_per_t, 0, estimated=rough)} with reliability"
            f"{' and time value' if form else ''})",
            first=f"{rank}. ",
            later="   ",
        )
        if path.routes:
            out += wrapped(", ".join(_name(atlas, r) for r in path.routes), first="   routes: ", later="     ")
        if path.gates:
            out += wrapped(", ".join(_name(atlas, g) for g in path.gates), first="   gates: ", later="     ")
        table = Table(("from", "to", "by", "km", "days", "USD/t", "link"), frozenset({"from", "to", "by", "link"}))
        for (link_id, _), start, end in zip(path.links, path.sites[:-1], path.sites[1:], strict=True):
            link = atlas.links[link_id]
            guess = link.confidence == "estimated"
            table.add(
                _name(atlas, start),
                _name(atlas, end),
                link.mode,
                number(link.length_km, estimated=guess),
                number(link.days, 1, estimated=guess),
                number(link.cost_usd_per_t, 0, estimated=guess),
                link.id,
            )
        out += ["   " + line for line in table.lines()] + [""]
    out.append("~ estimated, at least in part. Costs are per gross tonne; 'lodeway-cli show LINK' names the sources.")
    return out
