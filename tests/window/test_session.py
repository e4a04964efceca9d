from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodeway.errors import DataError, LodewayError
from lodeway.model.scenario import ADAPTATIONS, LeverUse, Scenario
from lodeway.session import commands as c
from lodeway.session.document import UNDOABLE, Document, View
from lodeway.session.history import History
from lodeway.session.jobs import Mailbox
from lodeway.session.session import Session
from lodeway.session.settings import Autosave, Settings, write_whole
from tests.window.small import SmallEngine

_targets = st.sampled_from(["route:north", "route:south", "gate:suez", "link:a-north"])
_layers = st.frozensets(st.sampled_from(["countries", "rivers", "lakes", "flows"]), min_size=1)

_commands: st.SearchStrategy[c.Command] = st.one_of(
    st.builds(c.Block, _targets, st.just("It")),
    st.builds(c.Unblock, _targets, st.just("It")),
    st.builds(c.Cut, _targets, st.just("It"), st.sampled_from([0.0, 5.0, 50.0, 100.0])),
    st.builds(c.Open, _targets, st.just("It")),
    st.builds(c.RemoveLever, st.sampled_from(["block", "cut", "open"]), _targets, st.just("It")),
    st.builds(c.SetAdaptation, st.sampled_from(ADAPTATIONS)),
    st.builds(c.SetYear, st.sampled_from([None, 2027, 2030])),
    st.builds(c.ResetScenario),
    st.builds(c.UseScenario, st.builds(Scenario, st.sampled_from(["One", "Two"]))),
    st.builds(c.ShowLayers, _layers, st.booleans(), st.just("Layers")),
    st.builds(c.ChooseMarket, st.sampled_from(["market:CHN", "market:EU27"]), st.just("M")),
    st.builds(c.ChooseCommodity, st.sampled_from(["", "commodity:copper"]), st.just("C")),
)


def _undoable(document: Document) -> tuple[object, ...]:
    return tuple(getattr(document, name) for name in UNDOABLE)


def test_the_strategy_knows_every_command() -> None:
    seen = set()
    for member in vars(c).values():
        if isinstance(member, type) and hasattr(member, "apply") and member is not c.Command:
            seen.add(member)
    assert seen == set(c.COMMANDS)


@given(st.lists(st.tuples(_commands, st.booleans()), max_size=25))
def test_undo_of_everything_is_the_start_and_redo_of_everything_the_end(steps: list[tuple[c.Command, bool]]) -> None:
    start = Document(hidden_layers=frozenset({"rivers"}), market="market:CHN")
    history, document = History(), start
    for command, continuous in steps:
        document = history.do(document, command, continuous=continuous)
    end, count = document, 0
    while history.undo_name:
        document = history.undo(document)
        count += 1
    assert _undoable(document) == _undoable(start)
    assert count <= len(steps)
    while history.redo_name:
        document = history.redo(document)
    assert _undoable(document) == _undoable(end)


@given(_commands)
def test_every_command_has_a_name_and_does_not_touch_its_document(command: c.Command) -> None:
    before = Document(scenario=Scenario(levers=(LeverUse("block", "route:south"),)))
    kept = {f.name: getattr(before, f.name) for f in fields(before)}
    command.apply(before)
    assert command.name
    assert kept == {f.name: getattr(before, f.name) for f in fields(before)}


def test_a_step_that_changes_nothing_is_no_step() -> None:
    history = History()
    document = history.do(Document(), c.Unblock("route:north", "North"))
    assert document == Document()
    assert history.undo_name == ""


def test_a_drag_is_one_step_and_a_drag_back_is_none() -> None:
    history, document = History(), Document()
    for percent in (10.0, 20.0, 30.0):
        document = history.do(document, c.Cut("route:north", "North", percent), continuous=True)
    assert history.undo_name == "Cut North by 30 %"
    assert history.undo(document).scenario == Scenario()
    history, document = History(), Document()
    for percent in (10.0, 20.0, 0.0):
        document = history.do(document, c.Cut("route:north", "North", percent), continuous=True)
    assert history.undo_name == ""


def test_drags_of_two_sliders_are_two_steps() -> None:
    history, document = History(), Document()
    document = history.do(document, c.Cut("route:north", "North", 10.0), continuous=True)
    document = history.do(document, c.Cut("route:south", "South", 10.0), continuous=True)
    document = history.undo(document)
    assert [lever.target for lever in document.scenario.levers] == ["route:north"]


def test_undo_leaves_view_theme_and_selection_alone() -> None:
    history = History()
    document = history.do(Document(), c.Block("route:north", "North"))
    moved = Document(document.scenario, theme="dark", view=View(25.0, -10.0, 500.0), selection="route:north")
    undone = history.undo(moved)
    assert (undone.theme, undone.view, undone.selection) == ("dark", View(25.0, -10.0, 500.0), "route:north")
    assert undone.scenario == Scenario()


# The whole session ------------------------------------------------------------------------------------------------


@pytest.fixture
def mail() -> Mailbox:
    return Mailbox()


@pytest.fixture
def engine() -> SmallEngine:
    return SmallEngine()


@pytest.fixture
def session(engine: SmallEngine, mail: Mailbox, tmp_path: Path) -> Iterator[Session]:
    made = Session(engine, mail, Autosave(tmp_path))
    yield made
    engine.release.set()
    made.close()


def _started(session: Session, mail: Mailbox) -> None:
    session.start()
    assert mail.wait_until(lambda: session.document.is_current and session.document.provenance is not None, 10)


def test_start_reads_the_atlas_solves_the_baseline_and_chooses(session: Session, mail: Mailbox) -> None:
    _started(session, mail)
    document = session.document
    assert (document.market, document.commodity) == ("market:EU27", "commodity:copper")
    assert document.baseline is not None and document.baseline.routes["route:north"].flow_t_per_year == 60_000.0
    assert not document.scenario_asked
    assert session.undo_name == ""


def test_blocking_solves_again_and_undo_comes_back(session: Session, mail: Mailbox) -> None:
    _started(session, mail)
    session.do(c.Block("route:north", "North"))
    assert not session.document.is_current
    assert mail.wait_until(lambda: session.document.is_current, 10)
    answer = session.document.answer
    assert answer is not None and answer.result.routes["route:north"].flow_t_per_year == 0.0
    assert session.document.blocked == {"route:north"}
    assert session.undo_name == "Block North"
    session.undo()
    assert mail.wait_until(lambda: session.document.is_current, 10)
    assert not session.document.scenario_asked
    assert session.redo_name == "Block North"


def test_a_slow_answer_to_an_older_question_is_dropped(session: Session, engine: SmallEngine, mail: Mailbox) -> None:
    _started(session, mail)
    engine.hold = "route:north"
    session.do(c.Block("route:north", "North"))
    assert engine.started.wait(5)
    session.undo()
    session.do(c.Block("route:south", "South"))
    engine.release.set()
    assert mail.wait_until(lambda: session.document.is_current, 10)
    mail.wait_until(lambda: False, 0.05)
    answer = session.document.answer
    assert answer is not None
    assert [lever.target for lever in answer.result.scenario.levers] == ["route:south"]


def test_steps_that_do_not_touch_the_scenario_ask_nothing(session: Session, engine: SmallEngine, mail: Mailbox) -> None:
    _started(session, mail)
    asked = len(engine.solved)
    session.do(c.ChooseMarket("market:CHN", "China"))
    session.do(c.ShowLayers(frozenset({"rivers"}), False, "Rivers"))
    session.look(View(0.0, 0.0, 1000.0))
    session.select("route:north")
    assert session.document.is_current
    assert not session.busy
    assert len(engine.solved) == asked


def test_an_unsolvable_scenario_says_so_and_undo_heals(session: Session, mail: Mailbox) -> None:
    _started(session, mail)
    session.do(c.Block("link:broken", "Broken"))
    assert mail.wait_until(lambda: session.document.work.phase == "failed", 10)
    assert "no answer" in session.document.work.words
    session.undo()
    assert mail.wait_until(lambda: session.document.is_current, 10)
    assert session.document.work.phase == "idle"


def test_one_kind_of_news(session: Session) -> None:
    heard: list[tuple[Document, Document]] = []
    session.listen(lambda before, after: heard.append((before, after)))
    session.do(c.ShowLayers(frozenset({"rivers"}), False, "Rivers"))
    session.use_theme("dark")
    assert [(b.theme, a.theme) for b, a in heard] == [("light", "light"), ("light", "dark")]
    assert heard[0][1] is heard[1][0]


def test_files_round_trip(session: Session, tmp_path: Path) -> None:
    session.do(c.Block("route:north", "North"))
    session.do(c.Cut("route:south", "South", 25.0))
    session.do(c.SetYear(2030))
    assert not session.is_saved
    kept = session.document.scenario
    session.save_file(tmp_path / "my.lodeway.json")
    assert session.is_saved
    session.do(c.ResetScenario())
    session.open_file(tmp_path / "my.lodeway.json")
    assert session.document.scenario == kept
    assert session.is_saved


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 99}', "\x00\x01", '{"levers": [1]}'])
def test_a_bad_file_is_one_sentence_and_changes_nothing(session: Session, tmp_path: Path, text: str) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(text, encoding="utf-8")
    before = session.document
    with pytest.raises(LodewayError) as caught:
        session.open_file(bad)
    assert "\n" not in str(caught.value)
    assert session.document is before


def test_missing_and_binary_files_are_one_sentence(session: Session, tmp_path: Path) -> None:
    binary = tmp_path / "picture.json"
    binary.write_bytes(b"\xff\xfe\x00\x89PNG")
    for path in (tmp_path / "nowhere.json", binary, tmp_path):
        with pytest.raises(DataError):
            session.open_file(path)


def test_autosave_lives_while_there_is_something_to_lose(session: Session, tmp_path: Path) -> None:
    autosave = Autosave(tmp_path)
    session.do(c.Block("route:north", "North"))
    left = autosave.left_over()
    assert left is not None and left == session.document.scenario
    session.undo()
    assert autosave.left_over() is None
    session.redo()
    session.close()
    assert not autosave.path.exists()


def test_a_broken_autosave_is_put_away(tmp_path: Path) -> None:
    autosave = Autosave(tmp_path)
    autosave.path.write_text("{ half a fi", encoding="utf-8")
    assert autosave.left_over() is None
    assert not autosave.path.exists()


def test_a_write_that_fails_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "file.json"
    write_whole(target, "old")

    def no_space(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_space)
    with pytest.raises(DataError, match="No space left"):
        write_whole(target, "new")
    assert target.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["file.json"]


def test_settings_survive_and_broken_ones_count_as_none(tmp_path: Path) -> None:
    Settings(tmp_path).put(theme="dark", card_closed=True)
    again = Settings(tmp_path)
    assert (again.text("theme"), again.flag("card_closed"), again.texts("hidden_layers")) == ("dark", True, None)
    assert again.flag("theme") is False
    assert json.loads((tmp_path / "settings.json").read_text(encoding="utf-8"))["theme"] == "dark"
    (tmp_path / "settings.json").write_text("[1, 2", encoding="utf-8")
    assert Settings(tmp_path).text("theme") == ""
