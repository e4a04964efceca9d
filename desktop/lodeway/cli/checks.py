"""The promises of the shipped data, each examined anew: ``lodeway-cli check``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sized
from dataclasses import dataclass, field

from lodeway.errors import LodewayError
from lodeway.exports.totals import TotalRow
from lodeway.model.atlas import Atlas, Provenance
from lodeway.model.network import USABLE
from lodeway.paths import layers_dir

BALANCE_TOLERANCE_T = 1e-6
TOTAL_TOLERANCE = 0.01


@dataclass(frozen=True)
class Finding:
    """One promise: whether it holds, the figures, what breaks it, and remarks that break nothing."""

    id: str
    words: str
    holds: bool
    figures: dict[str, float | int | str] = field(default_factory=dict)
    breaches: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def findings() -> Iterator[Finding]:
    """All findings, in order; raises ``DataError`` only where the atlas cannot be read at all."""
    from lodeway.atlas.reader import load_atlas, load_provenance

    atlas = load_atlas()
    provenance = load_provenance()
    yield files()
    yield counts(atlas)
    yield sources(atlas, provenance)
    yield references(atlas)
    yield connections(atlas)
    yield cuts(atlas)
    yield alignments(atlas)
    yield from balances(atlas)


def files() -> Finding:
    """Every shipped file is there and is a valid GeoPackage."""
    from lodeway.atlas.gpkg_check import problems
    from lodeway.cli.commands.layers import FILES

    breaches: list[str] = []
    size = 0
    for name in FILES:
        path = layers_dir() / name
        try:
            breaches += problems(path)
            size += path.stat().st_size
        except LodewayError as error:
            breaches.append(str(error))
    return Finding(
        "files",
        "every shipped file is a valid GeoPackage",
        not breaches,
        {"files": len(FILES), "size_mb": round(size / 1e6, 1)},
        tuple(breaches),
    )


def counts(atlas: Atlas) -> Finding:
    """What there is; no table is empty."""
    tables: dict[str, Sized] = {
        "commodities": atlas.commodities, "forms": atlas.forms, "mines": atlas.mines, "plants": atlas.plants,
        "ports": atlas.ports, "places": atlas.places, "markets": atlas.markets, "links": atlas.links,
        "gates": atlas.gates, "routes": atlas.routes, "sources": atlas.sources,
    }  # fmt: skip
    empty = tuple(f"the table {name} is empty" for name, table in tables.items() if not table)
    unsolved = tuple(f"{c.name} is drawn but not solved: {c.why_not_solved}"
                     for c in atlas.commodities.values() if not c.solved)  # fmt: skip
    figures: dict[str, float | int | str] = {name: len(table) for name, table in tables.items()}
    figures["solved_commodities"] = sum(c.solved for c in atlas.commodities.values())
    return Finding("counts", "every table has rows", not empty, figures, empty, unsolved)


def sources(atlas: Atlas, provenance: Provenance) -> Finding:
    """Every value has a source that the atlas lists, and an own estimate is called one."""
    kinds: Counter[str] = Counter()
    breaches: list[str] = []
    for subject, values in provenance.values.items():
        for value in values:
            kinds[value.confidence] += 1
            if value.source not in atlas.sources:
                breaches.append(f"{subject} {value.field}: its source {value.source or '(none)'} is not listed")
            elif value.source == "source:own-estimate" and value.confidence != "estimated":
                breaches.append(f"{subject} {value.field}: an own estimate is called {value.confidence}")
            if value.low is not None and value.high is not None and value.low > value.high:
                breaches.append(f"{subject} {value.field}: its range runs from {value.low} down to {value.high}")
    figures: dict[str, float | int | str] = {"values": sum(kinds.values()), **dict(sorted(kinds.items()))}
    return Finding("sources", "every value names a listed source", not breaches, figures, tuple(breaches))


def references(atlas: Atlas) -> Finding:
    """Ids that rows name exist, and the chain of every route holds together."""
    sites = atlas.sites
    breaches = [f"{k.id} ends at {end}, which does not exist"
                for k in atlas.links.values() for end in (k.from_site, k.to_site) if end not in sites]  # fmt: skip
    breaches += [f"{g.id} names {link}, which does not exist"
                 for g in atlas.gates.values() for link in g.links if link not in atlas.links]  # fmt: skip
    breaches += [f"{g.id} has no links to close" for g in atlas.gates.values() if not g.links]
    breaches += [
        f"{m.id} mines {m.form}, which does not exist" for m in atlas.mines.values() if m.form not in atlas.forms
    ]
    for plant in atlas.plants.values():
        breaches += [f"{plant.id} names {form}, which does not exist"
                     for form in (*plant.inputs, plant.output) if form not in atlas.forms]  # fmt: skip
        if plant.port and plant.port not in atlas.sites:
            breaches.append(f"{plant.id} is served by {plant.port}, which does not exist")
    for route in atlas.routes.values():
        at = route.from_site
        for link_id, forward in route.links:
            link = atlas.links.get(link_id)
            start = None if link is None else link.from_site if forward else link.to_site
            if link is None or start != at:
                breaches.append(f"{route.id} breaks at {link_id}")
                break
            at = link.to_site if forward else link.from_site
        else:
            if at != route.to_site:
                breaches.append(f"{route.id} ends at {at}, not at {route.to_site}")
        if not set(route.markers) <= atlas.links.keys() or not route.markers:
            breaches.append(f"{route.id} has no marker, or one that does not exist")
    return Finding(
        "references",
        "every id that a row names exists, and every route is a chain",
        not breaches,
        {"breaches": len(breaches)},
        tuple(breaches),
    )


def connections(atlas: Atlas) -> Finding:
    """Mines, plants, ports and markets reach the main network over links in use; what does not is listed."""
    ends_only = atlas.mines.keys() | atlas.plants.keys() | atlas.markets.keys()
    near: dict[str, set[str]] = {}
    for link in atlas.links.values():
        if link.status in USABLE:
            near.setdefault(link.from_site, set()).add(link.to_site)
            near.setdefault(link.to_site, set()).add(link.from_site)
    main: set[str] = set()
    seen: set[str] = set()
    for start in sorted(near.keys() - ends_only):
        if start in seen:
            continue
        part, queue = {start}, [start]
        while queue:
            for other in near[queue.pop()] - ends_only - part:
                part.add(other)
                queue.append(other)
        seen |= part
        main = part if len(part) > len(main) else main
    alone, solved_alone = [], []
    for site in sorted(ends_only | atlas.ports.keys()):
        if site in main or near.get(site, set()) & main:
            continue
        thing = atlas.mines.get(site) or atlas.plants.get(site)
        status = getattr(thing, "status", "operating")
        commodity = _commodity(atlas, site)
        line = f"{site} is joined to nothing that reaches the main network"
        if status in USABLE and (commodity is None or atlas.commodities[commodity].solved):
            solved_alone.append(line)
        else:
            alone.append(f"{line} ({'not solved' if status in USABLE else status})")
    return Finding("connections", "every site in use reaches the network", not solved_alone,
                   {"sites": len(ends_only | atlas.ports.keys()), "main_network": len(main),
                    "not_joined": len(solved_alone)}, tuple(solved_alone), tuple(alone))  # fmt: skip


def _commodity(atlas: Atlas, site: str) -> str | None:
    if site in atlas.mines:
        form = atlas.forms.get(atlas.mines[site].form)
        return form.commodity if form else None
    return atlas.plants[site].commodity if site in atlas.plants else None


def cuts(atlas: Atlas) -> Finding:
    """What gates and routes claim to close is closed, proven by search."""
    from lodeway.solve.claims import certify

    certificates = certify(atlas)
    broken = tuple(f"{c.words}: {c.found}" for c in certificates if not c.kept)
    return Finding(
        "cuts",
        "what gates and routes claim to close is closed",
        not broken,
        {"claims": len(certificates), "kept": sum(c.kept for c in certificates)},
        broken,
    )


def alignments(atlas: Atlas) -> Finding:
    """Every tabled link has a drawn line that keeps the published length; the length used is the published one."""
    from lodeway.atlas.vector import read_table

    try:
        rows = read_table(
            layers_dir() / "transport.gpkg", "alignments", columns=["id", "published_km", "drawn_km", "basis"]
        )
    except LodewayError as error:
        return Finding("alignments", "every tabled link is drawn", False, {}, (str(error),))
    drawn = {str(i): (float(p), float(d), str(b)) for i, p, d, b in
             zip(rows["id"], rows["published_km"], rows["drawn_km"], rows["basis"], strict=True)}  # fmt: skip
    breaches: list[str] = []
    for link in atlas.links.values():
        if link.kind != "tabled":
            continue
        if link.id not in drawn:
            breaches.append(f"{link.id} has no drawn line")
        elif abs(drawn[link.id][0] - link.length_km) > 0.5:
            breaches.append(
                f"{link.id} is {link.length_km:g} km in the network and {drawn[link.id][0]:g} km in its alignment"
            )
    bases = Counter(basis for _, _, basis in drawn.values())
    straight = tuple(f"{i} is drawn as a straight line" for i, (_, _, b) in sorted(drawn.items()) if b == "straight")
    figures: dict[str, float | int | str] = {
        "alignments": len(drawn),
        **{b.replace(" ", "_"): n for b, n in sorted(bases.items())},
    }
    return Finding(
        "alignments",
        "every tabled link has a drawn line of the published length",
        not breaches,
        figures,
        tuple(breaches),
        straight,
    )


def balances(atlas: Atlas) -> Iterator[Finding]:
    """The baseline is optimal, balances, meets or explains demand, and agrees with the published totals."""
    from lodeway.exports.totals import national_totals
    from lodeway.solve import Model

    model = Model(atlas)
    try:
        base = model.baseline()
    except LodewayError as error:
        yield Finding("balances", "the baseline is solved to optimality", False, {}, (str(error),))
        return
    error_t = base.info.max_balance_error_kt * 1_000.0
    breaches = [] if base.status == "optimal" else [f"the baseline is {base.status}"]
    if error_t > BALANCE_TOLERANCE_T:
        breaches.append(f"a balance is off by {error_t:.3g} t")
    remarks = (
        () if model.from_shipped else ("the shipped baseline.npz is missing or belongs to other data; solved anew",)
    )
    yield Finding("balances", "the baseline is optimal and every balance closes", not breaches,
                  {"status": base.status, "max_error_t": float(f"{error_t:.3g}"), "columns": base.info.columns,
                   "rows": base.info.rows}, tuple(breaches), remarks)  # fmt: skip

    unmet = {(m.id, m.commodity): m.unmet_t for m in base.markets if m.unmet_t > 0.5}
    explained = {(r.subject, r.commodity) for r in base.reasons}
    bare = tuple(
        f"{market} lacks {tonnes:,.0f} t of {commodity} without a reason"
        for (market, commodity), tonnes in sorted(unmet.items())
        if (market, commodity) not in explained
    )
    reasons = tuple(
        f"{market} lacks {tonnes:,.0f} t of {commodity}" for (market, commodity), tonnes in sorted(unmet.items())
    )
    yield Finding(
        "demand",
        "demand is met, or each missing tonne has its reason",
        not bare,
        {"markets_short": len(unmet), "unmet_t": round(sum(unmet.values()), 1)},
        bare,
        reasons,
    )

    rows = national_totals(atlas, base)
    published = [row for row in rows if row.published_t is not None]
    off = [row for row in published if not row.closes(TOTAL_TOLERANCE)]
    gaps = tuple(
        f"{row.commodity.partition(':')[2]} {row.stage} {row.area}: modelled {row.modelled_t:,.0f} t, published "
        f"{row.published_t:,.0f} t, gap {row.gap_t:+,.0f} t" + _unsold(row) for row in off
    )  # fmt: skip
    yield Finding(
        "totals",
        "modelled output agrees with published national totals within 1 %, or the gap is printed",
        True,
        {"published": len(published), "within_1_percent": len(published) - len(off), "gaps": len(off)},
        (),
        gaps,
    )


def _unsold(row: TotalRow) -> str:
    return f"; {row.unsold_t:,.0f} t could be made and find no buyer" if row.unsold_t >= 1.0 else ""
