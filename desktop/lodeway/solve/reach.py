"""Whether everything reaches what it should: each mine a taker of its form, each plant its takers and every market."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from lodeway.model.atlas import Atlas
from lodeway.model.network import USABLE
from lodeway.solve.effects import closed_today

_ENDS = frozenset(("mine", "plant", "market"))


@dataclass(frozen=True, slots=True)
class Stranded:
    """A site whose form reaches no taker, or not every market: ``missing`` are the takers that it does not reach."""

    site: str
    form: str
    missing: tuple[str, ...]
    reason: str


def stranded(atlas: Atlas) -> tuple[Stranded, ...]:
    """Working mines and plants of the atlas year that do not reach what they should, with the reason, by id.

    A mine or plant whose form is not final should reach at least one plant that takes it. One whose form is final
    should reach every market. Links that carry nothing today do not count.
    """
    reach = _Reach(atlas)
    takers: dict[str, list[str]] = {}
    for plant in atlas.plants.values():
        if plant.status in USABLE:
            for form in plant.inputs:
                takers.setdefault(form, []).append(plant.id)
    makers = [(m.id, m.form) for m in atlas.mines.values() if m.status in USABLE]
    makers += [(p.id, p.output) for p in atlas.plants.values() if p.status in USABLE]
    found = []
    for site, form in sorted(makers):
        if form not in atlas.forms:
            continue
        if atlas.forms[form].final:
            missing = tuple(m for m in sorted(atlas.markets) if not reach.joined(site, m))
            if missing:
                found.append(Stranded(site, form, missing, reach.reason(site)))
        else:
            wanted = sorted(t for t in takers.get(form, ()) if t != site)
            if not any(reach.joined(site, t) for t in wanted):
                reason = reach.reason(site) if wanted else f"no working plant of the atlas takes {form}"
                found.append(Stranded(site, form, tuple(wanted), reason))
    return tuple(found)


class _Reach:
    """Connected parts of the network that cargo may pass, and what each end site touches of them."""

    def __init__(self, atlas: Atlas) -> None:
        closed = closed_today(atlas)
        inner = sorted(s for s in atlas.sites if s.partition(":")[0] not in _ENDS)
        number = {site: k for k, site in enumerate(inner)}
        pairs = [(k.from_site, k.to_site) for k in atlas.links.values() if k.id not in closed]
        ends = np.array([(number[a], number[b]) for a, b in pairs if a in number and b in number]).reshape(-1, 2)
        graph = sparse.coo_matrix((np.ones(len(ends)), tuple(ends.T)), shape=(len(inner), len(inner)))
        _, part = csgraph.connected_components(graph, directed=False)
        self._part = {site: int(part[k]) for site, k in number.items()}
        self._touched: dict[str, set[int]] = {}
        self._neighbours: dict[str, set[str]] = {}
        for a, b in pairs:
            for site, other in ((a, b), (b, a)):
                if site not in number:
                    self._neighbours.setdefault(site, set()).add(other)
                    if other in number:
                        self._touched.setdefault(site, set()).add(self._part[other])

    def joined(self, a: str, b: str) -> bool:
        """Whether cargo can go from end site ``a`` to end site ``b``."""
        return b in self._neighbours.get(a, ()) or bool(self._touched.get(a, set()) & self._touched.get(b, set()))

    def reason(self, site: str) -> str:
        """Why a site does not reach others, in words."""
        if site not in self._neighbours:
            return "no link of the atlas joins it to anything"
        if not self._touched.get(site):
            return "its links lead to its neighbours only, not into the network"
        return "the part of the network that it joins is cut off from theirs"
