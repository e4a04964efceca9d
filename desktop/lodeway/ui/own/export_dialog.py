"""Where a layer is written to: the file, its coordinate reference system, and which features."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lodeway.errors import LodewayError
from lodeway.exports.layer_file import EXPORT_SUFFIXES, WGS84
from lodeway.geo.projection import from_text
from lodeway.ui.widgets import named

_USUAL = (WGS84, "EPSG:3857", "EPSG:32734", "EPSG:32735", "EPSG:32736", "ESRI:102022")


class ExportDialog(QDialog):
    """``path``, ``crs`` and ``only_chosen`` hold what was decided once it is accepted."""

    def __init__(self, title: str, folder: Path, chosen: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Export {title}")
        self.resize(520, 170)
        self.file = named(QLineEdit(str(folder / f"{_safe(title)}.gpkg")), "File to write")
        browse = named(QPushButton("&Browse…"), "Choose the file")
        browse.clicked.connect(self._browse)
        self.format = QLabel(f"The ending chooses the format: {', '.join(EXPORT_SUFFIXES)}")
        self.format.setProperty("role", "quiet")
        self.system = named(QComboBox(), "Coordinate reference system of the file")
        self.system.setEditable(True)
        self.system.addItems(_USUAL)
        self.only = QCheckBox(f"Only the {chosen:,} chosen features")
        self.only.setEnabled(chosen > 0)
        self.trouble = QLabel()
        self.trouble.setProperty("role", "loss")
        self.trouble.setWordWrap(True)
        line = QHBoxLayout()
        line.addWidget(self.file, 1)
        line.addWidget(browse)
        form = QFormLayout()
        form.addRow("&File", line)
        form.addRow("", self.format)
        form.addRow("&Reference system", self.system)
        form.addRow("", self.only)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._take)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.trouble)
        layout.addWidget(buttons)
        self.path, self.crs, self.only_chosen = Path(self.file.text()), WGS84, False

    def _browse(self) -> None:
        kinds = ";;".join(f"{driver} (*{suffix})" for suffix, driver in EXPORT_SUFFIXES.items())
        name, _ = QFileDialog.getSaveFileName(self, self.windowTitle(), self.file.text(), kinds)
        if name:
            self.file.setText(name)

    def _take(self) -> None:
        path, crs = Path(self.file.text().strip()), self.system.currentText().strip()
        if path.suffix.lower() not in EXPORT_SUFFIXES:
            self.trouble.setText(f"End the name in one of {', '.join(EXPORT_SUFFIXES)}.")
            return
        if not path.parent.is_dir():
            self.trouble.setText(f"The folder {path.parent} does not exist; choose another.")
            return
        try:
            from_text(crs)
        except LodewayError as error:
            self.trouble.setText(f"{error}.")
            return
        self.path, self.crs, self.only_chosen = path, crs, self.only.isChecked()
        self.accept()


def _safe(title: str) -> str:
    """A title as a file name."""
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in title.lower()).strip("-") or "layer"
