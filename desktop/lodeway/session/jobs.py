"""Background work with stamped questions: a late answer never overwrites a newer question."""

from __future__ import annotations

import itertools
import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from lodeway.errors import LodewayError

T = TypeVar("T")
Deliver = Callable[[Callable[[], None]], None]
"""Hands a function to the owner's thread, which runs it later; never runs it in the calling thread."""

UNEXPECTED = "Lodeway met a fault of its own; the details are in the log file (Help > Open Log Folder)."

_log = logging.getLogger(__name__)


class Mailbox:
    """A ``Deliver`` for programs without an event loop: the owner collects its mail while it waits."""

    def __init__(self) -> None:
        self._mail: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def __call__(self, action: Callable[[], None]) -> None:
        """Put mail in, from any thread."""
        self._mail.put(action)

    def wait_until(self, reached: Callable[[], bool], timeout_s: float) -> bool:
        """Run what arrives until ``reached()``; whether it was reached in time."""
        deadline = time.monotonic() + timeout_s
        while not reached():
            try:
                self._mail.get(timeout=max(0.0, deadline - time.monotonic()))()
            except queue.Empty:
                return reached()
        return True


class CancelledJobError(Exception):
    """Raised inside a job that nobody waits for any more."""


class Ticket:
    """What a running job holds: its stamp, whether anybody still wants it, and where it tells its progress."""

    def __init__(self, stamp: int, tell: Callable[[str, float | None], None]) -> None:
        self.stamp = stamp
        self._tell = tell
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """The answer is not wanted any more; the job stops at its next ``check``."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody cancelled it."""
        return self._cancelled.is_set()

    def check(self) -> None:
        """Raises ``CancelledJobError`` once the job is not wanted any more."""
        if self.cancelled:
            raise CancelledJobError

    def progress(self, words: str, fraction: float | None = None) -> None:
        """Tell how far it is (0..1 or ``None``); also a place where it stops when cancelled."""
        self.check()
        self._tell(words, fraction)


class Jobs:
    """One worker thread. Per kind of question only the newest counts: older ones are cancelled, their answers dropped.

    All callbacks run in the owner's thread, through ``deliver``; the stamp is compared there, so that nothing can
    slip in between. One worker, because the flow model in memory must never be asked twice at a time.
    """

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lodeway-worker")
        self._stamps = itertools.count(1)
        self._newest: dict[str, tuple[Ticket, Future[Any]]] = {}
        self._closed = False

    def ask(
        self,
        kind: str,
        work: Callable[[Ticket], T],
        done: Callable[[T], None],
        failed: Callable[[str], None],
        progress: Callable[[str, float | None], None] | None = None,
    ) -> int:
        """Queue ``work``; ``done`` gets its value, ``failed`` one sentence. Returns the stamp of the question."""
        self.cancel(kind)
        stamp = next(self._stamps)

        def tell(words: str, fraction: float | None) -> None:
            if progress is not None:
                self._post(kind, stamp, lambda: progress(words, fraction))

        ticket = Ticket(stamp, tell)
        future = self._pool.submit(work, ticket)
        self._newest[kind] = (ticket, future)
        future.add_done_callback(lambda ended: self._ended(kind, stamp, ended, done, failed))
        return stamp

    def cancel(self, kind: str) -> None:
        """Forget the newest question of this kind."""
        entry = self._newest.pop(kind, None)
        if entry is not None:
            ticket, future = entry
            ticket.cancel()
            future.cancel()

    @property
    def busy(self) -> bool:
        """Whether an answer is still awaited."""
        return bool(self._newest)

    def close(self) -> None:
        """Cancel everything and wait for the worker to stop; callbacks that are still under way are dropped."""
        self._closed = True
        for kind in list(self._newest):
            self.cancel(kind)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _ended(
        self, kind: str, stamp: int, future: Future[T], done: Callable[[T], None], failed: Callable[[str], None]
    ) -> None:
        if future.cancelled():
            return
        error = future.exception()
        if isinstance(error, CancelledJobError):
            return

        def finish() -> None:
            del self._newest[kind]
            if error is None:
                done(future.result())
            elif isinstance(error, LodewayError):
                failed(str(error))
            else:
                _log.error("job '%s' failed", kind, exc_info=error)
                failed(UNEXPECTED)

        self._post(kind, stamp, finish)

    def _post(self, kind: str, stamp: int, action: Callable[[], None]) -> None:
        def run() -> None:
            entry = self._newest.get(kind)
            if not self._closed and entry is not None and entry[0].stamp == stamp:
                action()

        if not self._closed:
            self._deliver(run)
