"""Rules of the house that no linter knows."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import lodeway

TOP = Path(__file__).resolve().parents[2]
TOP_LEVEL = {
    "desktop", "resources", "layers", "tests", "pyproject.toml", "build_installer.spec", "README.md", "LICENSE",
    "CHANGELOG.md", ".gitignore", ".gitattributes", ".ci",
}  # fmt: skip
LINE_LIMIT = 600
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|Users|work|private|mnt)/\w|[A-Z]:\\Users\\\w")
ANALYSIS = ("model", "geo", "atlas", "solve", "levers", "studies", "session", "carto", "exhibit")


def tracked_files() -> list[Path]:
    """What git holds or would hold; in an unpacked archive, what lies in the agreed places."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if shutil.which("git") is not None:
        run = subprocess.run(listing, cwd=TOP, capture_output=True, check=False)
        if run.returncode == 0:
            return [path for name in run.stdout.decode().split("\0") if name and (path := TOP / name).is_file()]
    found = [path for name in sorted(TOP_LEVEL) for path in (TOP / name, *(TOP / name).rglob("*"))]
    return [path for path in found if path.is_file() and not {"__pycache__", ".cache"} & set(path.parts)]


def test_top_level_holds_the_agreed_names_only() -> None:
    assert {path.relative_to(TOP).parts[0] for path in tracked_files()} <= TOP_LEVEL


def test_no_file_names_a_machine() -> None:
    guilty = []
    for path in tracked_files():
        data = path.read_bytes()
        if b"\0" in data[:4096] or path == Path(__file__):
            continue
        for number, line in enumerate(data.decode("utf-8").splitlines(), 1):
            if MACHINE_PATH.search(line):
                guilty.append(f"{path.relative_to(TOP)}:{number}: {line.strip()[:100]}")
    assert not guilty, "\n".join(guilty)


def test_no_module_is_past_the_limit() -> None:
    sizes = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in tracked_files() if p.suffix == ".py"}
    assert not {str(p.relative_to(TOP)): n for p, n in sizes.items() if n > LINE_LIMIT}


def test_one_version_everywhere() -> None:
    assert importlib.metadata.version("lodeway") == lodeway.__version__
    newest = re.search(r"^## (\S+)", (TOP / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert newest is not None
    assert newest[1] == lodeway.__version__


def test_pins_lie_in_the_ranges_of_the_project() -> None:
    from packaging.requirements import Requirement

    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for file, wanted in (
        ("desktop/requirements.txt", project["dependencies"]),
        ("tests/requirements.txt", project["optional-dependencies"]["dev"]),
    ):
        lines = (TOP / file).read_text(encoding="utf-8").splitlines()
        pins = dict(line.split("==") for line in lines if "==" in line and not line.startswith("#"))
        for text in wanted:
            requirement = Requirement(text)
            assert requirement.name in pins, f"{file} does not pin {requirement.name}"
            assert requirement.specifier.contains(pins[requirement.name]), f"{file}: {requirement} against {pins}"


def test_every_installed_package_is_pinned() -> None:
    """Nothing may come along unpinned: what is needed by a pinned package is pinned itself."""
    from packaging.requirements import Requirement

    pinned = set()
    for file in ("desktop/requirements.txt", "tests/requirements.txt"):
        for line in (TOP / file).read_text(encoding="utf-8").splitlines():
            if "==" in line and not line.startswith("#"):
                pinned.add(normal(line.split("==")[0]))
    for name in sorted(pinned):
        for text in importlib.metadata.requires(name) or []:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                assert normal(requirement.name) in pinned, f"{name} needs {requirement.name}, which is not pinned"


def normal(name: str) -> str:
    """A package name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("part", ANALYSIS)
def test_the_analysis_runs_without_qt(part: str) -> None:
    """Import-linter reads the source; this one asks the running interpreter, for late imports, too."""
    program = (
        f"import importlib, pkgutil, sys, lodeway.{part} as part\n"
        "for found in pkgutil.walk_packages(part.__path__, part.__name__ + '.'): importlib.import_module(found.name)\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'PySide6', 'shiboken6', 'pyqtgraph'}))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "[]"


def test_shell_scripts_are_sound() -> None:
    for script in ("desktop/setup.sh", "desktop/run.sh", "tests/run.sh", ".ci/run"):
        assert subprocess.run(["bash", "-n", TOP / script], check=False).returncode == 0
    assert "tests/run.sh" in (TOP / ".ci/run").read_text(encoding="utf-8")
