"""The answer as a workbook: a sheet per table, units in the header, filters on, numbers as numbers.

XlsxWriter rather than openpyxl: it only writes, needs nothing else, and stamps its archive with a fixed date, so that
the same answer gives the same bytes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lodeway import __version__
from lodeway.exports.answer import Answer, Sheet, rounded, sheets

FIXED_DATE = datetime(2026, 11, 1, tzinfo=UTC).replace(tzinfo=None)
_FORMATS = {"share": "0.0%", "days": "0.0", "USD/t": "#,##0.00"}
_WIDEST = 60


def write(answer: Answer, path: Path) -> None:
    """One workbook; the first sheet says what was solved and how to read it."""
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import XlsxWriterException

    with path.open("xb") as stream:
        book = Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                 "strings_to_numbers": False})  # fmt: skip
        book.set_properties({"title": answer.comparison.result.scenario.name, "author": f"Lodeway {__version__}",
                             "created": FIXED_DATE})  # fmt: skip
        styles = {unit: book.add_format({"num_format": text}) for unit, text in _FORMATS.items()}
        styles["other"] = book.add_format({"num_format": "#,##0"})
        styles["head"] = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        _about(book, styles, answer)
        for sheet in sheets(answer):
            _fill(book, styles, sheet)
        try:
            book.close()
        except XlsxWriterException as error:
            raise OSError(str(error)) from error


def _about(book: Any, styles: dict[str, Any], answer: Answer) -> None:
    from lodeway.levers import LEVERS

    result, base = answer.comparison.result, answer.comparison.baseline
    page = book.add_worksheet("About")
    rows: list[tuple[str, str | float]] = [
        ("Scenario", result.scenario.name), ("Status", result.status), ("Year", result.year),
        ("Adaptation", result.scenario.adaptation), ("Compared with", base.scenario.name),
        ("Objective, USD/yr", round(result.objective_usd_per_year, 2)),
        ("Data version", result.data_version), ("Program version", result.program_version),
        ("Tonnes", "Routes, links, ports and gates in gross tonnes a year; all else in contained tonnes a year."),
        ("Empty cells", "Unknown. A zero is a zero."),
    ]  # fmt: skip
    rows += [("Lever", LEVERS[use.kind].describe(use, use.target)) for use in result.scenario.levers]
    for line, (word, value) in enumerate(rows):
        page.write(line, 0, word, styles["head"])
        page.write(line, 1, value)
    page.set_column(0, 0, 20)
    page.set_column(1, 1, 90)


def _fill(book: Any, styles: dict[str, Any], sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.words)
    widths = []
    for column, field in enumerate(sheet.fields):
        unit = f", {field.unit}" if field.unit and field.unit != "share" else ""
        page.write_string(0, column, field.words + unit, styles["head"])
        widths.append(14 if field.unit else 10)
    for line, row in enumerate(sheet.rows, start=1):
        for column, (field, cell) in enumerate(zip(sheet.fields, row, strict=True)):
            value = rounded(cell)
            if value is None:
                continue
            if isinstance(value, bool):
                page.write_boolean(line, column, value)
            elif isinstance(value, str):
                page.write_string(line, column, value)
                widths[column] = min(_WIDEST, max(widths[column], len(value) + 1))
            else:
                page.write_number(line, column, value, styles.get(field.unit, styles["other"]))
    for column, wide in enumerate(widths):
        page.set_column(column, column, wide)
    page.freeze_panes(1, sheet.keys)
    page.autofilter(0, 0, max(1, len(sheet.rows)), len(sheet.fields) - 1)
