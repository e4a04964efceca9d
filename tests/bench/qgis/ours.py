"""Lodeway's turn: ``ours.py VIEWS FILE...`` prints ms of the settled picture of each view, and of pan and zoom frames.

``ours.py --program FILE...`` starts the whole window with the files and ends when its map has settled;
``ours.py --first FILE`` prints the seconds from asking for a file to its first picture in a running window.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

RUNS = 5


def window_with(files: list[Path], *, wait: bool = True) -> tuple[Any, Any, Callable[[Callable[[], bool]], None]]:
    """The real window with the files on its map and nothing else of ours hidden."""
    from lodeway.session.questions import ScriptedQuestions
    from lodeway.session.settings import Settings
    from lodeway.ui.start import make_application, make_window

    app = make_application()
    window = make_window(Settings(Path(tempfile.mkdtemp())), ScriptedQuestions())
    window.resize(1920, 1080)
    window.show()
    window.bridge.session.start(picture_first=True)
    window.layer_handlers.open(files)

    def until(reached: Callable[[], bool]) -> None:
        while not reached():
            app.processEvents()
            time.sleep(0.001)

    if wait:
        until(lambda: len(window.bridge.document.own) == len(files) and not window.layer_handlers.own.busy)
        until(window.map.is_settled)
    return app, window, until


def program(files: list[Path]) -> None:
    """From start to the map with all layers, settled; without files to the first picture of the shipped layers."""
    _, window, until = window_with(files, wait=bool(files))
    until(lambda: bool(files) or window.map.widget._front is not None)
    window.give_up()


def first(file: Path) -> None:
    """A file that was never seen, in a window that is at rest."""
    _, window, until = window_with([])
    until(lambda: window.bridge.document.is_current)
    painted = [0.0]
    began = time.perf_counter()
    window.layer_handlers.open([file])
    until(lambda: bool(window.bridge.document.own))
    window.map.widget.painted.connect(lambda _: painted.__setitem__(0, time.perf_counter()))
    until(lambda: painted[0] > 0.0)
    print(json.dumps({"first_s": painted[0] - began}))
    window.give_up()


def pictures(views: dict[str, tuple[float, float, float]], files: list[Path]) -> None:
    """A map widget with the files alone, as QGIS's renderer has them alone."""
    from PySide6.QtCore import QSize
    from PySide6.QtWidgets import QApplication

    from lodeway.carto.layers import BY_ID
    from lodeway.geo.projection import plate_carree
    from lodeway.model.style import Style
    from lodeway.session.document import View
    from lodeway.session.own_layers import WGS84, placed, read_file, shown
    from lodeway.ui.map import MapView

    app = QApplication([])
    began = time.perf_counter()
    like_theirs = Style(width=0.98, size=7.5, fill=1.0)  # 0.26 mm, 2 mm
    layers = [
        replace(shown(placed(read_file(file), file, WGS84, k + 1), k + 1), style=like_theirs)
        for k, file in enumerate(files)
    ]
    view = MapView(projection=plate_carree())
    view.resize(1920, 1080)
    view.set_legend_visible(False)
    view.set_hidden_layers(frozenset(BY_ID))
    view.set_scene(own=tuple(layers))
    size, answer = QSize(1920, 1080), {}
    view.set_view(View(*views["world"]))
    view.render_to_image(size)
    answer["first_s"] = time.perf_counter() - began
    for name, place in views.items():
        view.set_view(View(*place))
        taken = []
        for _ in range(RUNS + 1):
            begun = time.perf_counter()
            view.render_to_image(size)
            taken.append(1e3 * (time.perf_counter() - begun))
        answer[name] = statistics.median(taken[1:])
    view.set_view(View(*views["continent"]))
    view.show()
    while not view.settled():
        app.processEvents()
        time.sleep(0.001)
    for key, move in (("pan", lambda k: view.pan_by(3.0 if k < 100 else -3.0, 2.0)),
                      ("zoom", lambda k: view.zoom_by(1.02 if k < 100 else 1 / 1.02))):  # fmt: skip
        frames = []
        for k in range(200):
            begun = time.perf_counter()
            move(k)
            if k % 10 == 0:
                view._ask()  # the painter is always at work
            view.repaint()
            app.processEvents()
            frames.append(1e3 * (time.perf_counter() - begun))
            time.sleep(0.008)
        frames.sort()
        answer[f"{key}_p95"], answer[f"{key}_max"] = frames[190], frames[-1]
    view.close()
    print(json.dumps(answer))


if __name__ == "__main__":
    if sys.argv[1] == "--program":
        program([Path(name) for name in sys.argv[2:]])
    elif sys.argv[1] == "--first":
        first(Path(sys.argv[2]))
    else:
        pictures(json.loads(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
