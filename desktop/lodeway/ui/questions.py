"""The window's side of the questions seam: dialogs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QPushButton, QWidget


class WindowQuestions:
    """Asks in dialogs over ``parent`` (over nothing, before there is a window)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.parent = parent

    def confirm(self, title: str, text: str, *, yes: str = "Yes", no: str = "No") -> bool:
        """Two buttons; Escape is no."""
        return self.choose(title, text, [yes, no]) == 0

    def choose(self, title: str, text: str, options: Sequence[str]) -> int | None:
        """One button per option, the last one being the answer of Escape."""
        box = QMessageBox(QMessageBox.Icon.Question, title, text, parent=self.parent)
        buttons: list[QPushButton] = []
        for number, option in enumerate(options):
            last = number == len(options) - 1
            role = QMessageBox.ButtonRole.RejectRole if last else QMessageBox.ButtonRole.AcceptRole
            buttons.append(box.addButton(option, role))
        box.setDefaultButton(buttons[0])
        box.setEscapeButton(buttons[-1])
        box.exec()
        clicked = box.clickedButton()
        return next((number for number, button in enumerate(buttons) if button is clicked), None)

    def tell(self, title: str, text: str) -> None:
        """One sentence and OK."""
        QMessageBox(QMessageBox.Icon.Warning, title, text, parent=self.parent).exec()

    def choose_file(self, title: str, folder: Path, *, suffix: str, save: bool) -> Path | None:
        """The system's file dialog; a name without ending gets ``suffix``."""
        kinds = f"*{suffix} (*{suffix});;All files (*)"
        if save:
            name, _ = QFileDialog.getSaveFileName(self.parent, title, str(folder), kinds)
        else:
            name, _ = QFileDialog.getOpenFileName(self.parent, title, str(folder), kinds)
        if not name:
            return None
        path = Path(name)
        return path.with_name(path.name + suffix) if save and not path.suffix else path

    def ask_text(self, title: str, text: str, *, first: str = "") -> str | None:
        """A line to type into."""
        answer, agreed = QInputDialog.getText(self.parent, title, text, text=first)
        return answer.strip() if agreed and answer.strip() else None
