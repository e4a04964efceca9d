"""The parts of a running window, put together in one place for program, screenshots and tests."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from lodeway import __version__
from lodeway.carto.layers import BY_ID, default_hidden
from lodeway.session.document import Document, Theme
from lodeway.session.engine import Engine, ShippedEngine
from lodeway.session.questions import Questions
from lodeway.session.settings import Autosave, Settings
from lodeway.ui.bridge import Bridge
from lodeway.ui.main_window import MainWindow


def make_application(argv: Sequence[str] = ("lodeway",)) -> QApplication:
    """The one application object, dressed; an existing one is used again."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(list(argv))
    app.setApplicationName("Lodeway")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("lodeway")
    if QLocale.system().language() == QLocale.Language.C:
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    return app


def first_document(settings: Settings) -> Document:
    """Where a session begins: the theme and layers of last time."""
    theme: Theme = "dark" if settings.text("theme") == "dark" else "light"
    hidden = settings.texts("hidden_layers")
    known = default_hidden() if hidden is None else frozenset(hidden) & BY_ID.keys()
    return Document(theme=theme, hidden_layers=known)


def make_window(settings: Settings, questions: Questions, engine: Engine | None = None) -> MainWindow:
    """The window with its session, which is not started yet; raises ``LodewayError`` where the layers are missing."""
    bridge = Bridge(engine or ShippedEngine(), Autosave(settings.folder), first_document(settings))
    try:
        return MainWindow(bridge, settings, questions)
    except BaseException:
        with contextlib.suppress(Exception):
            bridge.session.close()
        raise
