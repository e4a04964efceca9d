"""What the gates and routes claim to close, each proven by search over the network each time it is asked.

``CLAIMS`` is the explicit table; it names also what is *not* a cut, so that nobody takes it for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lodeway.model.atlas import Atlas
from lodeway.model.network import USABLE, Route
from lodeway.solve.paths import CutProof, prove_cut

SEA: Final = frozenset(("sea", "gate"))

PERSIAN_GULF: Final = ("port:ae-jebelali", "port:ae-ruwais", "port:ir-bandarabbas")
BLACK_SEA: Final = ("port:bg-burgas", "port:ge-batumi", "port:ge-poti")
BALTIC: Final = ("port:fi-kokkola", "port:fi-pori", "port:pl-gdansk", "port:ru-stpetersburg", "port:se-skelleftea")
MEDITERRANEAN: Final = ("port:eg-portsaid", "port:it-trieste", "port:tr-iskenderun", *BLACK_SEA)
ATLANTIC: Final = ("port:ao-lobito", "port:be-antwerp", "port:us-newyork", "port:br-santos", "port:gn-kamsar")
INDO_PACIFIC: Final = ("port:cn-shanghai", "port:za-durban", "port:tz-dar", "port:in-mumbai", "port:us-lalb",
                       "port:cl-antofagasta", "port:au-townsville")  # fmt: skip
COPPERBELT: Final = (
    "place:cd-kolwezi", "place:cd-tenke", "place:cd-likasi", "place:cd-lubumbashi", "place:cd-kasumbalesa",
    "place:cd-mokambo", "place:cd-sakania", "place:zm-solwezi", "place:zm-chingola", "place:zm-kitwe",
    "place:zm-ndola", "place:zm-mufulira", "place:zm-kapiri", "place:zm-lusaka",
)  # fmt: skip
"""The producing area of Lualaba, Haut-Katanga, North-Western and Copperbelt provinces, and Kapiri Mposhi and Lusaka."""


@dataclass(frozen=True, slots=True)
class Claim:
    """With ``blocked`` closed and ``opened`` open no path is left from ``inside`` to ``outside``; ``holds`` says
    whether that is claimed to be true. An empty ``outside`` is every port of the sea that is not inside.
    """

    id: str
    words: str
    blocked: tuple[str, ...]
    inside: tuple[str, ...]
    outside: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Certificate:
    """A claim with its proof; ``kept`` says whether what the search found is what is claimed."""

    id: str
    words: str
    claimed: bool
    kept: bool
    found: str
    """What was found, in words; names the leak where there is one."""


_ARCTIC: Final = ("gate:nsr", "gate:northwest")
_ROUND: Final = ("gate:goodhope", "gate:capehorn", "gate:panama")
CLAIMS: Final = (
    Claim("persian-gulf", "Hormuz closes the Persian Gulf", ("gate:hormuz",), PERSIAN_GULF),
    Claim("black-sea", "the Bosporus closes the Black Sea", ("gate:bosporus",), BLACK_SEA),
    Claim("baltic", "the Danish Straits with the Kiel Canal close the Baltic", ("gate:danish",), BALTIC),
    Claim("mediterranean", "Suez and Gibraltar close the Mediterranean", ("gate:suez", "gate:gibraltar"),
          MEDITERRANEAN, (*ATLANTIC, *INDO_PACIFIC)),
    Claim("red-sea", "Suez and Bab el-Mandeb close the Red Sea", ("gate:suez", "gate:babelmandeb"),
          ("waypoint:suez-1a",), (*ATLANTIC, *INDO_PACIFIC)),
    Claim("two-oceans-suez", "Suez, the two capes, Panama and the two Arctic passages part the oceans",
          ("gate:suez", *_ROUND, *_ARCTIC), ATLANTIC, INDO_PACIFIC, _ARCTIC),
    Claim("two-oceans-babelmandeb", "Bab el-Mandeb, the two capes, Panama and the two Arctic passages part the oceans",
          ("gate:babelmandeb", *_ROUND, *_ARCTIC), ATLANTIC, INDO_PACIFIC, _ARCTIC),
    Claim("not-without-nsr", "Suez, the capes, Panama and the Northwest Passage leave the Northern Sea Route",
          ("gate:suez", *_ROUND, "gate:northwest"), ATLANTIC, INDO_PACIFIC, _ARCTIC, holds=False),
    Claim("not-without-northwest", "Suez, the capes, Panama and the Northern Sea Route leave the Northwest Passage",
          ("gate:suez", *_ROUND, "gate:nsr"), ATLANTIC, INDO_PACIFIC, _ARCTIC, holds=False),
    Claim("not-indonesia", "Malacca, Sunda and Lombok leave Alas, Sape and Ombai",
          ("gate:malacca", "gate:sunda", "gate:lombok"), ("port:in-mumbai",), ("port:cn-shanghai",), holds=False),
)  # fmt: skip


def certify(atlas: Atlas) -> tuple[Certificate, ...]:
    """Prove every claim of the sea gates, the cut around the Copperbelt, and that each route's block closes it."""
    ocean = {s for k in atlas.links.values() if k.kind == "sea" for s in (k.from_site, k.to_site) if s in atlas.ports}
    found = []
    for claim in CLAIMS:
        outside = claim.outside or tuple(sorted(ocean - set(claim.inside)))
        proof = prove_cut(atlas, claim.blocked, claim.inside, outside, opened=claim.opened, kinds=SEA)
        found.append(_certificate(atlas, claim.id, claim.words, claim.holds, proof))
    found.append(copperbelt(atlas))
    found += [_own_chain(atlas, route) for _, route in sorted(atlas.routes.items())]
    return tuple(found)


def copperbelt(atlas: Atlas) -> Certificate:
    """The routes flagged ``copperbelt_exit`` together keep every shipment of the Copperbelt from every seaport.

    Planned lines are open in the search, so that the cut holds also for scenarios that open them.
    """
    routes = [r.id for r in atlas.routes.values() if r.copperbelt_exit]
    planned = [k.id for k in atlas.links.values() if k.status not in USABLE]
    sea = {s for k in atlas.links.values() if k.kind == "sea" for s in (k.from_site, k.to_site) if s in atlas.ports}
    land = frozenset(("tabled", "access"))
    proof = prove_cut(atlas, routes, COPPERBELT, sea, opened=planned, kinds=land)
    words = f"the {len(routes)} exit routes together close the Copperbelt off from the sea"
    return _certificate(atlas, "copperbelt", words, True, proof)


def _own_chain(atlas: Atlas, route: Route) -> Certificate:
    """A block of a route breaks its chain: exactly one link of the chain is a marker."""
    passed = [link for link, _ in route.links if link in route.markers]
    words = f"every shipment along {route.name} passes one marker"
    told = f"its chain passes {', '.join(passed)}" if passed else "its chain passes no marker"
    return Certificate(route.id, words, True, len(passed) == 1, told)


def _certificate(atlas: Atlas, name: str, words: str, claimed: bool, proof: CutProof) -> Certificate:
    if proof.holds:
        return Certificate(name, words, claimed, claimed, f"no path is left; {proof.reached} sites on the near side")
    leak = proof.leak
    assert leak is not None  # a proof that does not hold has its leak
    by = [atlas.gates[g].name for g in leak.gates] or [link for link, _ in leak.links]
    text = f"a path of {leak.length_km:.0f} km is left from {leak.from_site} to {leak.to_site} by {', '.join(by)}"
    return Certificate(name, words, claimed, not claimed, text)
