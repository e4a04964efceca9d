"""Lodeway against QGIS, the same layers, views, pixels and antialiasing, in turn: ``python tests/bench/bench_qgis.py``.

Needs Debian's ``qgis`` and ``python3-qgis``; as root it installs them, otherwise it says what to type and skips.
``--rounds N`` sets how often both take their turn (6), ``--sets S,M,L,P10k,P100k,P1M`` what is drawn, ``--whole``
leaves out the pictures and measures only the whole programs. The data is made from the shipped layers and a fixed seed:
S the coarse countries and boundaries, M countries, provinces, lakes and rivers (1.2 M vertices), L the same with twelve
crooked points set between each two (10 M vertices), P points.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

TOP = Path(__file__).parents[2]
HERE = Path(__file__).parent / "qgis"
SYSTEM_PYTHON = "/usr/bin/python3"
VIEWS = {
    "world": (0.0, 0.0, 35_000.0),
    "continent": (20.0, 2.0, 7_500.0),
    "country": (27.5, -13.5, 1_100.0),
    "local": (25.5, -10.7, 110.0),
}
"""Longitude and latitude of the middle, metres at the equator per pixel; plate carrée."""
SETS: dict[str, tuple[str, ...]] = {
    "S": ("S_countries", "S_boundaries"),
    "M": ("M_countries", "M_provinces", "M_lakes", "M_rivers"),
    "L": ("L_countries", "L_provinces"),
    "P10k": ("P10k",),
    "P100k": ("P100k",),
    "P1M": ("P1M",),
}
BARS = {
    ("S", "*"): 1.2, ("M", "*"): 0.9, ("L", "world"): 0.2,
    ("P100k", "world"): 0.2, ("P100k", "continent"): 0.2, ("P100k", "country"): 0.2,
    ("P1M", "world"): 0.2, ("P1M", "continent"): 0.2, ("P1M", "country"): 0.2,
}  # fmt: skip
LIMIT_S = 60.0
START_BAR, MEMORY_BAR, FIRST_BAR_S, PAN_BAR_MS, PREVIEW_BAR_MS = 0.6, 0.65, 1.0, (8.0, 16.0), 16.0


def have_qgis() -> bool:
    """Whether QGIS and its Python are here; installs them where this may."""

    def found() -> bool:
        probe = subprocess.run([SYSTEM_PYTHON, "-c", "import qgis.core"], capture_output=True, check=False)
        return probe.returncode == 0 and shutil.which("qgis") is not None

    if found():
        return True
    if shutil.which("apt-get") and os.geteuid() == 0:
        command = ["apt-get", "install", "-y", "--no-install-recommends", "qgis", "python3-qgis", "xvfb"]
        subprocess.run(command, capture_output=True, check=False)
    return found()


@contextlib.contextmanager
def screen() -> Iterator[dict[str, str]]:
    """A display without a monitor for both, since QGIS's window does not start offscreen."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            yield {"QT_QPA_PLATFORM": "xcb", "DISPLAY": f":{pipe.readline().strip()}"}
    finally:
        server.terminate()
        server.wait()


def own_environment(folder: Path) -> dict[str, str]:
    """What Lodeway's processes run in."""
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(TOP / "desktop"),
            "LODEWAY_SETTINGS": str(folder / "settings"), "LODEWAY_CACHE": str(folder / "cache")}  # fmt: skip


def qgis_environment(folder: Path) -> dict[str, str]:
    """What QGIS runs in: a profile of its own, no screen."""
    clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    clean["PATH"] = "/usr/local/bin:/usr/bin:/bin"  # a virtual environment's Python knows no QGIS
    return {**clean, "QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)}


def ask(command: Sequence[str], environment: dict[str, str]) -> dict[str, float]:
    """The one JSON line that a program prints."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        raise SystemExit(f"{' '.join(command)[:200]}\n{done.stderr[-3000:]}")
    answer: dict[str, float] = json.loads(lines[-1])
    return answer


def whole(command: Sequence[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds from spawn to end and peak memory in MB of one program."""
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    limit = threading.Timer(LIMIT_S, process.kill)  # a dialog would wait for ever
    limit.start()
    _, status, usage = os.wait4(process.pid, 0)
    limit.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):  # QGIS ends with 1 after a snapshot
        raise SystemExit(f"{' '.join(command)[:200]} ended with {process.returncode}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def forget(folder: Path) -> None:
    """Drop the data files from the kernel's cache, for a colder start."""
    for path in [*folder.glob("*.gpkg"), *(TOP / "layers").glob("*.gpkg")]:
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def pictures(folder: Path, sets: Sequence[str], rounds: int) -> None:
    """Settled pictures, and frames of pan and zoom while the painter works."""
    print(f"{'set':6}{'view':11}{'QGIS ms':>9}{'Lodeway ms':>12}{'ratio':>8}  {'of the rounds':14}{'bar':>6}")
    for name in sets:
        files = [str(folder / f"{layer}.gpkg") for layer in SETS[name]]
        taken: dict[str, list[tuple[float, float]]] = {view: [] for view in VIEWS}
        frames: list[dict[str, float]] = []
        for _ in range(rounds):
            theirs = ask([SYSTEM_PYTHON, str(HERE / "theirs.py"), json.dumps(VIEWS), *files], qgis_environment(folder))
            ours = ask([sys.executable, str(HERE / "ours.py"), json.dumps(VIEWS), *files], own_environment(folder))
            frames.append({key: value for key, value in ours.items() if key not in VIEWS})
            for view in VIEWS:
                taken[view].append((theirs[view], ours[view]))
        for view, pairs in taken.items():
            ratios = sorted(ours / theirs for theirs, ours in pairs)
            middle = statistics.median(ratios)
            bar = BARS.get((name, view), BARS.get((name, "*")))
            verdict = "" if bar is None else f"{bar:6.2f} {'holds' if middle <= bar else 'missed'}"
            q, o = (statistics.median(values) for values in zip(*pairs, strict=True))
            print(f"{name:6}{view:11}{q:9.1f}{o:12.1f}{middle:8.2f}  {ratios[0]:.2f}-{ratios[-1]:.2f}     {verdict}")
        best = {key: statistics.median(frame[key] for frame in frames) for key in frames[0]}
        print(
            f"{name:6}pan p95 {best['pan_p95']:.1f} max {best['pan_max']:.1f} ms (bar {PAN_BAR_MS[0]:.0f}/"
            f"{PAN_BAR_MS[1]:.0f}), zoom preview p95 {best['zoom_p95']:.1f} ms (bar {PREVIEW_BAR_MS:.0f}), "
            f"first picture of the new files {best['first_s']:.2f} s",
            flush=True,
        )


def programs(folder: Path, rounds: int, display: dict[str, str]) -> None:
    """Start to the first map and peak memory of the whole programs with M; first picture of a new file."""
    project = folder / "M.qgs"
    files = [str(folder / f"{layer}.gpkg") for layer in SETS["M"]]
    ask([SYSTEM_PYTHON, str(HERE / "theirs.py"), "--project", str(project), *files], qgis_environment(folder))
    snapshot = ["--nologo", "--noversioncheck", "--noplugins", "--width", "1920", "--height", "1080"]
    theirs = ["qgis", *snapshot, "--snapshot", str(folder / "qgis.png"), "--project", str(project)]
    ours = [sys.executable, str(HERE / "ours.py"), "--program", *files]
    ask_first = [sys.executable, str(HERE / "ours.py"), "--first", str(folder / "M1.gpkg")]
    alone = [sys.executable, str(HERE / "ours.py"), "--program"]
    starts = [whole(alone, own_environment(folder) | display) for _ in range(rounds + 1)][1:]
    print(f"start to first map of the shipped layers: Lodeway {statistics.median(s for s, _ in starts):.2f} s")
    for state in ("warm", "cold"):
        pairs = []
        for number in range(rounds + 1):
            both = []
            for command, environment in (
                (theirs, qgis_environment(folder) | display),
                (ours, own_environment(folder) | display),
            ):
                if state == "cold":
                    forget(folder)
                both.append(whole(command, environment))
            if number:
                pairs.append(both)
        seconds = statistics.median(o[0] / q[0] for q, o in pairs)
        memory = statistics.median(o[1] / q[1] for q, o in pairs)
        q, o = ([statistics.median(one[k][n] for one in pairs) for n in (0, 1)] for k in (0, 1))
        print(
            f"start to first map with M, {state}: QGIS {q[0]:.2f} s, Lodeway {o[0]:.2f} s, ratio {seconds:.2f} (bar "
            f"{START_BAR}); peak memory {q[1]:.0f} and {o[1]:.0f} MB, ratio {memory:.2f} (bar {MEMORY_BAR})",
            flush=True,
        )
    first = [ask(ask_first, own_environment(folder))["first_s"] for _ in range(rounds)]
    print(f"first picture of a new GeoPackage of 1.2 M vertices: {statistics.median(first):.2f} s (bar {FIRST_BAR_S})")


def main() -> int:
    """Make the data, let both take their turns, print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--folder", type=Path, help="keep the data here for the next time")
    wanted = parser.parse_args()
    if not have_qgis():
        print("skipped: QGIS is not here; apt-get install qgis python3-qgis")
        return 0
    with tempfile.TemporaryDirectory() as made:
        folder = wanted.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        ask([sys.executable, str(HERE / "data.py"), str(folder)], own_environment(folder))
        if not wanted.whole:
            pictures(folder, wanted.sets.split(","), wanted.rounds)
        with screen() as display:
            programs(folder, wanted.rounds, display)
    return 0


if __name__ == "__main__":
    sys.exit(main())
