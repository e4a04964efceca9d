"""What the reading child writes: geometries and attributes as plain arrays, and lines that tell how far it is."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import numpy as np

EVERY = 20_000
"""Features between two lines of progress."""


def say(line: dict[str, Any]) -> None:
    """One line of JSON to the parent."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def progress(done: int, total: int | None) -> None:
    """Tell how far it is; ``total`` is ``None`` where the file does not say."""
    say({"progress": min(1.0, done / total) if total else None, "words": f"{done:,} features read"})


def finish(
    out: Path, name: str, crs: str, table: Columns, sink: Geometries, remarks: list[str]
) -> dict[str, Any]:  # fmt: skip
    """Write what is still held, and give the answer of the child."""
    sink.close()
    return {"name": name, "crs": crs, "columns": table.write(out), "remarks": remarks}


class Geometries:
    """WKB one after another, with their ends."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._stream = (out / "geometry.bin").open("wb")
        self._ends = [0]
        self._empty = self._bad = self._curved = 0

    @property
    def count(self) -> int:
        """Features so far."""
        return len(self._ends) - 1

    def add_wkb(self, wkb: bytes | None) -> None:
        """A geometry as it stands in a GeoPackage; ``None`` for an empty one."""
        if wkb and _kind(wkb) in _CURVED:
            wkb = _straight(wkb)
            if wkb is None:
                self._curved += 1
                self._empty -= 1
        if wkb:
            self._stream.write(wkb)
        else:
            self._empty += 1
        self._ends.append(self._ends[-1] + len(wkb or b""))

    def add_shape(self, geometry: Any) -> None:
        """A geometry as fiona gives it."""
        import shapely
        from shapely.geometry import shape

        if geometry is None:
            self.add_wkb(None)
            return
        try:
            made = shape(geometry)
            if not np.isfinite(shapely.get_coordinates(made)).all():
                self._bad += 1
                self.add_wkb(None)
                self._empty -= 1
                return
            self.add_wkb(shapely.to_wkb(shapely.force_2d(made)) if not made.is_empty else None)
        except Exception:  # noqa: BLE001 - a geometry that cannot be made is counted and told
            self._bad += 1
            self.add_wkb(None)
            self._empty -= 1

    def remarks(self) -> list[str]:
        """What to say of geometries that are not there."""
        made = []
        if self._empty:
            made.append(f"{self._empty:,} features have no geometry; they are in the table only.")
        if self._bad:
            made.append(f"{self._bad:,} features have a geometry that cannot be read; they are in the table only.")
        if self._curved:
            made.append(f"{self._curved:,} features have curved lines that are not drawn; they are in the table only.")
        return made

    def close(self) -> None:
        """Nothing is added any more."""
        self._stream.close()
        np.save(self._out / "geometry.npy", np.array(self._ends, dtype=np.int64))


_CURVED = range(8, 15)
"""Codes of circular strings, compound curves, curve polygons, multi-curves, multi-surfaces, curves and surfaces."""


def _order(wkb: bytes) -> Literal["little", "big"]:
    return "little" if wkb[0] == 1 else "big"


def _kind(wkb: bytes) -> int:
    """The code of a geometry without its marks for height and measure."""
    return (int.from_bytes(wkb[1:5], _order(wkb)) & 0x0FFF_FFFF) % 1000


def _straight(wkb: bytes) -> bytes | None:
    """A collection of curves or surfaces whose parts are all straight, as such; ``None`` where one is curved."""
    import shapely

    plain = {11: 5, 12: 6}.get(_kind(wkb))
    if plain is None:
        return None
    order = _order(wkb)
    code = int.from_bytes(wkb[1:5], order) - _kind(wkb) + plain
    try:
        made = shapely.from_wkb(wkb[:1] + code.to_bytes(4, order) + wkb[5:])
        return bytes(shapely.to_wkb(shapely.force_2d(made)))
    except (shapely.errors.GEOSException, NotImplementedError, ValueError):
        return None


class Columns:
    """Attributes column by column."""

    def __init__(self, names: list[str]) -> None:
        self._names = names
        self._values: list[list[Any]] = [[] for _ in names]

    def add(self, values: Iterable[Any]) -> None:
        """The values of one feature."""
        for column, value in zip(self._values, values, strict=True):
            column.append(value)

    def write(self, out: Path) -> list[tuple[str, str]]:
        """Numbers as arrays, all else as words; returns (name, kind)."""
        made = []
        for number, (name, values) in enumerate(zip(self._names, self._values, strict=True)):
            array = _as_numbers(values)
            if array is not None:
                np.save(out / f"{number}.npy", array)
                made.append((name, "number"))
            else:
                _write_words(out, number, values)
                made.append((name, "words"))
            values.clear()
        return made


def _as_numbers(values: list[Any]) -> Any:
    kinds = set(map(type, values)) - {type(None)}
    if not kinds or not kinds <= {int, float}:
        return np.array(values, dtype=bool) if kinds == {bool} and None not in values else None
    if kinds == {int} and None not in values:
        try:
            return np.array(values, dtype=np.int64)
        except OverflowError:
            return None
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _write_words(out: Path, number: int, values: list[Any]) -> None:
    ends = np.zeros(len(values) + 1, dtype=np.int64)
    at = 0
    with (out / f"{number}.bin").open("wb") as sink:
        for row, value in enumerate(values, 1):
            if value is not None:
                text = str(value).encode("utf-8", "replace")
                sink.write(text)
                at += len(text)
            ends[row] = at
    np.save(out / f"{number}.npy", ends)
    absent = np.array([value is None for value in values], dtype=bool)
    np.save(out / f"{number}.absent.npy", absent)
