"""``lodeway.paths`` finds the data in a checkout, an installed wheel and (tests/bundle) a frozen folder."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from lodeway import paths

TOP = Path(__file__).resolve().parents[2]
PRINT_FOLDERS = "from lodeway import paths; print(paths.layers_dir()); print(paths.resources_dir())"


def folders_seen_by(package_root: Path) -> list[Path]:
    """Layers and resources folders that a Python started elsewhere sees with ``package_root`` on its path."""
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(package_root)!r}); {PRINT_FOLDERS}"],
        cwd=package_root.anchor,
        capture_output=True,
        text=True,
        check=True,
    )
    return [Path(line) for line in run.stdout.splitlines()]


def test_checkout() -> None:
    assert folders_seen_by(TOP / "desktop") == [TOP / "layers", TOP / "resources"]


def test_wheel_holds_programs_data_and_nothing_else(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "site")
    assert folders_seen_by(tmp_path / "site") == [tmp_path / "site/lodeway/layers", tmp_path / "site/lodeway/resources"]
    assert {"lodeway/layers/atlas.gpkg", "lodeway/layers/base.gpkg"} <= set(names)
    outside = {name.split("/")[0] for name in names} - {"lodeway"}
    assert all(name.endswith(".dist-info") for name in outside), outside
    strays = [
        n for n in names if n.startswith(("lodeway/layers/recipe", "lodeway/layers/sources")) or "__pycache__" in n
    ]
    assert not strays, strays


def test_environment_names_other_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LODEWAY_LAYERS", str(tmp_path / "l"))
    monkeypatch.setenv("LODEWAY_CACHE", str(tmp_path / "c"))
    assert paths.layers_dir() == tmp_path / "l"
    assert paths.cache_dir() == tmp_path / "c"
