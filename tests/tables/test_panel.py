"""The Attributes dock: rows, choice, undo, files; by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from lodeway.errors import DataError
from lodeway.exports.attributes import attribute_table, extent_of, titles
from lodeway.exports.table_file import write_table
from lodeway.model.atlas import Atlas
from lodeway.model.features import Features
from lodeway.model.table import Table
from lodeway.session.feature_commands import ChooseFeatures
from lodeway.ui.bridge import Bridge
from lodeway.ui.panels.tables import TablesPanel
from lodeway.ui.tables.sheet import TableSheet
from tests.window.small import SmallEngine


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[TablesPanel]:
    bridge = Bridge(SmallEngine())
    bridge.session.start()
    qtbot.waitUntil(lambda: bridge.document.is_current, timeout=10_000)
    made = TablesPanel(bridge)
    made.bridge_of_test = bridge  # type: ignore[attr-defined]
    qtbot.addWidget(made)
    made.resize(900, 300)
    made.show()
    yield made
    made.shutdown()
    bridge.session.close()


def bridge_of(panel: TablesPanel) -> Bridge:
    found = panel.bridge_of_test  # type: ignore[attr-defined]
    assert isinstance(found, Bridge)
    return found


def opened(qtbot: QtBot, panel: TablesPanel, layer: str) -> TableSheet:
    panel.open_table(layer)
    qtbot.waitUntil(lambda: layer in panel.sheets, timeout=10_000)
    return panel.sheets[layer]


def shown(sheet: TableSheet, column: str) -> list[str]:
    section = sheet.table.names.index(column)
    return [sheet.model.index(row, section).data() for row in range(sheet.model.rowCount())]


def test_a_table_sorts_searches_and_says_how_many(qtbot: QtBot, panel: TablesPanel) -> None:
    sheet = opened(qtbot, panel, "links")
    whole = len(sheet.table)
    sheet.sort_by(sheet.table.names.index("id"))
    qtbot.waitUntil(lambda: sheet.model.sorted == ("id", False))
    assert shown(sheet, "id") == sorted(shown(sheet, "id"))
    sheet.sort_by(sheet.table.names.index("id"))
    qtbot.waitUntil(lambda: sheet.model.sorted == ("id", True))
    assert shown(sheet, "id") == sorted(shown(sheet, "id"), reverse=True)
    sheet.line.setText("a-north")
    qtbot.waitUntil(lambda: sheet.model.rowCount() == 1)
    assert shown(sheet, "id") == ["link:a-north"]
    assert sheet.count.text() == f"1 of {whole}"


def test_rows_chosen_in_the_table_are_the_documents_choice_and_undo_takes_them_back(
    qtbot: QtBot, panel: TablesPanel
) -> None:
    sheet, bridge = opened(qtbot, panel, "links"), bridge_of(panel)
    sheet.sort_by(sheet.table.names.index("id"))
    qtbot.waitUntil(lambda: sheet.model.sorted is not None)
    spot = [sheet.grid.visualRect(sheet.model.index(row, 0)).center() for row in range(3)]
    port = sheet.grid.viewport()
    qtbot.mouseClick(port, Qt.MouseButton.LeftButton, pos=spot[0])
    qtbot.mouseClick(port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, pos=spot[2])
    three = sorted(int(n) for n in sheet.model.rows[:3])
    assert bridge.document.features == Features({"links": three})
    assert sheet.model.chosen.sum() == 3
    qtbot.mouseClick(port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, pos=spot[1])
    assert sheet.model.chosen.sum() == 2
    bridge.session.undo()
    assert sheet.model.chosen.sum() == 3
    sheet.only.setChecked(True)
    qtbot.waitUntil(lambda: sheet.model.rowCount() == 3)
    bridge.session.do(ChooseFeatures(Features()))
    qtbot.waitUntil(lambda: sheet.model.rowCount() == 0)


def test_the_keyboard_alone_chooses_stretches_and_copies(qtbot: QtBot, panel: TablesPanel) -> None:
    sheet, bridge = opened(qtbot, panel, "mines"), bridge_of(panel)
    sheet.grid.setFocus()
    sheet.grid.setCurrentIndex(sheet.model.index(0, 0))
    qtbot.keyClick(sheet.grid, Qt.Key.Key_Space)
    assert bridge.document.features.of("mines").tolist() == [0]
    qtbot.keyClick(sheet.grid, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert len(bridge.document.features.of("mines")) == min(2, len(sheet.table))
    qtbot.keyClick(sheet.grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(bridge.document.features.of("mines")) == len(sheet.table)
    qtbot.keyClick(sheet.grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t") == list(sheet.table.names)
    assert len(lines) == 1 + len(sheet.table)


def test_statistics_follow_the_chosen_rows(qtbot: QtBot, panel: TablesPanel) -> None:
    sheet = opened(qtbot, panel, "mines")
    sheet.show_statistics(sheet.table.names.index("production_t_per_year"))
    qtbot.waitUntil(lambda: "found" in sheet.pane.about.text())
    sheet.invert()
    qtbot.waitUntil(lambda: "chosen" in sheet.pane.about.text())
    sheet.pane.copy()
    assert "Sum\t" in QGuiApplication.clipboard().text()


def test_closing_the_last_table_shows_what_to_do(qtbot: QtBot, panel: TablesPanel) -> None:
    opened(qtbot, panel, "ports")
    panel.tabs.tabCloseRequested.emit(0)
    assert not panel.sheets
    assert panel.tabs.count() == 0
    again = opened(qtbot, panel, "ports")
    assert again.isVisible()
    assert panel.childAt(QPoint(450, 150)) is not None


def test_every_layer_of_the_map_with_features_has_a_table(real_atlas: Atlas) -> None:
    for layer in titles():
        table = attribute_table(layer, real_atlas)
        assert len(table) > 0, layer
        assert table.names, layer


def test_zooming_to_features_of_a_file_finds_them(real_atlas: Atlas) -> None:
    table = attribute_table("places", real_atlas)
    kolwezi = np.flatnonzero(table.columns["name"] == "Kolwezi")
    assert len(kolwezi) == 1
    assert extent_of("places", kolwezi) == pytest.approx((25.47, -10.71, 25.47, -10.71), abs=0.05)


def test_rows_go_to_files_with_the_unknown_empty(tmp_path: Path) -> None:
    table = Table("t", "T", {"a": np.array([1.5, np.nan]), "b": np.array(["x, y", None], dtype=object)})
    rows = np.array([1, 0])
    write_table(tmp_path / "t.csv", table, rows)
    assert (tmp_path / "t.csv").read_text() == 'a,b\n,\n1.5,"x, y"\n'
    write_table(tmp_path / "t.xlsx", table, rows)
    assert (tmp_path / "t.xlsx").stat().st_size > 1000
    with pytest.raises(DataError, match=r"\.csv or \.xlsx"):
        write_table(tmp_path / "t.pdf", table, rows)
    with pytest.raises(DataError, match="choose another folder"):
        write_table(tmp_path / "none" / "t.csv", table, rows)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["t.csv", "t.xlsx"]
