"""A study on a Dask cluster: a scheduler and two workers on this machine, one of them killed in the middle."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

DESKTOP = Path(__file__).parents[2] / "desktop"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(DESKTOP)}
STUDY = ("study", "n-1", "--kind", "gate", "--json")


def start(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", *words], env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    import psutil

    return float(psutil.Process(process.pid).cpu_times().user)


@pytest.fixture
def cluster() -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    scheduler = start("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
    running = [scheduler]
    try:
        deadline = time.monotonic() + 60
        while not answers(port):
            assert time.monotonic() < deadline and scheduler.poll() is None, "the scheduler did not start"
            time.sleep(0.1)
        address = f"tcp://127.0.0.1:{port}"
        workers = [
            start("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")
            for _ in range(2)
        ]  # fmt: skip
        running += workers
        yield address, workers
    finally:
        for process in reversed(running):
            process.kill()
            process.wait(20)


def test_a_killed_worker_loses_nothing_and_the_numbers_are_the_same(
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
) -> None:
    address, (doomed, other) = cluster
    time.sleep(3)  # both workers are there before the first task
    idle = cpu_seconds(doomed)
    study = subprocess.Popen(
        [sys.executable, "-m", "lodeway.cli", *STUDY, "--cluster", address],
        env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while cpu_seconds(doomed) < idle + 1.0 and study.poll() is None:
        assert time.monotonic() < deadline, "the worker got nothing to do"
        time.sleep(0.05)
    assert study.poll() is None, "the study was over before a worker could be killed"
    doomed.kill()
    out, errors = study.communicate(timeout=120)
    assert study.returncode == 0, errors.decode()
    assert other.poll() is None
    alone = subprocess.run(
        [sys.executable, "-m", "lodeway.cli", *STUDY, "--jobs", "1"], env=ENVIRONMENT, capture_output=True, check=True
    )
    assert out == alone.stdout
    solved = [o for o in json.loads(out)["outages"] if o["status"] == "solved"]
    assert len(solved) > 10


def test_no_scheduler_is_one_sentence() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = subprocess.run(
        [sys.executable, "-m", "lodeway.cli", *STUDY, "--cluster", f"tcp://127.0.0.1:{port}"],
        env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith("No Dask scheduler answers") or "no Dask scheduler" in done.stderr
