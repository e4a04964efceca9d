"""Coordinates as people write them: decimal, degrees and minutes, hemispheres in four languages, UTM."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from lodeway.errors import ScenarioError

HELP = "write latitude and longitude like -10.716, 25.467 or 10°43′S 25°28′E, or UTM like 35L 332300 8815000"

_HEMISPHERES = {
    "n": (0, 1), "s": (0, -1), "e": (1, 1), "w": (1, -1), "o": (1, -1), "l": (1, 1),
    "北": (0, 1), "南": (0, -1), "东": (1, 1), "西": (1, -1), "東": (1, 1),
}  # fmt: skip
"""Letter to (0 latitude or 1 longitude, sign): O is ouest and oeste, L is leste."""
_WORDS = {
    "north": "n", "nord": "n", "norte": "n", "south": "s", "sud": "s", "sul": "s", "east": "e", "est": "e",
    "leste": "e", "este": "e", "west": "w", "ouest": "w", "oeste": "w", "北纬": "北", "南纬": "南", "东经": "东",
    "西经": "西", "lat": "", "latitude": "", "lon": "", "long": "", "longitude": "",
}  # fmt: skip
_UTM = re.compile(
    r"^(\d{1,2})\s*([c-hj-np-x])\s+(\d{5,7}(?:\.\d+)?)\s*(?:m?e)?[\s,;]+(\d{1,8}(?:\.\d+)?)\s*(?:m?n)?$", re.I
)
_TOKEN = re.compile(r"[+-]?\d+(?:\.\d+)?|[^\W\d_]+|[°º˚′'’″\"”度分秒]+")
_LETTERS_UTM = "cdefghjklmnpqrstuvwx"
"""Latitude bands of eight degrees from 80 S on."""


class NotCoordinatesError(ScenarioError):
    """The text is no pair of coordinates; the message says how to write one."""


@dataclass(frozen=True)
class _Angle:
    value: float
    axis: int | None
    """0 latitude, 1 longitude, ``None`` not said."""


def parse_lonlat(text: str) -> tuple[float, float]:
    """(longitude, latitude) in degrees, WGS 84.

    Without hemispheres the first number is the latitude, unless only the other order is possible.

    Raises:
        NotCoordinatesError: with one sentence.
    """
    plain = _plain(text)
    utm = _UTM.match(plain)
    if utm:
        return _from_utm(int(utm[1]), utm[2].lower(), float(utm[3]), float(utm[4]))
    angles = _angles(plain)
    if len(angles) != 2:
        raise NotCoordinatesError(f"“{text.strip()[:60]}” is no pair of coordinates; {HELP}")
    first, second = angles
    if first.axis is not None and first.axis == second.axis:
        raise NotCoordinatesError(f"“{text.strip()[:60]}” names the same axis twice; {HELP}")
    swapped = first.axis == 1 or second.axis == 0
    if first.axis is None and second.axis is None and abs(first.value) > 90.0 >= abs(second.value):
        swapped = True
    lat, lon = (second.value, first.value) if swapped else (first.value, second.value)
    if abs(lat) > 90.0 or not -180.0 <= lon <= 360.0:
        raise NotCoordinatesError(f"“{text.strip()[:60]}” lies off the Earth; latitudes end at 90, longitudes at 180")
    return (lon - 360.0 if lon > 180.0 else lon), lat


def _plain(text: str) -> str:
    """Without what has no meaning: real minus signs made plain, decimal commas made dots."""
    plain = text.strip().replace("\u2212", "-").replace("，", ",").replace("；", ";").lower()
    commas = plain.count(",")
    decimal = re.findall(r"\d,\d", plain)
    if len(decimal) == 2 and (commas in (2, 3) or ";" in plain):
        plain = re.sub(r"(\d),(\d)", r"\1.\2", plain)  # 10,716 S 25,467 E; a pair like 10,25 has but one comma
    return plain


def _angles(plain: str) -> list[_Angle]:
    angles: list[_Angle] = []
    numbers: list[float] = []
    negative = False
    before: tuple[int, int] | None = None

    def close(letter: tuple[int, int] | None) -> bool:
        nonlocal numbers, negative, before
        if not numbers:
            return False
        if len(numbers) > 3 or any(part >= 60.0 or part < 0.0 for part in numbers[1:]):
            return False
        value = abs(numbers[0]) + sum(part / 60.0**k for k, part in enumerate(numbers) if k)
        value = -value if negative else value
        side = letter or before
        angles.append(_Angle(value * (side[1] if side else 1), side[0] if side else None))
        numbers, negative, before = [], False, None
        return True

    parts = re.split(r"[,;/]", plain) if re.search(r"[,;/]", plain) else [plain]
    split_known = len([part for part in parts if part.strip()]) == 2
    for part in parts:
        tokens = _TOKEN.findall(part)
        if "".join(tokens) != re.sub(r"[\s.:()]+", "", part.replace(".", "\0")).replace("\0", "."):
            return []
        pairs = _halved(tokens) if not split_known else [tokens]
        for piece in pairs:
            for token in piece:
                word = _WORDS.get(token, token)
                if not word or re.fullmatch(r"[°º˚′'’″\"”度分秒]+", token):
                    continue
                if word in _HEMISPHERES:
                    if numbers and before is not None:  # letters come first: this one begins the next angle
                        if not close(None):
                            return []
                        before = _HEMISPHERES[word]
                    elif numbers:
                        if not close(_HEMISPHERES[word]):
                            return []
                    elif before is None:
                        before = _HEMISPHERES[word]
                    else:
                        return []
                    continue
                try:
                    number = float(word)
                except ValueError:
                    return []
                if not numbers:
                    negative = word.startswith("-")
                numbers.append(number)
            if numbers and not close(None):
                return []
    return angles if all(math.isfinite(angle.value) for angle in angles) else []


def _halved(tokens: list[str]) -> list[list[str]]:
    """Bare numbers without hemispheres or a comma: the first half is one angle, the second the other."""
    if any(_WORDS.get(token, token) in _HEMISPHERES for token in tokens):
        return [tokens]
    values = [k for k, token in enumerate(tokens) if re.fullmatch(r"[+-]?\d+(?:\.\d+)?", token)]
    if len(values) % 2 or not values:
        return [tokens]
    cut = values[len(values) // 2]
    return [tokens[:cut], tokens[cut:]]


def _from_utm(zone: int, band: str, easting: float, northing: float) -> tuple[float, float]:
    from pyproj import Transformer

    if not 1 <= zone <= 60 or not 100_000.0 <= easting < 1_000_000.0:
        raise NotCoordinatesError(f"there is no UTM zone {zone} with an easting of {easting:g}; {HELP}")
    south = _LETTERS_UTM.index(band) < _LETTERS_UTM.index("n")
    code = f"EPSG:{(32700 if south else 32600) + zone}"
    lon, lat = Transformer.from_crs(code, "EPSG:4326", always_xy=True).transform(easting, northing)
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise NotCoordinatesError(f"that UTM position is nowhere; {HELP}")
    return float(lon), float(lat)
