"""Answers as files: one writer per format, and this table. A new format is one file and one line here."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lodeway.errors import DataError, LodewayError
from lodeway.exports import csv, geojson, gpkg, json, pdf, png, xlsx
from lodeway.exports.answer import Answer

Writer = Callable[[Answer, Path], None]


@dataclass(frozen=True, slots=True)
class Export:
    """A format: its file name ending, its words for a file dialog, and its writer."""

    suffix: str
    words: str
    write: Writer


EXPORTS: dict[str, Export] = {
    export.suffix: export
    for export in (
        Export(".json", "JSON document", json.write),
        Export(".csv", "Tidy table (CSV)", csv.write),
        Export(".xlsx", "Workbook (Excel)", xlsx.write),
        Export(".gpkg", "GeoPackage", gpkg.write),
        Export(".geojson", "GeoJSON", geojson.write),
        Export(".pdf", "Exhibit (PDF)", pdf.write),
        Export(".png", "Exhibit (PNG)", png.write),
    )
}
"""File name ending to format, in the order of the file dialog."""


def export_for(path: Path) -> Export:
    """The format that the ending of ``path`` names; raises :class:`DataError` for any other."""
    export = EXPORTS.get(path.suffix.lower())
    if export is None:
        known = ", ".join(EXPORTS)
        given = f"'{path.suffix}'" if path.suffix else "no ending"
        raise DataError(f"{path.name} has {given}, which is no format to write; end the name in one of {known}")
    return export


def check_target(path: Path) -> None:
    """Refuse, before any work, a file that could not be written; raises :class:`DataError`."""
    export_for(path)
    folder = path.parent
    if path.is_dir():
        raise DataError(f"{path} is a folder; give the name of a file in it")
    if not folder.is_dir():
        raise DataError(f"The folder {folder} does not exist; make it first or choose another")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DataError(f"The folder {folder} cannot be written; choose another or change its rights")


def export(answer: Answer, path: Path) -> None:
    """Write the answer; the file appears whole or not at all, and an old one stays until then.

    Raises :class:`DataError` with one sentence for an unknown ending, a folder that cannot be written or a full disk.
    """
    writer = export_for(path).write
    check_target(path)
    aside = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix.lower()}")
    try:
        writer(answer, aside)
        _to_disk(aside)
        aside.replace(path)
    except (OSError, LodewayError) as error:
        why = (error.strerror if isinstance(error, OSError) else "") or str(error).rstrip(".")
        raise DataError(f"{path} was not written ({why}); check the folder, free space and rights") from error
    finally:
        for left in (aside, *(aside.with_name(aside.name + end) for end in ("-journal", "-wal", "-shm"))):
            with suppress(OSError):
                left.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


__all__ = ["EXPORTS", "Answer", "Export", "check_target", "export", "export_for"]
