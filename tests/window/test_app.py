"""Start of the program: arguments, missing and broken layers, no display, faults."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lodeway import __version__
from lodeway.errors import SolveError
from lodeway.paths import layers_dir
from lodeway.session.jobs import UNEXPECTED
from lodeway.session.questions import ScriptedQuestions, TerminalQuestions
from lodeway.ui import app
from lodeway.ui.faults import FaultCatcher, keep_log, log_file
from lodeway.ui.headless import table
from tests.window.small import SmallEngine

TOP = Path(__file__).parents[2]


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program in its own process, with dialogs answered by a script that ends in ``told``."""
    kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=240, check=False, cwd=TOP,
        env={**kept, "PYTHONPATH": str(TOP / "desktop"), **environment},
    )  # fmt: skip


_TOLD = """
import sys
from lodeway.ui import app, questions
def tell(self, title, text):
    print(f"{title}: {text}", flush=True)
questions.WindowQuestions.tell = tell
sys.exit(app.main(sys.argv[1:]))
"""


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        app.main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out.strip() == f"Lodeway {__version__}"


def test_an_unknown_option_leaves_with_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        app.main(["--nonsense"])
    assert left.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("damage", ["no folder", "no atlas", "corrupt atlas"])
def test_bad_layers_are_one_dialog_and_status_2(tmp_path: Path, damage: str) -> None:
    layers = tmp_path / "layers"
    if damage != "no folder":
        layers.mkdir()
        for name in ("base.gpkg", "transport.gpkg", "maritime.gpkg"):
            (layers / name).symlink_to(layers_dir() / name)
    if damage == "corrupt atlas":
        shutil.copy(layers_dir() / "atlas.gpkg", layers / "atlas.gpkg")
        with (layers / "atlas.gpkg").open("r+b") as file:
            file.seek(100)
            file.write(b"\x00garbage" * 5_000)
    done = _run("-c", _TOLD, "--layers", str(layers), QT_QPA_PLATFORM="offscreen",
                LODEWAY_SETTINGS=str(tmp_path / "settings"))  # fmt: skip
    assert done.returncode == 2, done.stderr
    told = done.stdout.strip().splitlines()
    assert len(told) == 1 and told[0].startswith("Lodeway cannot start: "), done.stdout
    assert "Traceback" not in done.stderr


def test_faults_become_one_sentence_and_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    questions = ScriptedQuestions()
    keep_log()
    catcher = FaultCatcher(questions)
    try:
        raise ZeroDivisionError("inner detail")
    except ZeroDivisionError as error:
        catcher.caught(type(error), error, error.__traceback__)
    catcher.caught(SolveError, SolveError("No answer; take a lever away."), None)
    assert questions.asked == [f"Lodeway: {UNEXPECTED}", "Lodeway: No answer; take a lever away."]
    assert "inner detail" in log_file().read_text(encoding="utf-8")
    assert "Traceback" not in capsys.readouterr().err


def test_a_terminal_answers_too() -> None:
    import io

    sink = io.StringIO()
    asked = TerminalQuestions(io.StringIO("y\n2\nfile.json\n"), sink)
    assert asked.confirm("T", "Sure?")
    assert asked.choose("T", "Which?", ["one", "two"]) == 1
    assert asked.choose_file("T", Path("/tmp"), suffix=".json", save=False) == Path("/tmp/file.json")
    assert not asked.confirm("T", "Sure?")
    assert asked.choose("T", "Which?", ["one", "two"]) is None


def test_the_table_names_what_is_blocked_and_what_is_unknown() -> None:
    from lodeway.model.scenario import LeverUse, Scenario

    text = table(SmallEngine().solve(Scenario(levers=(LeverUse("block", "route:north"),))))
    assert "BLOCKED" in text and "+50,000" in text and "-60,000" in text and "unknown" in text
    assert "South carries all that it can." in text


def test_without_a_display_the_main_job_is_done(tmp_path: Path) -> None:
    from PySide6.QtGui import QImage

    script = (
        "import sys, pathlib; from lodeway.ui.headless import main; sys.exit(main(None, pathlib.Path(sys.argv[1])))"
    )
    done = _run("-c", script, str(tmp_path / "picture.png"), LODEWAY_SETTINGS=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("There is no display")
    assert "Lobito " in done.stdout and "BLOCKED" in done.stdout
    image = QImage(str(tmp_path / "picture.png"))
    assert (image.width(), image.height()) == (1920, 1080)
    assert "Traceback" not in done.stderr


def test_every_icon_is_used_and_none_is_missing() -> None:
    from lodeway.paths import resources_dir
    from lodeway.ui.actions import ACTIONS

    used = {act.icon for act in ACTIONS if act.icon} | {"x", "sun", "ban", "circle-check", "locate-fixed", "info"}
    marks = ("box-check", "box-part", "tab-close")
    used |= {f"{mark}-{theme}" for mark in marks for theme in ("light", "dark")}
    assert {path.stem for path in (resources_dir() / "icons").glob("*.svg")} == used
