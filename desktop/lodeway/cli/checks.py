"""The promises of the shipped data, each examined anew: ``lodeway-cli check``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lodeway.atlas.check import CheckLine
from lodeway.errors import LodewayError
from lodeway.exports.totals import TotalRow
from lodeway.model.atlas import Atlas
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
    from lodeway.atlas.check import check
    from lodeway.atlas.reader import load_atlas

    atlas = load_atlas()
    yield from tables(check())
    yield reach(atlas)
    yield cuts(atlas)
    yield alignments(atlas)
    yield from balances(atlas)


def tables(lines: Iterable[CheckLine]) -> Iterator[Finding]:
    """The checks of the tables; known defects and what is merely told are gathered under one promise each."""
    gathered: dict[str, list[CheckLine]] = {}
    for line in lines:
        kind, colon, _ = line.rule.partition(": ")
        if colon:
            gathered.setdefault(kind, []).append(line)
        elif line.ok:
            detail = {} if line.detail == "holds" else {"found": line.detail}
            yield Finding(_slug(line.rule), line.rule, True, dict(detail))
        else:
            yield Finding(_slug(line.rule), line.rule, False, {}, (line.detail,))
    for kind, items in gathered.items():
        broken = tuple(item.detail for item in items if not item.ok)
        words = {"known defect": "known defects are still as described", "told": "what is unusual is told"}.get(
            kind, kind
        )
        yield Finding(_slug(kind), words, not broken, {"count": len(items)}, broken,
                      tuple(item.detail for item in items if item.ok))  # fmt: skip


def _slug(words: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", words.lower()))


def reach(atlas: Atlas) -> Finding:
    """Everything of a solved commodity reaches what it should; what does not is listed with its reason."""
    from lodeway.solve.reach import stranded

    solved: list[str] = []
    others: list[str] = []
    for found in stranded(atlas):
        line = f"{found.site} ({found.form.removeprefix('form:')}): {found.reason}"
        (solved if atlas.commodities[atlas.forms[found.form].commodity].solved else others).append(line)
    unsolved = tuple(f"{c.name} is drawn but not solved: {c.why_not_solved}"
                     for c in atlas.commodities.values() if not c.solved)  # fmt: skip
    return Finding("reach", "every mine and plant of a solved commodity reaches takers, and refined metal every market",
                   not solved, {"mines_and_plants": len(atlas.mines) + len(atlas.plants), "stranded": len(solved)},
                   tuple(solved), tuple(others) + unsolved)  # fmt: skip


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
    return f"; {row.unsold_t:,.0f} t could be made and are not" if row.unsold_t >= 1.0 else ""
