"""What every step of the recipe is given: folders, packages, source tables with rows that can be named in an error."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from layers.recipe.fetch import Package, provide
from lodeway.errors import RecipeError


@dataclass(frozen=True)
class SourceRow:
    """A row of ``layers/sources/<table>.csv``; blank cells read as ``None``."""

    table: str
    line: int
    cells: dict[str, str]

    def error(self, problem: str) -> RecipeError:
        """An error that names the table, the line and the row's id."""
        label = self.cells.get("id") or next(iter(self.cells.values()), "")
        return RecipeError(f"{self.table}.csv, line {self.line} ({label}): {problem}")

    def text(self, column: str) -> str | None:
        """The cell, or ``None`` where blank; an unknown column is an error."""
        if column not in self.cells:
            raise self.error(f"there is no column '{column}'")
        return self.cells[column].strip() or None

    def required(self, column: str) -> str:
        """The cell; blank is an error."""
        value = self.text(column)
        if value is None:
            raise self.error(f"'{column}' is blank")
        return value

    def number(self, column: str) -> float | None:
        """The cell as a number, ``None`` where blank; anything else is an error."""
        value = self.text(column)
        try:
            return None if value is None else float(value)
        except ValueError as error:
            raise self.error(f"'{column}' is '{value}', not a number") from error

    def required_number(self, column: str) -> float:
        """The cell as a number; blank is an error."""
        value = self.number(column)
        if value is None:
            raise self.error(f"'{column}' is blank")
        return value


@dataclass(frozen=True)
class Context:
    """Folders and packages of one run of the recipe."""

    sources: Path
    out: Path
    cache: Path
    packages: dict[str, Package]

    def package(self, name: str) -> Path:
        """Folder of an unpacked package, fetched and verified at need."""
        return provide([self.packages[name]], self.cache)[name]

    def rows(self, table: str) -> list[SourceRow]:
        """Rows of ``layers/sources/<table>.csv`` in file order; a ragged row is an error that names it."""
        return read_rows(self.sources / f"{table}.csv")


def read_rows(path: Path) -> list[SourceRow]:
    """Rows of one CSV file (UTF-8, header line, ``#`` comment lines before the header are not allowed)."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.reader(stream)
            header = next(reader, [])
            return list(_rows(path.stem, header, reader))
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path.name} cannot be read ({error}); restore it from version control") from error


def _rows(table: str, header: list[str], reader: Iterable[list[str]]) -> Iterable[SourceRow]:
    if len(set(header)) != len(header) or not header:
        raise RecipeError(f"{table}.csv: the header is empty or names a column twice")
    line = 1
    for values in reader:
        line = getattr(reader, "line_num", line + 1)
        if not values:
            continue
        if len(values) != len(header):
            raise RecipeError(
                f"{table}.csv, line {line} ({values[0]}): {len(values)} cells where the header has {len(header)}"
            )
        yield SourceRow(table, line, dict(zip(header, values, strict=True)))
