"""Says which system libraries Qt cannot load here: ``python qt_libraries.py offscreen|screen [--packages]``.

Loads PySide6 and asks the dynamic loader about the platform plugins that are going to be used. Prints the names that
are missing, or with ``--packages`` the Debian packages that hold them, one a line; exit status 1 where anything is.
Standard library only: it runs before the program can.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

DEBIAN_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libzstd.so.1": "libzstd1",
}
MODULES = ("QtCore", "QtGui", "QtWidgets", "QtSvg", "QtPrintSupport")


def pyside_folder() -> Path:
    """Folder of the installed PySide6, found without loading it."""
    spec = importlib.util.find_spec("PySide6")
    if spec is None or spec.origin is None:
        sys.exit("PySide6 is not installed in this Python")
    return Path(spec.origin).parent


def platform_plugin(use: str) -> str:
    """Name of the Qt platform plugin that a program started now would take."""
    if use == "offscreen":
        return "offscreen"
    return "xcb" if os.environ.get("DISPLAY") else "wayland"


def missing_by_ldd(files: list[Path]) -> set[str]:
    """Library names that the loader does not find for ``files``, all at once."""
    if not files:
        return set()
    told = subprocess.run(["ldd", *map(str, files)], capture_output=True, text=True, check=False)
    return set(re.findall(r"^\s*(\S+) => not found", told.stdout, flags=re.MULTILINE))


def missing_by_loading(use: str) -> set[str]:
    """The first name that fails when Qt is really loaded in a process of its own."""
    modules = ", ".join(MODULES)
    plugin = platform_plugin(use)
    program = f"from PySide6 import {modules}; import ctypes, pathlib, PySide6\n"
    program += f"ctypes.CDLL(str(pathlib.Path(PySide6.__file__).parent / 'Qt/plugins/platforms/libq{plugin}.so'))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    if run.returncode == 0:
        return set()
    named = re.search(r"(\S+\.so[.\d]*): cannot open shared object file", run.stderr)
    return {named[1] if named else run.stderr.strip().splitlines()[-1]}


def missing_libraries(use: str) -> set[str]:
    """Names of the system libraries that Qt cannot load; empty where it starts."""
    if not missing_by_loading(use):
        return set()
    folder = pyside_folder()
    files = [folder / f"{name}.abi3.so" for name in MODULES]
    files.append(folder / "Qt" / "plugins" / "platforms" / f"libq{platform_plugin(use)}.so")
    return missing_by_ldd([f for f in files if f.exists()]) or missing_by_loading(use)


def main(arguments: list[str]) -> int:
    """Print what is missing; 0 where nothing is, else 1."""
    missing = sorted(missing_libraries(arguments[0]))
    if "--packages" in arguments:
        missing = sorted({DEBIAN_PACKAGES[name] for name in missing if name in DEBIAN_PACKAGES})
    print("\n".join(missing))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
