"""Users' layers in the window: added, ordered, styled, filtered, identified, exported, removed; each undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QMimeData, QUrl
from pytestqt.qtbot import QtBot

from lodeway.atlas.own_files import read_own
from lodeway.carto import pick
from lodeway.errors import DataError
from lodeway.exports.layer_file import EXPORT_SUFFIXES, export
from lodeway.session.questions import ScriptedQuestions
from lodeway.session.settings import Settings
from lodeway.ui.main_window import MainWindow
from lodeway.ui.own.export_dialog import ExportDialog
from lodeway.ui.panels.layers import LayersPanel
from lodeway.ui.start import make_window
from tests.window.small import SmallEngine

Add = Callable[[Path], str]


@pytest.fixture
def window(qtbot: QtBot, own_settings: object) -> Iterator[MainWindow]:
    settings = Settings()
    settings.put(card_closed=True)
    made = make_window(settings, ScriptedQuestions(), SmallEngine())
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    made.bridge.session.start()
    qtbot.waitUntil(lambda: made.bridge.document.is_current and made.map.is_settled(), timeout=30_000)
    yield made
    made.give_up()


@pytest.fixture
def layers(window: MainWindow) -> LayersPanel:
    panel = window.panel("layers")
    assert isinstance(panel, LayersPanel)
    return panel


@pytest.fixture
def add(qtbot: QtBot, window: MainWindow) -> Add:
    def do(path: Path) -> str:
        before = len(window.bridge.document.own)
        window.open_paths([path])
        qtbot.waitUntil(lambda: len(window.bridge.document.own) > before, timeout=30_000)
        return window.bridge.document.own[0].id

    return do


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "sites.csv"
    path.write_text("name,lon,lat,t\n" + "".join(f"s{k},{20 + k},{-12 + k % 3},{k * 10}\n" for k in range(12)))
    return path


def scripted(window: MainWindow, *answers: object) -> ScriptedQuestions:
    questions = window.questions
    assert isinstance(questions, ScriptedQuestions)
    questions._answers = list(answers)
    return questions


def test_a_dropped_file_is_a_layer_and_undo_takes_it_away(
    qtbot: QtBot, window: MainWindow, layers: LayersPanel, table: Path
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(table)), QUrl("https://example.org/x.geojson")])
    assert window.layer_handlers.dropped(data) == [table], "nothing that lies elsewhere"
    window.open_paths(window.layer_handlers.dropped(data))
    qtbot.waitUntil(lambda: len(window.bridge.document.own) == 1, timeout=30_000)
    assert layers._own.rowCount() == 1
    assert window.map.widget.scene.own == window.bridge.document.own
    qtbot.waitUntil(window.map.is_settled, timeout=30_000)
    window.actions_by_id["undo"].trigger()
    assert window.bridge.document.own == ()
    assert layers._own.rowCount() == 0


def test_a_missing_system_is_asked_and_bad_answers_are_told(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, add: Add
) -> None:
    path = tmp_path / "utm.csv"
    path.write_text("easting,northing\n332300,8815000\n")
    questions = scripted(window, "EPSG:32735")
    add(path)
    assert "does not say which coordinate reference system" in questions.asked[0]
    place = window.bridge.document.own[0].data.geometry[0]
    assert (place.x, place.y) == pytest.approx((25.4667, -10.7167), abs=0.001)
    scripted(window, "EPSG:4326")
    window.open_paths([path])
    qtbot.waitUntil(lambda: any("nothing of it lies on the Earth" in text for text in questions.asked), timeout=30_000)
    scripted(window, None)
    window.open_paths([path])
    qtbot.waitUntil(lambda: not window.layer_handlers.own.busy, timeout=30_000)
    assert len(window.bridge.document.own) == 1


def test_a_file_that_cannot_be_read_changes_nothing(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "bad.geojson").write_text("{")
    questions = scripted(window)
    window.open_paths([tmp_path / "bad.geojson"])
    qtbot.waitUntil(lambda: bool(questions.asked), timeout=30_000)
    assert questions.asked[0].startswith("Add Layer: bad.geojson:")
    assert window.bridge.document.own == ()


def test_order_style_filter_and_opacity_are_steps(
    qtbot: QtBot, window: MainWindow, layers: LayersPanel, table: Path, add: Add
) -> None:
    first, second = add(table), add(table)
    assert [layer.id for layer in window.bridge.document.own] == [second, first]
    layers._move(second, 1)
    assert [layer.id for layer in window.bridge.document.own] == [first, second]
    editor = layers.edit_style(first)
    assert editor is not None
    editor.kind.setCurrentIndex(2)
    editor.field.setCurrentText("t")
    editor._classify()
    styled = layers.own(first)
    assert styled is not None and len(styled.style.classes) == 5
    editor.paint_class(-1, "#112233")
    editor.field.setCurrentText("nothing")
    editor._classify()
    assert "no field" in editor.trouble.text()
    editor.reject()
    assert layers.own(first).style.kind == "single", "Cancel brings the first style back"  # type: ignore[union-attr]
    own = layers.own(first)
    assert own is not None
    layers.set_filter(own, "t >= 60")
    store = window.map.widget.store
    assert (store.classes(window.bridge.document.own[0]) >= -1).sum() == 6
    layers.set_filter(own, "t >=")
    assert window.bridge.document.own[0].filter == "t >= 60", "an expression that cannot be read changes nothing"
    window.actions_by_id["undo"].trigger()
    assert window.bridge.document.own[0].filter == ""


def test_own_features_are_identified_tabled_and_chosen(qtbot: QtBot, window: MainWindow, table: Path, add: Add) -> None:
    layer = add(table)
    view = window.map.widget
    place = view.projection.forward_points(np.array([[25.0, -10.0]]))[0]
    found = dict(pick.at(view.scene, view.store, place, 1_000.0, 1_000.0))
    assert found[layer].tolist() == [5]
    window.open_table(layer)
    panel = window.panel("tables")
    sheet = panel.sheets[layer]  # type: ignore[attr-defined]
    sheet.choose_found()
    assert len(window.bridge.document.features.of(layer)) == 12
    qtbot.waitUntil(window.map.is_settled, timeout=30_000)


@pytest.mark.parametrize("suffix", EXPORT_SUFFIXES)
def test_a_layer_goes_out_and_comes_back(tmp_path: Path, suffix: str) -> None:
    geometry = np.array([shapely.Point(25.5 + k, -10.25) for k in range(3)], dtype=object)
    names = np.empty(3, dtype=object)
    names[:] = ["a", None, "ç"]
    path = tmp_path / f"out{suffix}"
    export(path, "out", geometry, {"name": names, "t": np.array([1.5, np.nan, 3.0])}, "EPSG:32735")
    read = read_own(path)
    assert read.crs in ("EPSG:32735", "" if suffix == ".csv" else "EPSG:4326" if suffix == ".geojson" else "EPSG:32735")
    assert len(read.geometry) == 3
    order = np.argsort([g.x for g in read.geometry])
    assert [read.columns["name"][k] for k in order] == ["a", None, "ç"]
    assert sorted(p.stem for p in tmp_path.iterdir()) == ["out"] * len(list(tmp_path.iterdir())), "nothing left aside"


def test_an_export_that_cannot_be_is_told(tmp_path: Path, qtbot: QtBot) -> None:
    mixed = np.array([shapely.Point(1, 2), shapely.LineString([(0, 0), (1, 1)])], dtype=object)
    with pytest.raises(DataError, match="one kind of geometry"):
        export(tmp_path / "a.shp", "a", mixed, {"n": np.array([1, 2])})
    with pytest.raises(DataError, match="no coordinate reference system"):
        export(tmp_path / "a.gpkg", "a", mixed, {"n": np.array([1, 2])}, "EPSG:1")
    dialog = ExportDialog("Mines & more", tmp_path, 0)
    qtbot.addWidget(dialog)
    dialog.file.setText(str(tmp_path / "x.pdf"))
    dialog._take()
    assert "End the name" in dialog.trouble.text()
    dialog.file.setText(str(tmp_path / "x.gpkg"))
    dialog.system.setCurrentText("nonsense")
    dialog._take()
    assert "no coordinate reference system" in dialog.trouble.text()
