"""What a study found as a file: JSON with everything, CSV or a workbook with its table."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from lodeway.errors import DataError
from lodeway.exports.table_file import write_table
from lodeway.model.table import Table
from lodeway.studies.study import Report

SUFFIXES = (".json", ".csv", ".xlsx")


def check_suffix(path: Path) -> None:
    """Raises ``DataError`` before any work is done."""
    if path.suffix.lower() not in SUFFIXES:
        raise DataError(f"{path.name}: studies are written as {', '.join(SUFFIXES)}; choose one of these endings")
    if not path.absolute().parent.is_dir():
        raise DataError(f"there is no folder {path.parent}; make it or choose another one")


def study_text(report: Report) -> str:
    """One JSON document; the same study gives the same text."""
    return json.dumps(report.document(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def study_table(report: Report) -> Table:
    """Its table, column by column."""
    title, columns, rows = report.table()
    made = {}
    for place, (name, _) in enumerate(columns):
        made[name] = np.empty(len(rows), dtype=object)
        made[name][:] = [row[place] for row in rows]
    return Table("study", title, made, dict(columns))


def write_study(path: Path, report: Report) -> None:
    """Write it; raises ``DataError``."""
    check_suffix(path)
    if path.suffix.lower() != ".json":
        table = study_table(report)
        write_table(path, table, np.arange(len(table)))
        return
    partial = path.with_name(f".{path.name}.part")
    try:
        partial.write_text(study_text(report), encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise DataError(f"{path} cannot be written ({error.strerror or error}); choose another folder") from error
