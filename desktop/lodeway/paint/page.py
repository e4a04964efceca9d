"""Pages to paper and pictures: PDF with vector drawing and embedded fonts, PNG at any resolution."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QGuiApplication, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter

from lodeway.errors import DataError
from lodeway.exhibit.page import Page
from lodeway.paint.painter import new_image, paint

PDF_DPI = 1200
MM_PER_INCH = 25.4


def ensure_application() -> QGuiApplication:
    """The running Qt application, or a screenless one: fonts need it."""
    running = QGuiApplication.instance()
    if isinstance(running, QGuiApplication):
        return running
    if sys.platform.startswith("linux"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    made = QGuiApplication([])
    _KEEP.append(made)
    return made


_KEEP: list[QGuiApplication] = []


def page_image(page: Page, dpi: float = 150.0) -> QImage:
    """The page as a picture."""
    ensure_application()
    unit = dpi / MM_PER_INCH
    image = new_image(round(page.layout.width_mm * unit), round(page.layout.height_mm * unit), "#FFFFFF")
    image.setDotsPerMeterX(round(dpi / 0.0254))
    image.setDotsPerMeterY(round(dpi / 0.0254))
    image.setText("Title", page.title)
    image.setText("Description", page.description)
    painter = QPainter(image)
    try:
        painter.scale(unit, unit)
        paint(page.records, painter)
    finally:
        painter.end()
    return image


def write_png(page: Page, path: Path, dpi: float = 150.0) -> None:
    """Write the page as PNG; raises :class:`DataError` if the file cannot be written."""
    if not page_image(page, dpi).save(str(path), quality=70):
        raise DataError(f"{path} was not written; check the folder, free space and rights")


def write_pdf(page: Page, path: Path) -> None:
    """Write the page as PDF; raises :class:`DataError` if the file cannot be written."""
    ensure_application()
    writer = QPdfWriter(str(path))
    writer.setPdfVersion(QPdfWriter.PdfVersion.PdfVersion_1_6)
    writer.setTitle(page.title)
    writer.setCreator("Lodeway")
    writer.setResolution(PDF_DPI)
    size = QPageSize(
        QSizeF(page.layout.width_mm, page.layout.height_mm),
        QPageSize.Unit.Millimeter,
        page.layout.paper,
        QPageSize.SizeMatchPolicy.ExactMatch,
    )
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))
    painter = QPainter()
    if not painter.begin(writer):
        raise DataError(f"{path} was not written; check the folder, free space and rights")
    try:
        painter.scale(PDF_DPI / MM_PER_INCH, PDF_DPI / MM_PER_INCH)
        paint(page.records, painter, vector=True)
    finally:
        painter.end()
