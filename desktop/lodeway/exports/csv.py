"""The answer as one tidy table: a row per figure, with its unit and the figure of the baseline beside it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from lodeway.exports.answer import Answer, Cell, Sheet, rounded, sheets

COLUMNS = ("table", "id", "name", "commodity", "stage_or_form", "by", "through", "measure", "unit", "value", "baseline")
_INTO = {
    "id": "id", "market": "id", "subject": "id", "area": "id", "name": "name", "commodity": "commodity",
    "stage": "stage_or_form", "form": "stage_or_form", "by": "by",
}  # fmt: skip


def write(answer: Answer, path: Path) -> None:
    """UTF-8, comma, dot decimals, line feeds; an empty cell is unknown."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for sheet in sheets(answer):
            for row in _melted(sheet):
                writer.writerow([row.get(column) for column in COLUMNS])


def _melted(sheet: Sheet) -> Iterator[dict[str, Cell]]:
    names = [field.name for field in sheet.fields]
    for row in sheet.rows:
        cells = dict(zip(names, row, strict=True))
        labels: dict[str, Cell] = {"table": sheet.name}
        for name, target in _INTO.items():
            if name in cells and not (sheet.name == "exposure" and name == "id"):
                labels[target] = cells[name]
        if sheet.name == "exposure":
            labels["through"] = cells["id"]
        if sheet.name == "reasons":
            labels["name"] = cells["words"]
        for field in sheet.fields:
            if field.unit and not field.name.startswith("baseline_"):
                yield {
                    **labels, "measure": field.name, "unit": field.unit, "value": rounded(cells[field.name]),
                    "baseline": rounded(cells.get(f"baseline_{field.name}")),
                }  # fmt: skip
