"""Everything that can be looked for by name, found while it is typed: things of the atlas and towns of the world."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from rapidfuzz import process
from rapidfuzz.distance import OSA

from lodeway.atlas.find import entries, plain
from lodeway.atlas.vector import read_layer
from lodeway.model.atlas import Atlas

_KIND_WEIGHT = {
    "action": 0.5, "layer": 0.45, "route": 0.4, "commodity": 0.35, "country": 0.35, "gate": 0.3, "port": 0.28,
    "mine": 0.25, "plant": 0.25, "market": 0.3, "place": 0.22, "form": 0.1, "area": 0.2, "link": 0.05, "town": 0.0,
}  # fmt: skip
"""What comes first among equally good matches; a town gains up to 0.24 by its people."""
_FUZZY_FROM = 4
_FUZZY_LEAST = 0.72
_SHORT = 2
"""So few letters are looked for at the start of words only."""
_WORD, _END = "\x01", "\n"
_ENOUGH = 5
"""With fewer exact matches than this, spelling mistakes are forgiven."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something with a name: ``place`` is longitude and latitude in degrees where it has one of its own."""

    id: str
    name: str
    what: str
    others: tuple[str, ...] = ()
    place: tuple[float, float] | None = None
    weight: float = 0.0


def atlas_entries(atlas: Atlas) -> list[Entry]:
    """What the atlas names."""
    return [
        Entry(identifier, name, what, tuple(other for other in others if other),
              weight=_KIND_WEIGHT.get(identifier.partition(":")[0], 0.2))
        for identifier, name, what, others in entries(atlas)
    ]  # fmt: skip


def town_entries(base: Path, country_names: dict[str, dict[str, str]]) -> list[Entry]:
    """The towns of ``base.gpkg``; raises ``DataError`` where it cannot be read."""
    table = read_layer(base, "places", columns=["name", "name_zh", "country", "population", "geonameid"])
    lonlat = shapely.get_coordinates(table.geometry).tolist()
    fields = [table.fields[name].tolist() for name in ("name", "name_zh", "country", "population", "geonameid")]
    made = []
    for (lon, lat), name, chinese, country, people, number in zip(lonlat, *fields, strict=True):
        where = country_names.get(country, {}).get("en", country)
        weight = 0.03 * float(np.log10(max(people or 1, 1)))
        made.append(
            Entry(f"town:{number}", name, f"town in {where}", (chinese,) if chinese else (), (lon, lat), weight)
        )
    return made


class Gazetteer:
    """Names by what is typed: at their start, at the start of a word, within, or nearly so."""

    def __init__(self, found: Iterable[Entry]) -> None:
        self._entries = list(found)
        owner, names = [], []
        for number, entry in enumerate(self._entries):
            for name in dict.fromkeys(plain(word) for word in (entry.name, *entry.others)):
                if name:
                    owner.append(number)
                    names.append(name)
        self._owner = np.array(owner, dtype=np.int64)
        self._names = names
        self._length = np.array([len(name) for name in names], dtype=np.int64)
        marked = [_WORD + name.replace(" ", " " + _WORD) for name in names]
        self._text = _END.join(["", *marked, ""])
        self._start = np.cumsum([0, *(len(name) + 1 for name in marked)])
        self._weight = np.array([entry.weight for entry in self._entries])
        self._by_letter: dict[str, list[int]] = {}
        for row, name in enumerate(names):
            self._by_letter.setdefault(name[0], []).append(row)

    def __len__(self) -> int:
        return len(self._entries)

    def search(self, text: str, limit: int = 12) -> list[Entry]:
        """The best matches, best first."""
        wanted = plain(text)
        if not wanted or not self._names:
            return []
        words = wanted.split()
        score: dict[int, float] = {}
        if len(wanted) > _SHORT:
            within = [self._rows(re.escape(word)) for word in words]
            score.update(dict.fromkeys(set.intersection(*within), 1.0))
        beginning = [self._rows(_WORD + re.escape(word)) for word in words]
        score.update(dict.fromkeys(set.intersection(*beginning), 1.6))
        for row in [row for row, value in score.items() if value > 1.0]:
            if self._names[row].startswith(wanted):
                score[row] = 2.6 if self._names[row] == wanted else 2.0
        if len({int(self._owner[row]) for row in score}) < _ENOUGH and len(wanted) >= _FUZZY_FROM:
            for row, value in self._nearly(wanted, limit):
                score[row] = max(score.get(row, 0.0), value)
        rows = np.fromiter(score, dtype=np.int64, count=len(score))
        total = np.fromiter(score.values(), dtype=np.float64, count=len(score))
        total += self._weight[self._owner[rows]] - 0.004 * self._length[rows]
        best: dict[int, None] = {}
        for row in rows[np.lexsort((self._owner[rows], -total))].tolist():
            best.setdefault(int(self._owner[row]))
            if len(best) == limit:
                break
        return [self._entries[number] for number in best]

    def _rows(self, pattern: str) -> set[int]:
        """Rows of the names in which a pattern is found."""
        spots = np.fromiter((match.start() for match in re.finditer(pattern, self._text)), dtype=np.int64)
        return set((np.searchsorted(self._start, spots, side="right") - 1).tolist())

    def _nearly(self, wanted: str, limit: int) -> list[tuple[int, float]]:
        """Rows whose name begins almost as is wanted, their first letter being right, and their score."""
        near = self._by_letter.get(wanted[0], [])
        best: dict[int, float] = {}
        for length in (len(wanted), len(wanted) + 1):  # a letter may be missing in what was typed
            found = process.extract(
                wanted, [self._names[row][:length] for row in near], scorer=OSA.normalized_similarity,
                score_cutoff=_FUZZY_LEAST, limit=4 * limit, processor=None,
            )  # fmt: skip
            for _, similar, place in found:
                best[near[place]] = max(best.get(near[place], 0.0), similar - 0.2)
        return list(best.items())
