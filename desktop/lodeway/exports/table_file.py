"""Rows of an attribute table as a file: CSV for programs, a workbook for people."""

from __future__ import annotations

import csv
from pathlib import Path

from lodeway.errors import DataError
from lodeway.model.table import Rows, Table, is_number, plain_cells

SUFFIXES = (".csv", ".xlsx")
_SHEET_ROWS = 1_048_575
"""What one sheet of a workbook holds below its heading."""


def write_table(path: Path, table: Table, rows: Rows) -> None:
    """Write these rows in their order; the old file stays whole until the new one is complete.

    CSV is UTF-8 with commas and dot decimals under the column names; a workbook has the headings in words. The
    unknown is an empty cell in both.

    Raises:
        DataError: another suffix, too many rows for a workbook, or the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise DataError(f"{path.name}: tables are written as {' or '.join(SUFFIXES)}; choose one of these endings")
    if suffix == ".xlsx" and len(rows) > _SHEET_ROWS:
        raise DataError(f"a workbook holds {_SHEET_ROWS:,} rows and these are {len(rows):,}; export them as .csv")
    partial = path.with_name(f".{path.name}.part")
    try:
        (_write_csv if suffix == ".csv" else _write_workbook)(partial, table, rows)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise DataError(f"{path} cannot be written ({error.strerror or error}); choose another folder") from error


def _write_csv(path: Path, table: Table, rows: Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(table.names)
        writer.writerows(zip(*(plain_cells(table.columns[name][rows]) for name in table.names), strict=True))


def _write_workbook(path: Path, table: Table, rows: Rows) -> None:
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import XlsxWriterException

    from lodeway.exports.xlsx import FIXED_DATE

    with path.open("wb") as stream:
        book = Workbook(stream, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                 "strings_to_numbers": False})  # fmt: skip
        book.set_properties({"title": table.title, "created": FIXED_DATE})
        page = book.add_worksheet("Attributes")
        head = book.add_format({"bold": True, "bottom": 1})
        for section, name in enumerate(table.names):
            page.set_column(section, section, 14 if is_number(table.columns[name]) else 24)
        page.write_row(0, 0, [table.heading(name) for name in table.names], head)
        columns = [plain_cells(table.columns[name][rows]) for name in table.names]
        for line, cells in enumerate(zip(*columns, strict=True), start=1):
            for section, cell in enumerate(cells):
                if isinstance(cell, bool):
                    page.write_boolean(line, section, cell)
                elif isinstance(cell, int | float):
                    page.write_number(line, section, cell)
                elif cell is not None:
                    page.write_string(line, section, str(cell))
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, max(1, len(rows)), max(0, len(table.names) - 1))
        try:
            book.close()
        except XlsxWriterException as error:
            raise OSError(str(error)) from error
