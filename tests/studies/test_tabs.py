"""The Exposure and Criticality tabs over a hand-drawn world, solved for real."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

import lodeway.levers  # noqa: F401  (tells the solver the levers)
from lodeway.errors import SolveError
from lodeway.model.atlas import Atlas, Provenance
from lodeway.model.result import Comparison, Result
from lodeway.model.scenario import LeverUse, Scenario
from lodeway.session import commands as c
from lodeway.session.session import Session
from lodeway.solve import Model
from lodeway.studies import n1
from lodeway.studies.compare import compare
from lodeway.studies.crew import Crew, Ground
from lodeway.studies.study import Desk
from lodeway.ui.bridge import Bridge
from lodeway.ui.panels.results import ResultsPanel
from lodeway.ui.panels.results_exposure import CONCENTRATION
from tests.solve.small import METAL, world


class DrawnEngine:
    """The flow model on the drawn world; the rail r2 has 10 kt gross to spare."""

    def __init__(self, none: Path) -> None:
        self._none = none

    def atlas(self) -> Atlas:
        return world(r2=150_000.0)

    def provenance(self) -> Provenance:
        return Provenance({})

    def baseline(self) -> Result:
        self.model = Model(self.atlas(), self._none)
        return self.model.baseline()

    def solve(self, scenario: Scenario) -> Comparison:
        return compare(self.model.baseline(), self.model.solve(scenario))


class DrawnStudies:
    """N-1 in the thread of studies; ``gate`` holds it after the first answers until it is set."""

    def __init__(self, none: Path) -> None:
        self._none = none
        self.gate = threading.Event()
        self.gate.set()
        self.broken = False

    def n1(self, atlas: Atlas, scenario: Scenario, found: Callable[[float, tuple[Any, ...]], None]) -> n1.Ranking:
        if self.broken:
            raise SolveError("no answer; take the last lever away")
        ground = Ground(atlas, self._none)

        def take(words: str, fraction: float, found_now: tuple[Any, ...]) -> None:
            assert self.gate.wait(20)
            found(fraction, found_now)

        return n1.run(Desk(ground.model(), ground, scenario, Crew(jobs=1), take))


@pytest.fixture
def studies(tmp_path: Path) -> DrawnStudies:
    return DrawnStudies(tmp_path / "none.npz")


@pytest.fixture
def bridge(qtbot: QtBot, tmp_path: Path, studies: DrawnStudies) -> Iterator[Bridge]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    made = Bridge(DrawnEngine(tmp_path / "none.npz"))
    made.session.close()
    made.session = Session(DrawnEngine(tmp_path / "none.npz"), made._delivered.emit, studies=studies)
    made.session.listen(made._tell)
    made.session.start()
    qtbot.waitUntil(lambda: made.document.is_current, timeout=20_000)
    made.session.do(c.ChooseCommodity(METAL, "Tin"))
    yield made
    studies.gate.set()
    made.session.close()
    QLocale.setDefault(before)


@pytest.fixture
def panel(qtbot: QtBot, bridge: Bridge) -> ResultsPanel:
    made = ResultsPanel(bridge)
    qtbot.addWidget(made)
    made.resize(1000, 300)
    made.show()
    return made


def test_the_heat_map_shows_shares_and_concentration(qtbot: QtBot, bridge: Bridge, panel: ResultsPanel) -> None:
    panel.tabs.setCurrentWidget(panel.exposure)
    panel.exposure.by.setCurrentIndex(panel.exposure.by.findData("route"))
    panel.exposure.by.activated.emit(0)
    grid = panel.exposure.grid.grid
    assert [heading for heading, _ in grid.headings] == ["Route", "A", "B"]
    assert [[cell.text.replace("\u202f", " ") for cell in row] for row in grid.rows] == [
        ["two", "70 %", "70 %"], ["one", "30 %", "30 %"], [CONCENTRATION, "5,800", "5,800"],
    ]  # fmt: skip
    light, full = (grid.index(row, 1).data(Qt.ItemDataRole.BackgroundRole) for row in (1, 0))
    assert light.lightness() > full.lightness(), "the larger share must be the darker cell"
    bridge.session.do(c.Block("link:to-a", "A"))
    qtbot.waitUntil(lambda: bridge.document.is_current, timeout=20_000)
    column = next(k for k, (heading, _) in enumerate(grid.headings) if heading == "A")
    assert {row[column].text for row in grid.rows} == {"–"}, "a market that receives nothing is unknown, not 0 %"


def test_the_ranking_runs_is_copied_and_follows_the_scenario(
    qtbot: QtBot, bridge: Bridge, panel: ResultsPanel
) -> None:  # fmt: skip
    panel.tabs.setCurrentWidget(panel.ranking)
    assert panel.ranking.empty.isVisible() and not panel.ranking.grid.isVisible()
    qtbot.mouseClick(panel.ranking.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bridge.document.study is not None and bridge.document.study.phase == "done", timeout=20_000)
    grid = panel.ranking.grid
    first = [grid.order.index(0, column).data() for column in range(4)]
    assert first[2] == "1.0\u202fbn" and first[3] == "100\u202fkt", "all 100 kt at 10,000 USD/t hang on one port"
    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    text = QGuiApplication.clipboard().text().splitlines()
    assert text[0].startswith("Closed\tKind\tValue lost") and len(text) == 1 + len(grid.grid.rows)
    bridge.session.do(c.Block("link:r1", "r1"))
    qtbot.waitUntil(lambda: bridge.document.is_current, timeout=20_000)
    assert "earlier scenario" in panel.ranking.state.text(), "a ranking of another scenario must say so"


def test_rows_are_exported_in_the_order_of_the_screen(
    qtbot: QtBot, bridge: Bridge, panel: ResultsPanel, tmp_path: Path
) -> None:
    bridge.session.start_study()
    qtbot.waitUntil(lambda: bridge.document.study is not None and bridge.document.study.phase == "done", timeout=20_000)
    panel.ranking.grid.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    panel.ranking.grid.export(tmp_path / "ranking.csv")
    lines = (tmp_path / "ranking.csv").read_text(encoding="utf-8").splitlines()
    names = [line.split(",")[0] for line in lines[1:]]
    assert names == sorted(names) and len(names) == len(panel.ranking.grid.grid.rows)


def test_cancel_keeps_what_was_found(
    qtbot: QtBot, bridge: Bridge, panel: ResultsPanel, studies: DrawnStudies
) -> None:  # fmt: skip
    panel.tabs.setCurrentWidget(panel.ranking)
    studies.gate.clear()
    bridge.session.start_study()
    assert panel.ranking.stop.isVisible() and not panel.ranking.start.isEnabled()
    qtbot.mouseClick(panel.ranking.stop, Qt.MouseButton.LeftButton)
    assert bridge.document.study is not None and bridge.document.study.phase == "cancelled"
    assert panel.ranking.start.isEnabled() and "Cancelled" in panel.ranking.state.text()
    bridge.session.do(c.Block("link:r1", "r1"))
    qtbot.waitUntil(lambda: bridge.document.is_current, timeout=20_000)  # answers do not wait for studies
    assert bridge.document.study.phase == "cancelled"


def test_a_study_that_fails_says_one_sentence(
    qtbot: QtBot, bridge: Bridge, panel: ResultsPanel, studies: DrawnStudies
) -> None:  # fmt: skip
    studies.broken = True
    bridge.session.start_study()
    qtbot.waitUntil(lambda: bridge.document.study is not None and bridge.document.study.phase == "failed")
    assert panel.ranking.state.text() == "no answer; take the last lever away"


def test_the_window_never_pulls_a_lever_for_a_study(qtbot: QtBot, bridge: Bridge) -> None:
    bridge.session.start_study()
    qtbot.waitUntil(lambda: bridge.document.study is not None and bridge.document.study.phase == "done", timeout=20_000)
    assert bridge.document.scenario == Scenario() and not bridge.session.undo_name.startswith("Block")
    assert LeverUse("block", "link:r1") not in bridge.document.scenario.levers
