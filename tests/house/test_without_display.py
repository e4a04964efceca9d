"""``lodeway`` on a machine without a display: says so, does its main job, takes its arguments, tells bad input."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a display")
DISPLAY_NAMES = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in DISPLAY_NAMES}
    program = Path(sys.executable).parent / "lodeway"
    return subprocess.run(
        [program, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_a_scenario_file_is_solved_and_drawn(tmp_path: Path) -> None:
    from lodeway.levers.scenario_file import scenario_to_json
    from lodeway.model.scenario import LeverUse, Scenario

    scenario = Scenario("Lobito at half", (LeverUse("cut", "route:lobito", (("percent", 50.0),)),))
    (tmp_path / "half.json").write_text(scenario_to_json(scenario), encoding="utf-8")
    done = run(tmp_path, "half.json")
    assert done.returncode == 0, done.stderr
    assert "no display" in done.stdout
    assert "BLOCKED" not in done.stdout
    assert (tmp_path / "out" / "lodeway.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(("name", "text"), [("bad.json", "{"), ("missing.json", None)])
def test_bad_input_is_one_sentence(tmp_path: Path, name: str, text: str | None) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = run(tmp_path, name)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_version(tmp_path: Path) -> None:
    done = run(tmp_path, "--version")
    assert done.returncode == 0
    assert done.stdout.startswith("Lodeway ")
