"""Chosen features of map layers, by layer id and feature number: immutable, and cheap for a million of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


class Features:
    """Feature numbers per layer, each a sorted int64 array (n,) without doubles; layers without any are left out."""

    __slots__ = ("_hash", "_layers")

    def __init__(self, layers: Mapping[str, Iterable[int] | NDArray[Any]] | None = None) -> None:
        kept = {}
        for layer, numbers in (layers or {}).items():
            listed = numbers if isinstance(numbers, np.ndarray) else list(numbers)
            array = np.unique(np.asarray(listed, dtype=np.int64))
            array.setflags(write=False)
            if len(array):
                kept[layer] = array
        self._layers: Mapping[str, Numbers] = MappingProxyType(kept)
        self._hash: int | None = None

    def of(self, layer: str) -> Numbers:
        """The numbers of one layer, ascending; none where nothing of it is chosen."""
        return self._layers.get(layer, _NOTHING)

    def mask(self, layer: str, count: int) -> NDArray[np.bool_]:
        """(count,) whether each feature of a layer is chosen; numbers past ``count`` are left out."""
        made = np.zeros(count, dtype=bool)
        numbers = self.of(layer)
        made[numbers[numbers < count]] = True
        return made

    def with_layer(self, layer: str, numbers: Iterable[int] | NDArray[Any]) -> Features:
        """The same with other features of one layer."""
        return Features({**self._layers, layer: numbers})

    def without(self, layer: str) -> Features:
        """The same with nothing of one layer."""
        return Features({key: numbers for key, numbers in self._layers.items() if key != layer})

    def __iter__(self) -> Iterator[str]:
        """Ids of the layers of which something is chosen."""
        return iter(self._layers)

    def __len__(self) -> int:
        """How many features there are in all."""
        return sum(map(len, self._layers.values()))

    def __bool__(self) -> bool:
        """Whether anything is chosen."""
        return bool(self._layers)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Features) or self._layers.keys() != other._layers.keys():
            return False
        return self is other or all(np.array_equal(numbers, other.of(key)) for key, numbers in self._layers.items())

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(tuple(sorted((key, numbers.tobytes()) for key, numbers in self._layers.items())))
        return self._hash

    def __repr__(self) -> str:
        return f"Features({ {key: len(numbers) for key, numbers in self._layers.items()} })"


_NOTHING: Numbers = np.zeros(0, dtype=np.int64)
_NOTHING.setflags(write=False)
