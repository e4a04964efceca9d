from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from lodeway.errors import SolveError
from lodeway.session.jobs import UNEXPECTED, CancelledJobError, Jobs, Mailbox, Ticket


@pytest.fixture
def mail() -> Mailbox:
    return Mailbox()


@pytest.fixture
def jobs(mail: Mailbox) -> Iterator[Jobs]:
    made = Jobs(mail)
    yield made
    made.close()


def test_an_answer_arrives_in_the_thread_of_the_owner(jobs: Jobs, mail: Mailbox) -> None:
    got: list[tuple[int, str]] = []
    jobs.ask("sum", lambda _: 2 + 3, lambda v: got.append((v, threading.current_thread().name)), pytest.fail)
    assert mail.wait_until(lambda: bool(got), 5)
    assert got == [(5, threading.current_thread().name)]
    assert not jobs.busy


def test_a_late_answer_never_overwrites_a_newer_question(jobs: Jobs, mail: Mailbox) -> None:
    """The slow job has already ended and its answer lies in the mailbox when the newer question is asked."""
    got: list[str] = []
    ended = threading.Event()

    def slow(_: Ticket) -> str:
        ended.set()
        return "old"

    old = jobs.ask("solve", slow, got.append, pytest.fail)
    assert ended.wait(5)
    new = jobs.ask("solve", lambda _: "new", got.append, pytest.fail)
    assert new > old
    assert mail.wait_until(lambda: bool(got), 5)
    mail.wait_until(lambda: False, 0.05)
    assert got == ["new"]


def test_a_running_job_is_told_that_nobody_waits(jobs: Jobs, mail: Mailbox) -> None:
    got: list[str] = []
    running, may_go = threading.Event(), threading.Event()
    stopped: list[str] = []

    def slow(ticket: Ticket) -> str:
        running.set()
        assert may_go.wait(5)
        try:
            ticket.check()
        except CancelledJobError:
            stopped.append("stopped")
            raise
        return "old"

    jobs.ask("solve", slow, got.append, pytest.fail)
    assert running.wait(5)
    jobs.ask("solve", lambda _: "new", got.append, pytest.fail)
    may_go.set()
    assert mail.wait_until(lambda: bool(got), 5)
    assert (got, stopped) == (["new"], ["stopped"])


def test_kinds_do_not_cancel_each_other(jobs: Jobs, mail: Mailbox) -> None:
    got: list[str] = []
    jobs.ask("atlas", lambda _: "atlas", got.append, pytest.fail)
    jobs.ask("solve", lambda _: "solve", got.append, pytest.fail)
    assert mail.wait_until(lambda: len(got) == 2, 5)
    assert got == ["atlas", "solve"]


def test_progress_is_told_while_the_question_is_the_newest(jobs: Jobs, mail: Mailbox) -> None:
    told: list[tuple[str, float | None]] = []
    done: list[None] = []

    def work(ticket: Ticket) -> None:
        ticket.progress("half way", 0.5)

    jobs.ask("solve", work, done.append, pytest.fail, lambda words, fraction: told.append((words, fraction)))
    assert mail.wait_until(lambda: bool(done), 5)
    assert told == [("half way", 0.5)]


@pytest.mark.parametrize(
    ("error", "sentence"), [(SolveError("No answer; take a lever away."), "No answer; take a lever away."),
                            (ZeroDivisionError("x"), UNEXPECTED)]
)  # fmt: skip
def test_a_fault_becomes_one_sentence(jobs: Jobs, mail: Mailbox, error: Exception, sentence: str) -> None:
    told: list[str] = []

    def work(_: Ticket) -> None:
        raise error

    jobs.ask("solve", work, lambda _: pytest.fail("no answer was expected"), told.append)
    assert mail.wait_until(lambda: bool(told), 5)
    assert told == [sentence]


def test_cancel_and_close_drop_what_is_under_way(mail: Mailbox) -> None:
    jobs = Jobs(mail)
    got: list[str] = []
    jobs.ask("solve", lambda _: "cancelled", got.append, pytest.fail)
    jobs.cancel("solve")
    jobs.ask("atlas", lambda _: "closed", got.append, pytest.fail)
    jobs.close()
    mail.wait_until(lambda: False, 0.05)
    assert got == []
    assert not [t for t in threading.enumerate() if t.name.startswith("lodeway-worker")]
