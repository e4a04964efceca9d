"""What nobody expected: one sentence for the user, the details into a log file. Never a traceback on the screen."""

from __future__ import annotations

import logging
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from lodeway.errors import LodewayError
from lodeway.paths import settings_dir
from lodeway.session.jobs import UNEXPECTED
from lodeway.session.questions import Questions

LOG_FILE = "lodeway.log"
_log = logging.getLogger("lodeway")


def log_file() -> Path:
    """Where the details go."""
    return settings_dir() / LOG_FILE


def keep_log() -> None:
    """Write warnings and errors to the log file (at most 2 x 1 MB); a read-only disk means no log, not a refusal."""
    try:
        log_file().parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(log_file(), maxBytes=1_000_000, backupCount=1, encoding="utf-8", delay=True)
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.setLevel(logging.WARNING)
    _log.addHandler(handler)
    _log.propagate = False


class FaultCatcher:
    """Stands at ``sys.excepthook``: logs, and tells one sentence through the seam, one at a time."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions
        self._telling = False

    def install(self) -> None:
        """Catch what escapes from slots, events and threads."""
        sys.excepthook = self.caught
        threading.excepthook = lambda args: _log.error("fault in a thread", exc_info=args.exc_value)

    def caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Log it and say so; a fault while saying so is only logged."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        if not isinstance(error, LodewayError):
            _log.error("unexpected fault", exc_info=(kind, error, trace))
        if self._telling:
            return
        self._telling = True
        try:
            self._questions.tell("Lodeway", str(error) if isinstance(error, LodewayError) else UNEXPECTED)
        finally:
            self._telling = False
