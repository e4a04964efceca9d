"""Makes the pictures of this folder from the shipped layers: ``python desktop/docs/make_screenshots.py [NAME]...``."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np

from lodeway.model.atlas import Atlas
from lodeway.session.commands import Block, Command
from lodeway.session.document import Plane, Theme, View
from lodeway.session.map_commands import UsePlane
from lodeway.ui.shot import save_window

FOLDER = Path(__file__).resolve().parent
POINTS = 1_000_000


def nothing(_: Atlas) -> Sequence[Command]:
    """The world as it is."""
    return ()


def lobito_blocked(atlas: Atlas) -> Sequence[Command]:
    """The question that the program is named for."""
    return (Block("route:lobito", atlas.routes["route:lobito"].short_name),)


def about_the_pacific(_: Atlas) -> Sequence[Command]:
    """Equal Earth with the Pacific Ocean in its middle."""
    return (UsePlane(Plane("equal-earth", 170.0), "Equal Earth"),)


def a_million_points(path: Path) -> None:
    """A CSV file of one million points of fixed seed, denser towards a few dozen centres."""
    random = np.random.default_rng(1)
    centres = np.column_stack([random.uniform(-15, 50, 60), random.uniform(-33, 35, 60)])
    at = centres[random.integers(60, size=POINTS)] + random.normal(0, 1.6, (POINTS, 2))
    table = np.column_stack([at, random.gamma(2.0, 10.0, POINTS)])
    np.savetxt(path, table, fmt="%.5f,%.5f,%.2f", header="longitude,latitude,grade_ppm", comments="")


SHOTS: dict[str, tuple[Callable[[Atlas], Sequence[Command]], str | View, Theme]] = {
    "world": (nothing, "world", "light"),
    "pacific": (about_the_pacific, "world", "light"),
    "southern-africa": (nothing, View(26.0, -18.0, 4_200.0), "light"),
    "copperbelt": (nothing, "", "light"),
    "kolwezi": (nothing, View(25.62, -10.72, 90.0), "light"),
    "lobito-blocked": (lobito_blocked, "", "light"),
    "lobito-blocked-dark": (lobito_blocked, "", "dark"),
    "million-points": (nothing, "", "light"),
}
"""File, steps, where the map looks, theme."""


def main(names: Sequence[str]) -> None:
    """Draw the named pictures, or all."""
    with tempfile.TemporaryDirectory() as folder:
        for name in names or SHOTS:
            steps, where, theme = SHOTS[name]
            files = [Path(folder) / "million_points.csv"] if name == "million-points" else []
            for file in files:
                a_million_points(file)
            place, look_at = (where, "") if isinstance(where, View) else (None, where)
            path = FOLDER / f"{name}.png"
            save_window(path, steps=steps, look_at=look_at, place=place, files=files, theme=theme)
            print(path.name)


if __name__ == "__main__":
    main(sys.argv[1:])
