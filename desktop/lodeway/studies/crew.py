"""Who does the work of a study: this process, a pool of processes on this machine, or a Dask cluster.

A study hands out *tasks*: plain values that a module-level function answers with the help of a flow model. Every solve
starts from the baseline's basis, so that an answer depends on its task alone, and every crew gives the same numbers.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from lodeway.errors import SolveError
from lodeway.model.atlas import Atlas

if TYPE_CHECKING:
    from lodeway.solve import Model

T = TypeVar("T")
R = TypeVar("R")
Work = Callable[["Model", T], R]
FEWEST_FOR_A_POOL = 24
"""Starting a process takes as long as this many answers."""
MOST_DEATHS = 10
"""A task is given out anew this often when workers of a cluster die."""


@dataclass(frozen=True)
class Ground:
    """What a worker needs to have the same model: the atlas, its baseline, and modules that register levers."""

    atlas: Atlas
    baseline: Path | None = None
    """``None`` = the shipped one."""
    modules: tuple[str, ...] = ("lodeway.levers",)

    def model(self) -> Model:
        """A new model on it."""
        from lodeway.solve import Model

        for name in self.modules:
            import_module(name)
        model = Model(self.atlas, self.baseline)
        model.baseline()
        return model


@dataclass(frozen=True)
class Crew:
    """``jobs`` processes on this machine (0 = one per core), or the Dask cluster at ``cluster``."""

    jobs: int = 0
    cluster: str = ""

    def each(self, ground: Ground, model: Model, work: Work[T, R], tasks: Sequence[T]) -> Iterator[tuple[int, R]]:
        """(place of the task, its answer) as answers come; close the iterator to cancel what has not begun.

        ``model`` is this process's own, on the same ground. Raises ``SolveError`` where a cluster cannot be used.
        """
        if self.cluster:
            return _on_cluster(self.cluster, ground, work, tasks)
        jobs = min(self.jobs or os.cpu_count() or 1, len(tasks))
        if jobs < 2 or len(tasks) < FEWEST_FOR_A_POOL:
            return ((place, work(model, task)) for place, task in enumerate(tasks))
        return _in_pool(jobs, ground, model, work, tasks)


_own: list[Model] = []
"""The model of a worker process of the pool."""
_kept: dict[str, Model] = {}
"""Models of a worker of a cluster, by the key of their ground."""
_turn = Lock()


def _settle(ground: Ground) -> None:
    _own[:] = [ground.model()]


def _do(work: Work[T, R], tasks: Sequence[tuple[int, T]]) -> list[tuple[int, R]]:
    return [(place, work(_own[0], task)) for place, task in tasks]


def _in_pool(
    jobs: int, ground: Ground, model: Model, work: Work[T, R], tasks: Sequence[T]
) -> Iterator[tuple[int, R]]:  # fmt: skip
    """Processes are spawned, because a forked child of a program with threads may hang."""
    size = max(1, min(8, len(tasks) // (4 * jobs)))
    numbered = list(enumerate(tasks))
    parts = [numbered[k : k + size] for k in range(0, len(numbered), size)]
    left = set(range(len(tasks)))
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_settle, initargs=(ground,))
    try:
        with suppress(BrokenProcessPool):
            for future in as_completed([pool.submit(_do, work, part) for part in parts]):
                for place, answer in future.result():
                    left.discard(place)
                    yield place, answer
        for place in sorted(left):  # a worker was killed: nothing is lost, the rest is done here
            yield place, work(model, tasks[place])
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _do_remotely(key: str, ground: Ground, work: Work[T, R], task: T) -> R:
    with _turn:  # a worker may have several threads, and a model answers one question at a time
        if key not in _kept:
            _kept.clear()
            _kept[key] = ground.model()
        return work(_kept[key], task)


def _on_cluster(address: str, ground: Ground, work: Work[T, R], tasks: Sequence[T]) -> Iterator[tuple[int, R]]:
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise SolveError("a cluster needs the extra: pip install 'lodeway[cluster]'") from error
    try:
        client: Any = distributed.Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise SolveError(f"no Dask scheduler answers at {address}; start one with 'dask scheduler'") from error
    logging.getLogger("distributed").setLevel(logging.ERROR)  # a lost worker is no news: its tasks are given out anew
    key = f"{ground.atlas.data_version};{ground.baseline}"
    try:
        shared = client.scatter(ground, broadcast=True, hash=False)
        places = {}
        for place, task in enumerate(tasks):
            future = client.submit(_do_remotely, key, shared, work, task, pure=False, retries=MOST_DEATHS)
            places[future.key] = place
            places[future.key, "held"] = future
        futures = [value for name, value in places.items() if isinstance(name, tuple)]
        for future in distributed.as_completed(futures, loop=client.loop):
            yield places[future.key], future.result()
    finally:
        client.close()
