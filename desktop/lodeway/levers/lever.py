"""What a lever is: its name and words, the kinds of things it works on, its fields, and its effect."""

from __future__ import annotations

from dataclasses import dataclass, field

from lodeway.errors import ScenarioError, UnknownIdError
from lodeway.model.atlas import Atlas
from lodeway.model.ids import kind_of
from lodeway.model.scenario import LeverUse
from lodeway.solve.effects import LeverEffect


@dataclass(frozen=True, slots=True)
class LeverField:
    """A number that a lever asks for, with its unit and range."""

    name: str
    words: str
    unit: str
    low: float
    high: float
    default: float


@dataclass(frozen=True)
class Lever:
    """One kind of what-if. ``words`` is a sentence with ``{target}`` and the field names in braces."""

    kind: str
    name: str
    words: str
    targets: tuple[str, ...]
    """Kinds of identifiers that it works on."""
    apply: LeverEffect
    fields: tuple[LeverField, ...] = field(default=())

    def describe(self, use: LeverUse, target_name: str) -> str:
        """The lever in words for a legend or a report."""
        values = {item.name: f"{number(use, item):g}" for item in self.fields}
        return self.words.format(target=target_name, **values)


def number(use: LeverUse, item: LeverField) -> float:
    """The value of a field, its default where not set; raises ``ScenarioError`` outside its range."""
    value = use.setting(item.name)
    if value is None:
        return item.default
    if isinstance(value, bool | str) or not item.low <= value <= item.high:
        raise ScenarioError(
            f"'{item.name}' of the lever {use.kind} on {use.target} is {value!r}; give a number from {item.low:g} to "
            f"{item.high:g} {item.unit}"
        )
    return float(value)


def check_target(atlas: Atlas, use: LeverUse, kinds: tuple[str, ...]) -> str:
    """The kind of the target; raises ``UnknownIdError`` or ``ScenarioError`` with one sentence."""
    try:
        kind = kind_of(use.target)
    except ValueError as error:
        raise UnknownIdError(f"{error}; look it up with 'lodeway-cli find'") from error
    if kind not in kinds:
        raise ScenarioError(f"the lever {use.kind} does not work on {use.target}; it works on {', '.join(kinds)}")
    known = (atlas.country_names if kind == "country" else atlas.links if kind == "link" else atlas.gates
             if kind == "gate" else atlas.routes if kind == "route" else atlas.sites)  # fmt: skip
    name = use.target.partition(":")[2] if kind == "country" else use.target
    if name not in known:
        near = _nearest(use.target, [f"country:{k}" for k in known] if kind == "country" else list(known))
        raise UnknownIdError(f"there is no {use.target} in the atlas{near}")
    return kind


def _nearest(wanted: str, known: list[str]) -> str:
    from difflib import get_close_matches

    found = get_close_matches(wanted, known, n=3, cutoff=0.6)
    return f"; did you mean {', '.join(found)}?" if found else "; look it up with 'lodeway-cli find'"
