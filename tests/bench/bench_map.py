"""How fast the map draws: ``python tests/bench/bench_map.py``. Shipped layers and baseline, 1920x1080, no screen.

Prints for each view the median of the settled picture, the frames while dragging with the painter at work, and the
time from the start of a process to the first painted map with a warm cache.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
DESKTOP = Path(__file__).parents[2] / "desktop"
sys.path.insert(0, str(DESKTOP))

VIEWS: dict[str, tuple[float, float, float, float] | None] = {
    "world": None,
    "southern Africa": (8.0, -35.0, 45.0, 2.0),
    "Copperbelt": (20.0, -16.0, 33.0, -8.0),
    "Lobito to Dar": (11.0, -16.0, 42.0, -3.0),
    "Kolwezi": (25.0, -11.2, 26.2, -10.3),
}
FIRST = """
import time; begun = time.perf_counter()
from PySide6.QtWidgets import QApplication
app = QApplication([])
from lodeway.ui.map import MapView
from lodeway.atlas.reader import load_atlas
view = MapView(); view.resize(1280, 800); view.show()
view.set_atlas(load_atlas())
while view._front is None: app.processEvents(); time.sleep(0.001)
ground = time.perf_counter() - begun
while not view.settled(): app.processEvents(); time.sleep(0.001)
print(ground, time.perf_counter() - begun); view.close()
"""


def first_paint() -> tuple[float, float]:
    """Seconds from the first line of a new process to the first ground and to the whole map on the widget."""
    run = subprocess.run(
        [sys.executable, "-c", FIRST], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(DESKTOP)},
    )  # fmt: skip
    ground, whole = run.stdout.split()
    return float(ground), float(whole)


def main() -> None:
    """Print the table."""
    from PySide6.QtCore import QSize
    from PySide6.QtWidgets import QApplication

    from lodeway.atlas.reader import load_atlas
    from lodeway.errors import LodewayError
    from lodeway.solve import Model
    from lodeway.ui.map import MapView

    app = QApplication([])
    atlas = load_atlas()
    view = MapView()
    view.resize(1920, 1080)
    view.set_atlas(atlas)
    try:
        baseline = Model(atlas).baseline()
        view.set_result(baseline)
        print(f"flows: {len(baseline.flows)} records")
    except LodewayError as error:
        print(f"without flows: {error}")
    print(f"{'view':18} {'picture ms (median of 5)':>26} {'slowest':>9}")
    for name, box in VIEWS.items():
        if box is None:
            view.zoom_to_world()
        else:
            view.zoom_to(box)
        view.render_to_image(QSize(1920, 1080))
        taken = []
        for _ in range(5):
            begun = time.perf_counter()
            view.render_to_image(QSize(1920, 1080))
            taken.append(1e3 * (time.perf_counter() - begun))
        print(f"{name:18} {statistics.median(taken):26.0f} {max(taken):9.0f}")
    view.show()
    while not view.settled():
        app.processEvents()
        time.sleep(0.001)
    frames = []
    for k in range(200):
        begun = time.perf_counter()
        view.pan_by(3.0 if k < 100 else -3.0, 2.0)
        if k % 10 == 0:
            view._ask()  # the painter is always at work
        view.repaint()
        app.processEvents()
        frames.append(1e3 * (time.perf_counter() - begun))
        time.sleep(0.008)
    frames.sort()
    print(f"pan frame while painting: p50 {frames[100]:.1f} ms, p95 {frames[190]:.1f} ms, max {frames[-1]:.1f} ms")
    view.close()
    runs = [first_paint() for _ in range(5)][1:]
    ground, whole = (statistics.median(values) for values in zip(*runs, strict=True))
    print(f"start to first ground {ground:.2f} s, to the whole map with sites {whole:.2f} s (warm cache)")


if __name__ == "__main__":
    main()
