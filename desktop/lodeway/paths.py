"""Where files live: the one module that knows, for checkout, wheel and frozen bundle alike."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _data_folder(name: str) -> Path:
    """Beside the package (wheel, frozen bundle), else two folders up (checkout)."""
    bundle = getattr(sys, "_MEIPASS", None)
    if bundle is not None:
        return Path(bundle) / "lodeway" / name
    beside = _PACKAGE / name
    return beside if beside.is_dir() else _PACKAGE.parent.parent / name


def layers_dir() -> Path:
    """Folder of the shipped GeoPackages; ``LODEWAY_LAYERS`` names another one."""
    override = os.environ.get("LODEWAY_LAYERS")
    return Path(override) if override else _data_folder("layers")


def resources_dir() -> Path:
    """Folder of fonts, icons and translations."""
    return _data_folder("resources")


def cache_dir() -> Path:
    """Folder for files that can be made again (drawing caches); ``LODEWAY_CACHE`` names another one."""
    override = os.environ.get("LODEWAY_CACHE")
    if override:
        return Path(override)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "Lodeway" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "Lodeway"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "lodeway"


def settings_dir() -> Path:
    """Folder of the user's settings and the autosaved scenario; ``LODEWAY_SETTINGS`` names another one."""
    override = os.environ.get("LODEWAY_SETTINGS")
    if override:
        return Path(override)
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", Path.home() / "AppData" / "Roaming")) / "Lodeway"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Lodeway"
    return Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config")) / "lodeway"
