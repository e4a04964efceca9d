"""Stable identifiers: ``kind:name``, the same in code, files, command line and screen."""

from __future__ import annotations

from typing import Final, Literal, get_args

Kind = Literal[
    "mine", "plant", "port", "place", "waypoint", "market", "gate", "link", "route", "country", "area", "commodity",
    "form", "policy", "disruption", "source",
]  # fmt: skip

KINDS: Final[tuple[str, ...]] = get_args(Kind)

ID_RULES: Final = """
mine:kamoa-kakula-copper  plant:cu-cn-guixi  port:ao-lobito  place:cd-kolwezi  waypoint:suez-a  market:USA
gate:suez  link:lob-01  route:lobito  country:COD  area:EU27  commodity:copper  form:copper/concentrate
"""


def kind_of(identifier: str) -> str:
    """The part before the first colon; raises ``ValueError`` where there is none or it is no kind."""
    kind, colon, name = identifier.partition(":")
    if not colon or kind not in KINDS or not name:
        raise ValueError(f"'{identifier}' is not an identifier of the form kind:name")
    return kind
