"""Makes the pictures of this folder from the shipped layers: ``python desktop/docs/make_screenshots.py``."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from lodeway.model.atlas import Atlas
from lodeway.session.commands import Block, Command
from lodeway.session.document import Theme
from lodeway.ui.shot import save_window

FOLDER = Path(__file__).resolve().parent


def nothing(_: Atlas) -> Sequence[Command]:
    """The world as it is."""
    return ()


def lobito_blocked(atlas: Atlas) -> Sequence[Command]:
    """The question that the program is named for."""
    return (Block("route:lobito", atlas.routes["route:lobito"].short_name),)


SHOTS: tuple[tuple[str, Callable[[Atlas], Sequence[Command]], str, Theme], ...] = (
    ("world", nothing, "world", "light"),
    ("copperbelt", nothing, "", "light"),
    ("lobito-blocked", lobito_blocked, "", "light"),
    ("lobito-blocked-dark", lobito_blocked, "", "dark"),
)
"""File, steps, where the map looks, theme."""


if __name__ == "__main__":
    for name, steps, look_at, theme in SHOTS:
        save_window(FOLDER / f"{name}.png", steps=steps, look_at=look_at, theme=theme)
        print(f"{name}.png")
