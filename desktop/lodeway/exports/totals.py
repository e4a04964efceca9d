"""Modelled output beside published national totals."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from lodeway.model.atlas import Atlas
from lodeway.model.result import Result

WORLD, OTHERS = "WLD", "OTH"
_STAGES = ("mine", "refined")


@dataclass(frozen=True, slots=True)
class TotalRow:
    """Modelled and published output of a country or area, t/yr contained; ``None`` = no published figure.

    ``residual_t`` is the part of the modelled output that labelled rest-of-country rows make; ``unsold_t`` is what its
    mines or plants could have made beyond it.
    """

    commodity: str
    area: str
    stage: str
    modelled_t: float
    residual_t: float
    unsold_t: float
    published_t: float | None
    confidence: str
    source: str

    @property
    def gap_t(self) -> float | None:
        """Modelled less published."""
        return None if self.published_t is None else self.modelled_t - self.published_t

    def closes(self, tolerance: float) -> bool:
        """Whether the gap is at most ``tolerance`` (a share) of the published figure, or a tonne."""
        return self.gap_t is None or abs(self.gap_t) <= max(1.0, tolerance * (self.published_t or 0.0))


@dataclass
class _Made:
    modelled_t: float = 0.0
    residual_t: float = 0.0
    unsold_t: float = 0.0


@dataclass
class _Tally:
    by_country: dict[tuple[str, str], dict[str, _Made]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, commodity: str, stage: str, country: str, made: _Made) -> None:
        row = self.by_country[commodity, stage].setdefault(country, _Made())
        row.modelled_t += made.modelled_t
        row.residual_t += made.residual_t
        row.unsold_t += made.unsold_t

    def total(self, commodity: str, stage: str, countries: set[str]) -> _Made:
        rows = [made for country, made in self.by_country[commodity, stage].items() if country in countries]
        return _Made(sum(r.modelled_t for r in rows), sum(r.residual_t for r in rows), sum(r.unsold_t for r in rows))


def national_totals(atlas: Atlas, result: Result) -> tuple[TotalRow, ...]:
    """Per solved commodity, country or area, and stage: what ``result`` makes against the published tables.

    Refined output counts plants whose product markets consume, and mines that ship that product (electrowon cathode).
    An area sums its members, ``WLD`` all countries, ``OTH`` those without a row of their own.
    """
    tally = _tally(atlas, result)
    published = {(t.commodity, t.area, t.stage): t for t in atlas.totals if t.stage in _STAGES}
    members: dict[str, set[str]] = defaultdict(set)
    for country, area in atlas.area_of_country.items():
        if area != country:
            members[area].add(country)
    rows = []
    for commodity in sorted(c.id for c in atlas.commodities.values() if c.solved):
        for stage in _STAGES:
            made = set(tally.by_country[commodity, stage])
            listed = {a for c, a, s in published if (c, s) == (commodity, stage)}
            inside = set().union(*(members[area] for area in listed))
            for area in sorted(listed | (made - inside)):
                group = (made if area == WORLD else made - listed - inside if area == OTHERS
                         else members[area] | {area} if area in members else {area})  # fmt: skip
                sums, total = tally.total(commodity, stage, group), published.get((commodity, area, stage))
                if area not in listed and OTHERS in listed:
                    continue
                rows.append(TotalRow(
                    commodity, area, stage, sums.modelled_t, sums.residual_t, sums.unsold_t,
                    total.tonnes_per_year if total else None, total.confidence if total else "",
                    total.source if total else "",
                ))  # fmt: skip
    return tuple(rows)


def _tally(atlas: Atlas, result: Result) -> _Tally:
    tally = _Tally()
    for output in result.sites.values():
        mine, plant, form = atlas.mines.get(output.id), atlas.plants.get(output.id), atlas.forms.get(output.form)
        site = mine or plant
        if site is None or form is None:
            continue
        unsold = max(0.0, output.limit_t - output.output_t) if output.limit_t is not None else 0.0
        made = _Made(output.output_t, output.output_t if site.residual else 0.0, unsold)
        for stage in _STAGES:
            if (stage == "mine" and mine is not None) or (stage == "refined" and form.final):
                tally.add(output.commodity, stage, site.country, made)
    return tally
