"""The answer as a printed map: an A3 page as a picture of 200 dpi."""

from __future__ import annotations

from pathlib import Path

from lodeway.exports.answer import Answer

DPI = 200.0


def write(answer: Answer, path: Path) -> None:
    """Write the exhibit as PNG; raises :class:`lodeway.errors.DataError` if the file cannot be written."""
    from lodeway.exports.pdf import exhibit_of
    from lodeway.paint.page import write_png

    write_png(exhibit_of(answer), path, DPI)
