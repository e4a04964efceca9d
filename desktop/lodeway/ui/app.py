"""Start of the windowed program."""

from __future__ import annotations

import argparse
import os
import sys
from multiprocessing import freeze_support
from pathlib import Path

from lodeway import __version__

EXIT_BAD_INPUT = 2
LONGEST_WAIT_MS = 3_000
"""After this the model is built even where no picture of the map could be seen, as in a minimised window."""


def parse(argv: list[str]) -> argparse.Namespace:
    """The command line; argparse leaves with status 2 and one sentence where it is wrong."""
    parser = argparse.ArgumentParser("lodeway", description="An offline map of critical-mineral supply routes.")
    parser.add_argument(
        "files", nargs="*", type=Path, help="a scenario file to open, and vector files to put on the map"
    )
    parser.add_argument("--version", action="version", version=f"Lodeway {__version__}")
    parser.add_argument(
        "--layers", type=Path, metavar="DIR", help="folder of the GeoPackages, in place of the shipped one"
    )
    return parser.parse_args(argv)


def has_display() -> bool:
    """Whether a window can be shown, or Qt was told to do without a screen."""
    if os.environ.get("QT_QPA_PLATFORM"):
        return True
    on_x11_or_wayland = sys.platform.startswith(("linux", "freebsd"))
    return not on_x11_or_wayland or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main(argv: list[str] | None = None) -> int:
    """Open the window and run until it is closed; returns the exit status."""
    freeze_support()  # the frozen program is also its own worker process in a study
    given = parse(sys.argv[1:] if argv is None else argv)
    if given.layers is not None:
        os.environ["LODEWAY_LAYERS"] = str(given.layers)
    if not has_display():
        from lodeway.ui import headless

        scenarios = [path for path in given.files if path.suffix == ".json" and path.name.endswith(".lodeway.json")]
        return headless.main((scenarios or given.files[:1] or [None])[0])
    return _run(given.files)


def _run(files: list[Path]) -> int:
    from PySide6.QtCore import QByteArray, QTimer

    from lodeway.errors import LodewayError
    from lodeway.session.settings import Settings
    from lodeway.ui import faults
    from lodeway.ui.questions import WindowQuestions
    from lodeway.ui.start import make_application, make_window

    app = make_application(sys.argv[:1])
    questions = WindowQuestions()
    faults.keep_log()
    faults.FaultCatcher(questions).install()
    settings = Settings()
    try:
        window = make_window(settings, questions)
    except LodewayError as error:
        questions.tell("Lodeway cannot start", str(error))
        return EXIT_BAD_INPUT
    questions.parent = window
    window.restoreGeometry(QByteArray.fromBase64(settings.text("geometry").encode()))

    def check_start() -> None:
        document = window.bridge.document
        if document.work.phase == "failed" and document.atlas is None:
            questions.tell("Lodeway cannot start", document.work.words)
            window.give_up()
            app.exit(EXIT_BAD_INPUT)

    def after_first_paint() -> None:
        window.bridge.session.start(picture_first=True)
        QTimer.singleShot(LONGEST_WAIT_MS, window.bridge.session.go_on)
        window.restore_autosave()
        window.open_paths(files)

    window.bridge.work_changed.connect(check_start)
    window.show()
    QTimer.singleShot(0, after_first_paint)
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
