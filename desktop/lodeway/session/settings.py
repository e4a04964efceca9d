"""The user's settings and the crash-safe autosave: small JSON files, written aside and renamed."""

from __future__ import annotations

import contextlib
import json
import logging
import os
from pathlib import Path
from typing import Final

from lodeway.errors import DataError, LodewayError
from lodeway.model.scenario import Scenario
from lodeway.paths import settings_dir

_log = logging.getLogger(__name__)

SETTINGS_FILE: Final = "settings.json"
AUTOSAVE_FILE: Final = "autosave.json"

Setting = str | int | float | bool | list[str]


def write_whole(path: Path, text: str) -> None:
    """Write ``text`` so that a reader sees the old file or the new one, never half of it; raises ``DataError``."""
    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("w", encoding="utf-8", newline="\n") as sink:
            sink.write(text)
            sink.flush()
            os.fsync(sink.fileno())
        aside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise DataError(f"{path} cannot be written ({error.strerror}); choose another folder.") from error


def read_text(path: Path) -> str:
    """The text of a small file; raises ``DataError`` with one sentence where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}); choose another file.") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not a text file; choose a scenario that Lodeway saved.") from error


def write_scenario(path: Path, scenario: Scenario) -> None:
    """Write a scenario file whole; raises ``DataError``."""
    from lodeway.levers.scenario_file import scenario_to_json  # brings the solver, which the first paint does not need

    write_whole(path, scenario_to_json(scenario))


def read_scenario(path: Path) -> Scenario:
    """The scenario of a file; raises ``LodewayError`` with one sentence where there is none."""
    from lodeway.levers.scenario_file import scenario_from_json

    return scenario_from_json(read_text(path))


class Settings:
    """Named values that survive a restart. A broken file counts as none: settings are never worth a refusal."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or settings_dir()
        self._values: dict[str, Setting] = {}
        with contextlib.suppress(DataError, ValueError):
            loaded = json.loads(read_text(self.folder / SETTINGS_FILE))
            if isinstance(loaded, dict):
                self._values = loaded

    def text(self, name: str, default: str = "") -> str:
        """A text value."""
        value = self._values.get(name, default)
        return value if isinstance(value, str) else default

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes or no."""
        value = self._values.get(name, default)
        return value if isinstance(value, bool) else default

    def texts(self, name: str) -> list[str] | None:
        """A list of texts, or ``None`` where it was never set."""
        value = self._values.get(name)
        return [str(item) for item in value] if isinstance(value, list) else None

    def put(self, **values: Setting) -> None:
        """Set values and save; a full or read-only disk is logged, not shown."""
        if all(name in self._values and self._values[name] == value for name, value in values.items()):
            return
        self._values.update(values)
        try:
            write_whole(self.folder / SETTINGS_FILE, json.dumps(self._values, indent=1, sort_keys=True) + "\n")
        except DataError as error:
            _log.warning("settings are not saved: %s", error)


class Autosave:
    """Keeps the unsaved scenario through a crash. The file exists only while there is something to lose."""

    def __init__(self, folder: Path | None = None) -> None:
        self.path = (folder or settings_dir()) / AUTOSAVE_FILE

    def keep(self, scenario: Scenario) -> None:
        """Write it down; a failure is logged, not shown."""
        try:
            write_scenario(self.path, scenario)
        except DataError as error:
            _log.warning("no autosave: %s", error)

    def forget(self) -> None:
        """Nothing is left to lose."""
        with contextlib.suppress(OSError):
            self.path.unlink()

    def left_over(self) -> Scenario | None:
        """What a run that did not end well has left, or ``None``; an unreadable leftover is put away."""
        if not self.path.exists():
            return None
        try:
            return read_scenario(self.path)
        except LodewayError as error:
            _log.warning("autosave is not readable: %s", error)
            self.forget()
            return None
