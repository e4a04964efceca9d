"""The frozen folder runs where there is neither the checkout nor a Python.

The programs are built from a copy of the checkout, moved elsewhere, and the copy is deleted before they start. They run
with an empty environment, whose PATH is an empty folder.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import lodeway

TOP = Path(__file__).resolve().parents[2]
PARTS = ("desktop", "layers", "resources", "build_installer.spec")
pytestmark = pytest.mark.bundle


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``dist/lodeway`` built and moved elsewhere; what it was built from is gone."""
    root = tmp_path_factory.mktemp("bundle")
    checkout = root / "checkout"
    checkout.mkdir()
    skip = shutil.ignore_patterns("__pycache__", ".cache", "recipe", "sources", "docs")
    for name in PARTS:
        source = TOP / name
        if source.is_dir():
            shutil.copytree(source, checkout / name, ignore=skip)
        else:
            shutil.copy2(source, checkout / name)
    build = subprocess.run(
        [Path(sys.executable).parent / "pyinstaller", "--noconfirm", "--log-level", "ERROR", "build_installer.spec"],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout / "desktop")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert build.returncode == 0, build.stderr[-4000:]
    moved = root / "elsewhere" / "lodeway"
    moved.parent.mkdir()
    (checkout / "dist" / "lodeway").rename(moved)
    shutil.rmtree(checkout)
    return moved


def run(folder: Path, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run one of the two programs with nothing of this machine to lean on, not even a display."""
    empty = folder.parent / "empty"
    empty.mkdir(exist_ok=True)
    environment = {
        "PATH": str(empty),
        "HOME": str(folder.parent),
        "LANG": "C.UTF-8",
        "LODEWAY_CACHE": str(folder.parent / "cache"),
    }
    done = subprocess.run(
        [folder / program, *arguments], cwd=folder.parent, env=environment, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def test_version(folder: Path) -> None:
    done = run(folder, "lodeway-cli", "--version")
    assert done.returncode == 0, done.stderr
    assert lodeway.__version__ in done.stdout


def test_shipped_data_holds(folder: Path) -> None:
    done = run(folder, "lodeway-cli", "check", "--json")
    assert done.returncode == 0, done.stderr
    json.loads(done.stdout)


def test_solve_blocks_the_lobito_corridor(folder: Path) -> None:
    done = run(folder, "lodeway-cli", "solve", "--block", "route:lobito", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["status"] == "optimal"
    (lobito,) = [route for route in answer["routes"] if route["id"] == "route:lobito"]
    assert lobito["blocked"] is True
    assert lobito["flow_t_per_year"] == 0


def test_bad_input_is_one_sentence(folder: Path) -> None:
    done = run(folder, "lodeway-cli", "show", "route:nowhere")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_window_draws_itself(folder: Path) -> None:
    done = run(folder, "lodeway")
    assert done.returncode == 0, done.stderr
    picture = folder.parent / "out" / "lodeway.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size > 50_000, "an empty window is smaller than that"
