"""Exit statuses and standard error of the real program."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import lodeway
from lodeway.cli import main, program
from lodeway.cli.commands import COMMANDS
from lodeway.paths import layers_dir
from tests.cli.conftest import DESKTOP, Run, one_sentence

BAD_INPUT = {
    "no command": [],
    "unknown command": ["sovle"],
    "unknown option": ["solve", "--blok", "route:lobito"],
    "shortened option": ["solve", "--bloc", "route:lobito"],
    "unknown id": ["solve", "--block", "route:lobitto"],
    "unknown thing": ["show", "zzzzzz"],
    "ambiguous name": ["show", "kolwezi-or-not"],
    "what cannot be blocked": ["solve", "--block", "commodity:copper"],
    "what cannot be opened": ["solve", "--open", "port:ao-lobito"],
    "per cent above 100": ["solve", "--cut", "route:lobito=140"],
    "per cent below 0": ["solve", "--cut", "route:lobito=-1"],
    "per cent no number": ["solve", "--cut", "route:lobito=half"],
    "per cent not a number": ["solve", "--cut", "route:lobito=nan"],
    "cut without per cent": ["solve", "--cut", "route:lobito"],
    "blocked and opened": ["solve", "--block", "lobito", "--open", "route:lobito"],
    "two cuts of one thing": ["solve", "--cut", "lobito=10", "--cut", "route:lobito=20"],
    "year before the atlas": ["solve", "--year", "1999"],
    "year no number": ["solve", "--year", "soon"],
    "year out of range": ["solve", "--year", "99999"],
    "unknown adaptation": ["solve", "--adaptation", "decades"],
    "missing scenario": ["solve", "nowhere.json"],
    "scenario is a folder": ["solve", "."],
    "unknown format": ["solve", "-o", "answer.docx"],
    "no format": ["solve", "-o", "answer"],
    "missing folder": ["solve", "-o", "/nowhere/at/all/answer.json"],
    "path from nowhere": ["path", "place:nowhere", "port:cn-shanghai"],
    "path from a route": ["path", "route:lobito", "port:cn-shanghai"],
    "path of an unknown form": ["path", "place:cd-kolwezi", "port:cn-shanghai", "--form", "soup"],
    "too many paths": ["path", "place:cd-kolwezi", "port:cn-shanghai", "--k", "1000"],
    "no path asked for": ["path", "place:cd-kolwezi", "port:cn-shanghai", "--k", "0"],
    "no hits allowed": ["find", "lobito", "--limit", "0"],
    "unknown kind": ["find", "lobito", "--kind", "river"],
}


@pytest.mark.parametrize("words", BAD_INPUT.values(), ids=BAD_INPUT.keys())
def test_bad_input_is_one_sentence_and_status_2(
    words: list[str], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    output, error = capfd.readouterr()
    assert output == ""
    assert one_sentence(error), error
    assert "nobody foresaw" not in error


def test_bad_input_from_a_real_process(run: Run) -> None:
    done = run("solve", "--block", "route:lobitto")
    assert (done.returncode, done.stdout) == (2, "")
    assert one_sentence(done.stderr)
    assert "route:lobito" in done.stderr, "the nearest id is offered"


@pytest.mark.parametrize(
    "text", ["not json", "[]", "{}", '{"schema": 1, "levers": [{"kind": "block"}]}', '{"schema": 1, "levers": 3}',
             "\x00",
             '{"schema": 1, "levers": [{"kind": "block", "target": "route:none"}]}', "[" * 100_000]
)  # fmt: skip
def test_a_scenario_that_is_none(text: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "scenario.json"
    path.write_text(text, encoding="utf-8")
    done = run("solve", str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert one_sentence(done.stderr), done.stderr
    assert "nobody foresaw" not in done.stderr


def test_a_scenario_of_bytes(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "scenario.json"
    path.write_bytes(b"\xff\xfe\x00\x81")
    done = run("solve", "--lever", str(path))
    assert done.returncode == 2
    assert one_sentence(done.stderr), done.stderr


@pytest.mark.parametrize("command", [["find", "lobito"], ["show", "route:lobito"], ["layers"], ["solve"], ["check"],
                                     ["path", "place:cd-kolwezi", "port:cn-shanghai"]])  # fmt: skip
@pytest.mark.parametrize("damage", ["missing", "text", "truncated", "other database", "folder", "no folder"])
def test_a_broken_atlas(
    command: list[str], damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LODEWAY_LAYERS", str(tmp_path / "none" if damage == "no folder" else tmp_path))
    target = tmp_path / "atlas.gpkg"
    for name in ("base", "transport", "maritime"):
        (tmp_path / f"{name}.gpkg").symlink_to(layers_dir_of_checkout() / f"{name}.gpkg")
    if damage == "text":
        target.write_text("this is no database " * 100)
    elif damage == "truncated":
        with (layers_dir_of_checkout() / "atlas.gpkg").open("rb") as stream:
            target.write_bytes(stream.read(200_000))
    elif damage == "other database":
        shutil.copyfile(layers_dir_of_checkout() / "maritime.gpkg", target)
    elif damage == "folder":
        target.mkdir()
    if (command, damage) == (["layers"], "other database"):
        return  # a sound GeoPackage of another kind is still a list of layers
    assert main(command) == 2
    output, error = capfd.readouterr()
    assert output == ""
    assert one_sentence(error), error
    assert "nobody foresaw" not in error


def layers_dir_of_checkout() -> Path:
    return DESKTOP.parent / "layers"


def test_the_checkout_is_what_is_read() -> None:
    assert layers_dir().resolve() == layers_dir_of_checkout()


def test_check_names_what_does_not_hold() -> None:
    from lodeway.atlas.check import CheckLine
    from lodeway.cli.checks import tables

    found = {f.id: f for f in tables([
        CheckLine("routes are chains", False, "route:x: breaks at link:y"), CheckLine("all is well", True, "holds"),
        CheckLine("known defect: note", True, "port:a: small"), CheckLine("known defect: note", False, "port:b: gone"),
    ])}  # fmt: skip
    assert not found["routes-are-chains"].holds
    assert found["routes-are-chains"].breaches == ("route:x: breaks at link:y",)
    assert found["all-is-well"].holds
    assert not found["known-defect"].holds
    assert (found["known-defect"].breaches, found["known-defect"].remarks) == (("port:b: gone",), ("port:a: small",))


def test_check_of_a_broken_side_file_is_status_1(run: Run, tmp_path: Path) -> None:
    (tmp_path / "maritime.gpkg").write_bytes(b"SQLite format 3\x00" + b"\x00" * 4000)
    for name in ("atlas", "base", "transport"):
        (tmp_path / f"{name}.gpkg").symlink_to(layers_dir_of_checkout() / f"{name}.gpkg")
    done = run("check", LODEWAY_LAYERS=str(tmp_path))
    assert done.returncode == 1, done.stderr
    assert "BROKEN" in done.stdout and "maritime.gpkg" in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_every_command(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    text = capfd.readouterr().out
    assert text.startswith(f"usage: lodeway-cli {name}")
    assert "--json" in text
    assert len(text.split("\n\n")[1]) > 40, "a description"


def test_help_and_version(run: Run) -> None:
    done = run("--help")
    assert done.returncode == 0
    assert done.stderr == ""
    for name, command in COMMANDS.items():
        assert name in done.stdout
        assert command.summary.split()[0] in done.stdout
    assert run("--version").stdout == f"lodeway {lodeway.__version__}\n"


def test_help_imports_none_of_the_heavy_packages() -> None:
    code = (
        "import sys; from lodeway.cli import main; main(['--help']); main(['find', 'lobito']);"
        "print([m for m in ('scipy', 'highspy', 'fiona', 'PySide6', 'xlsxwriter') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(DESKTOP)},
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert done.stdout.rstrip().endswith("[]"), done.stdout[-200:]


def test_a_reader_that_goes_away_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "lodeway.cli", "layers", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(DESKTOP)},
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.wait(timeout=60) == program.PIPE_CLOSED
        assert process.stderr.read() == b""


def test_an_unforeseen_error_keeps_its_traceback_in_a_file(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("the sky\nfell")

    monkeypatch.setenv("LODEWAY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("lodeway.atlas.reader.load_atlas", fails)
    assert main(["find", "lobito"]) == 2
    output, error = capfd.readouterr()
    log = tmp_path / "cache" / "cli-error.log"
    assert output == ""
    assert one_sentence(error)
    assert "the sky fell" in error and str(log) in error
    assert "RuntimeError" in log.read_text()


def test_ctrl_c_is_quiet(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lodeway.atlas.reader.load_atlas", interrupted)
    assert main(["find", "lobito"]) == program.INTERRUPTED
    assert capfd.readouterr() == ("", "")


def test_names_of_the_world_on_a_plain_terminal(run: Run) -> None:
    done = run("find", "cote d", "--kind", "country", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "Côte" in done.stdout


def test_find_nothing_is_status_1(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["find", "qqqqxyzzy"]) == 1
    assert "qqqqxyzzy" in capfd.readouterr().out
    assert main(["find", "qqqqxyzzy", "--json"]) == 1
    assert json.loads(capfd.readouterr().out)["hits"] == []
