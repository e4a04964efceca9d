"""``lodeway-cli explain``."""

from __future__ import annotations

import argparse

from lodeway.cli.output import print_json, print_lines
from lodeway.cli.scenario_args import add_scenario_arguments


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Scenario options, market and commodity."""
    parser.description = (
        "Why tonnes are missing: the smallest set of limits that together stop them, and the cheapest single relief."
    )
    parser.epilog = "example: lodeway-cli explain --block lobito --block kasumbalesa --commodity cobalt --market EU27"
    add_scenario_arguments(parser)
    group = parser.add_argument_group("question")
    group.add_argument("--commodity", required=True, metavar="C", help="commodity, such as copper")
    group.add_argument("--market", default="", metavar="M", help="market, such as EU27 (all markets together)")
    group.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Ask and print."""
    import lodeway.levers  # noqa: F401  (tells the solver the levers)
    from lodeway.atlas.find import resolve
    from lodeway.atlas.reader import load_atlas
    from lodeway.cli.scenario_args import describe, scenario_of
    from lodeway.cli.text import number, wrapped
    from lodeway.errors import ScenarioError
    from lodeway.model.scenario import LeverUse, Scenario
    from lodeway.solve import Model
    from lodeway.studies.why import why

    atlas = load_atlas()
    scenario = scenario_of(atlas, arguments)
    commodity = _named(arguments.commodity, "commodity:", tuple(atlas.commodities)) or resolve(
        atlas, arguments.commodity
    )
    market = _named(arguments.market, "market:", tuple(atlas.markets)) or arguments.market
    if market and market not in atlas.markets:
        raise ScenarioError(f"there is no market '{market}'; the markets are {', '.join(atlas.markets)}")

    def words(use: LeverUse) -> str:
        return describe(atlas, Scenario(levers=(use,)))

    found = why(Model(atlas), scenario, commodity, market, words)
    if arguments.json:
        print_json(found.document())
        return 0
    where = f" in {atlas.markets[market].name}" if market else ""
    name = atlas.commodities[commodity].name.lower() if commodity in atlas.commodities else commodity
    if not found.missing_t:
        print_lines([f"No {name} is missing{where}."])
        return 0
    out = [f"{number(found.missing_t)} t of {name} a year are missing{where} ({describe(atlas, scenario)})."]
    if found.stopped_by:
        kind = "smallest set of limits" if found.smallest else "limits, none of which can be left out,"
        stopped = number(found.missing_t - found.made_too_little_t)
        out.append(f"The {kind} that together stop {stopped} t of it:")
        for limit in found.stopped_by:
            out += wrapped(limit.words, first="- ", later="  ")
        best = next((r for r in found.reliefs if r.added_cost_usd_per_t is not None), None)
        if best is None:
            out.append("No single one of them, lifted alone, brings a tonne.")
        else:
            out += wrapped(
                f"Cheapest single relief: {best.limit.lifted}; {number(best.arrives_t)} t arrive, at "
                f"{number(best.added_cost_usd_per_t)} USD more per tonne won."
            )
    if found.made_too_little_t >= 1.0:
        out.append(f"{number(found.made_too_little_t)} t are missing with every limit lifted: too little is made.")
    print_lines(out)
    return 0


def _named(text: str, prefix: str, known: tuple[str, ...]) -> str:
    """The id that ``text`` means among ``known``, whatever its capitals, or empty."""
    wanted = text.lower().removeprefix(prefix)
    return next((k for k in known if wanted and k.lower() == prefix + wanted), "")
