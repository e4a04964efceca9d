"""Where the numbers of one thing come from: every value with range, year, confidence, source and formula."""

from __future__ import annotations

from html import escape

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from lodeway.session.document import Document
from lodeway.ui import words
from lodeway.ui.widgets import named


class SourceDialog(QDialog):
    """A window beside the map that stays open; its text can be selected and copied. It opens no connection."""

    def __init__(self, document: Document, subject: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name = words.name_of(document.atlas, subject)
        self.setWindowTitle(f"Sources of {name}")
        self.resize(480, 420)
        self.text = named(QTextBrowser(), f"Sources of {name}")
        self.text.setOpenLinks(False)
        self.text.setHtml(source_page(document, subject))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)
        layout.addWidget(buttons)


def source_page(document: Document, subject: str) -> str:
    """The page as HTML; says so where nothing is known or the sources are still being read."""
    head = f"<h3>{escape(words.name_of(document.atlas, subject))}</h3><p><code>{escape(subject)}</code></p>"
    if document.provenance is None:
        return f"{head}<p>The sources are still being read. Open this window again in a moment.</p>"
    page = words.sources_html(document, subject)
    return head + (page or "<p>No value of it is in the tables; what is shown is computed by the flow model.</p>")
