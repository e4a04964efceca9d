"""The window drawn to a PNG without a display, with the same parts as the real one."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from lodeway.errors import DataError, LodewayError
from lodeway.model.atlas import Atlas
from lodeway.session.commands import Command
from lodeway.session.document import Theme, View
from lodeway.session.engine import Engine

WAIT_S = 120.0


def save_window(
    path: Path,
    *,
    size_px: tuple[int, int] = (1920, 1080),
    theme: Theme = "light",
    steps: Callable[[Atlas], Sequence[Command]] = lambda _: (),
    look_at: str = "",
    place: View | None = None,
    files: Sequence[Path] = (),
    panels: bool = True,
    card: bool = False,
    engine: Engine | None = None,
) -> None:
    """Open the window offscreen, take ``steps``, wait for the answer and the drawing, and save what it shows.

    ``look_at`` is ``world``, an id, or empty for the first view (the Copperbelt); ``place`` is a view by centre and
    scale in its stead, ``files`` are vector files of the user to open first. The user's settings are neither
    read nor changed. Raises ``LodewayError`` where the layers are missing, nothing is solved in time, or ``path``
    cannot be written.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from lodeway.session.questions import ScriptedQuestions
    from lodeway.session.settings import Settings
    from lodeway.ui.start import make_application, make_window

    app = make_application()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder))
        settings.put(theme=theme, card_closed=not card)
        window = make_window(settings, ScriptedQuestions(), engine)
        session = window.bridge.session
        try:
            window.resize(*size_px)
            window.show()
            session.start()
            _wait(app.processEvents, lambda: session.document.is_current or session.document.work.phase == "failed")
            if session.document.atlas is None or session.document.work.phase == "failed":
                raise LodewayError(session.document.work.words)
            for step in steps(session.document.atlas):
                session.do(step)
            if files:
                window.layer_handlers.open(files)
                _wait(app.processEvents, lambda: not window.layer_handlers.own.busy)
            if not panels:
                window.actions_by_id["hide_panels"].trigger()
            _wait(app.processEvents, lambda: session.document.is_current or session.document.work.phase == "failed")
            app.processEvents()
            if place is not None:
                window.map.widget.set_view(place)
            elif look_at == "world":
                window.map.zoom_to_world()
            elif look_at:
                window.map.zoom_to(look_at)
            _wait(app.processEvents, window.map.is_settled)
            path.parent.mkdir(parents=True, exist_ok=True)
            if not window.grab().save(str(path), "PNG"):
                raise DataError(f"{path} cannot be written; choose another folder.")
        except OSError as error:
            raise DataError(f"{path} cannot be written ({error.strerror}); choose another folder.") from error
        finally:
            window.give_up()
            window.hide()
            window.deleteLater()
            app.processEvents()


def _wait(process: Callable[[], None], reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not reached():
        if time.monotonic() > deadline:
            raise LodewayError("The window did not come to rest in time; try again on a machine that is less busy.")
        process()
        time.sleep(0.005)
    process()
