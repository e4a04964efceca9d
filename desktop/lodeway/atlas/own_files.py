"""A user's vector file, read by a process of its own that has no more rights, memory and time than it needs.

The file is data, whatever it says. It is copied or unpacked into a private folder first, so that nothing is written
beside it; only the driver that its name stands for may read it; the child process may take one gigabyte and a limited
time, and hands plain arrays back. Nothing of the file is ever executed, followed or fetched.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from lodeway.errors import DataError
from lodeway.model.table import Column
from lodeway.paths import cache_dir

DRIVERS = {
    ".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".geojson": "GeoJSON", ".json": "GeoJSON", ".fgb": "FlatGeobuf",
    ".csv": "CSV", ".tsv": "CSV", ".txt": "CSV", ".gpx": "GPX", ".kml": "KML", ".dxf": "DXF", ".gdb": "OpenFileGDB",
}  # fmt: skip
"""File name ending to the only reader that may open it."""
READ_ARGUMENT = "--read-vector-file"
"""First argument that makes the program the reading child of another one."""
_SHAPEFILE = (".shp", ".shx", ".dbf", ".prj", ".cpg", ".qix")
_MOST_UNPACKED = 4_000_000_000
_MOST_PACKED_RATIO = 200
_MOST_MEMBERS = 10_000
_TIME_LIMIT_S = 900.0

Progress = Callable[[str, float | None], None]


@dataclass(frozen=True)
class OwnLayer:
    """One layer of a file: n features with geometries in ``crs`` (``None`` for empty ones) and columns of attributes.

    ``remarks`` says in sentences what was not understood; nothing is left out without one.
    """

    name: str
    crs: str
    geometry: NDArray[np.object_]
    columns: dict[str, Column]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listed:
    """A layer that a file holds; ``count`` is ``None`` where only reading would tell."""

    name: str
    geometry_type: str
    count: int | None


@dataclass
class Cancel:
    """Stops a reading from another thread."""

    _set: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Give up."""
        self._set.set()

    @property
    def cancelled(self) -> bool:
        """Whether to give up."""
        return self._set.is_set()


def list_own(path: Path) -> list[Listed]:
    """Layers of a file; raises :class:`DataError` with one sentence."""
    with _private_copy(path) as inner:
        answer = _child(["list", str(inner), _driver(inner)], None, None)
        return [Listed(row["name"], row["geometry"], row["count"]) for row in answer["layers"]]


def read_own(
    path: Path, layer: str | None = None, *, progress: Progress | None = None, cancel: Cancel | None = None
) -> OwnLayer:
    """Read one layer, the first where none is named.

    Raises:
        DataError: with one sentence: no such file, no known format, damaged, too large, or cancelled.
    """
    with _private_copy(path) as inner, tempfile.TemporaryDirectory(dir=_folder()) as out:
        answer = _child(["read", str(inner), _driver(inner), layer or "", out], progress, cancel)
        return _load(Path(out), answer, path)


def _folder() -> Path:
    folder = cache_dir() / "own"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _driver(path: Path) -> str:
    driver = DRIVERS.get(path.suffix.lower())
    if driver is None:
        known = ", ".join(sorted(DRIVERS))
        raise DataError(f"{path.name}: files of this kind cannot be read; use one of {known}, or one of them in a .zip")
    return driver


@contextmanager
def _private_copy(path: Path) -> Iterator[Path]:
    """The file where nothing that happens to it is seen: linked, copied or unpacked into a folder of its own."""
    if not path.exists():
        raise DataError(f"{path} does not exist; check the name")
    if path.suffix.lower() != ".zip":
        _driver(path)
    if path.is_dir() and path.suffix.lower() != ".gdb":
        raise DataError(f"{path} is a folder; open a file in it")
    with tempfile.TemporaryDirectory(dir=_folder()) as name:
        folder = Path(name)
        try:
            if path.suffix.lower() == ".zip":
                yield _unpacked(path, folder)
            elif path.is_dir():
                yield _copied_folder(path, folder)
            else:
                for part in _parts(path):
                    _same_bytes(part, folder / part.name)
                yield folder / path.name
        except OSError as error:
            raise DataError(
                f"{path} cannot be read ({error.strerror or error}); check the file and its rights"
            ) from error


def _parts(path: Path) -> list[Path]:
    """The file, and what belongs to a shapefile."""
    if path.suffix.lower() != ".shp":
        return [path]
    return [p for p in path.parent.iterdir() if p.stem == path.stem and p.suffix.lower() in _SHAPEFILE and p.is_file()]


def _same_bytes(source: Path, target: Path) -> None:
    """A copy; the blocks are shared where the file system can."""
    shutil.copyfile(source, target)
    target.chmod(0o400)


def _copied_folder(path: Path, folder: Path) -> Path:
    target = folder / path.name
    target.mkdir()
    total = 0
    for part in path.iterdir():
        if part.is_symlink() or not part.is_file():
            continue
        total += part.stat().st_size
        if total > _MOST_UNPACKED:
            raise DataError(f"{path.name} holds more than {_MOST_UNPACKED // 10**9} GB; open a part of it")
        _same_bytes(part, target / part.name)
    return target


def _unpacked(path: Path, folder: Path) -> Path:
    """The one vector file of an archive; links, odd names and bombs are refused."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            if len(members) > _MOST_MEMBERS:
                raise DataError(f"{path.name} holds {len(members):,} files; unpack it and open the one you need")
            size = sum(info.file_size for info in members)
            if size > _MOST_UNPACKED or any(
                info.file_size > 10_000_000 and info.file_size > _MOST_PACKED_RATIO * max(info.compress_size, 1)
                for info in members
            ):
                raise DataError(
                    f"{path.name} would unpack to {size / 1e9:,.1f} GB and is not opened; unpack it yourself"
                )
            for info in members:
                _unpack(archive, info, folder)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise DataError(f"{path.name} is no readable zip file ({error}); pack it anew") from error
    found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in DRIVERS and p.suffix.lower() != ".txt")
    found = [p for p in found if not any(parent.suffix.lower() == ".gdb" for parent in p.parents)]
    if not found:
        raise DataError(f"{path.name} holds no file that can be read; it needs one of {', '.join(sorted(DRIVERS))}")
    if len(found) > 1:
        names = ", ".join(p.name for p in found[:5])
        raise DataError(f"{path.name} holds several files ({names}); unpack it and open the one you need")
    return found[0]


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path) -> None:
    name = PurePosixPath(info.filename.replace("\\", "/"))
    is_link = (info.external_attr >> 16) & 0o170000 == 0o120000
    if is_link or name.is_absolute() or ".." in name.parts or ":" in info.filename:
        raise DataError(f"the archive holds a link or a path out of itself ({info.filename[:60]}) and is not opened")
    target = folder.joinpath(*name.parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    left = info.file_size
    with archive.open(info) as source, target.open("wb") as sink:
        while block := source.read(1 << 20):
            left -= len(block)
            if left < 0:
                raise DataError(f"{info.filename[:60]} in the archive is larger than it says and is not opened")
            sink.write(block)


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        console = Path(sys.executable).with_name(f"lodeway-cli{Path(sys.executable).suffix}")
        return [str(console), READ_ARGUMENT]
    return [sys.executable, "-m", "lodeway.atlas.own_child"]


def _child(arguments: list[str], progress: Progress | None, cancel: Cancel | None) -> dict[str, Any]:
    """Run the reading child; its last line is the answer, lines before it tell how far it is."""
    environment = {**os.environ, "GDAL_PAM_ENABLED": "NO", "GDAL_SKIP": "", "CPL_DEBUG": "OFF"}
    environment.setdefault("PYTHONPATH", os.pathsep.join(p for p in sys.path if p))
    process = subprocess.Popen(
        [*_command(), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=environment, text=True, encoding="utf-8",
    )  # fmt: skip
    timer = threading.Timer(_TIME_LIMIT_S, process.kill)
    watcher = threading.Thread(target=_watch, args=(process, cancel), daemon=True) if cancel is not None else None
    timer.start()
    if watcher is not None:
        watcher.start()
    answer: dict[str, Any] = {}
    try:
        assert process.stdout is not None
        for line in process.stdout:
            try:
                said = json.loads(line)
            except ValueError:
                continue
            if "progress" in said and progress is not None:
                progress(str(said["words"]), said["progress"])
            elif "progress" not in said:
                answer = said
        process.wait()
    finally:
        timer.cancel()
        process.stdout.close()  # type: ignore[union-attr]
        if process.poll() is None:
            process.kill()
            process.wait()
        if watcher is not None:
            watcher.join(2.0)
    name = Path(arguments[1]).name
    if cancel is not None and cancel.cancelled:
        raise DataError(f"reading {name} was cancelled")
    if "error" in answer:
        raise DataError(f"{name}: {answer['error']}")
    if not answer:
        raise DataError(
            f"{name} cannot be read: it is damaged, or needs more than 1 GB of memory or "
            f"{_TIME_LIMIT_S / 60:.0f} minutes; try another format or a part of it"
        )
    return answer


def _watch(process: subprocess.Popen[str], cancel: Cancel) -> None:
    while process.poll() is None:
        if cancel._set.wait(0.05):
            process.kill()
            return


def _load(folder: Path, answer: dict[str, Any], path: Path) -> OwnLayer:
    try:
        blob = (folder / "geometry.bin").read_bytes()
        ends = np.load(folder / "geometry.npy", allow_pickle=False)
        view = memoryview(blob)
        wkb = np.empty(len(ends) - 1, dtype=object)
        bounds = ends.tolist()
        wkb[:] = [bytes(view[a:b]) if b > a else None for a, b in pairwise(bounds)]
        geometry = shapely.from_wkb(wkb, on_invalid="ignore")
        del wkb, blob, view
        columns: dict[str, Column] = {}
        for number, (name, kind) in enumerate(answer["columns"]):
            columns[str(name)] = _column(folder, number, kind)
    except (OSError, ValueError, KeyError, NotImplementedError, shapely.errors.GEOSException) as error:
        raise DataError(f"{path.name} cannot be read ({error}); try another format") from error
    return OwnLayer(str(answer["name"]), str(answer["crs"]), geometry, columns, tuple(answer["remarks"]))


def _column(folder: Path, number: int, kind: str) -> Column:
    if kind == "number":
        return np.asarray(np.load(folder / f"{number}.npy", allow_pickle=False))
    ends = np.load(folder / f"{number}.npy", allow_pickle=False)
    text = (folder / f"{number}.bin").read_bytes()
    made = np.empty(len(ends) - 1, dtype=object)
    absent = np.load(folder / f"{number}.absent.npy", allow_pickle=False).tolist()
    bounds = ends.tolist()
    made[:] = [
        None if gone else text[a:b].decode("utf-8", "replace")
        for a, b, gone in zip(bounds[:-1], bounds[1:], absent, strict=True)
    ]
    return made
