"""A true scale bar: its length is that of the ground at the middle of the view."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lodeway.carto.display import Font, Pen, Polygons, Record, Text, box_ring
from lodeway.carto.scene import Frame
from lodeway.carto.themes import Theme
from lodeway.geo.geodesic import metres_per_unit


def bar_length(frame: Frame, widest: float) -> tuple[float, float] | None:
    """(km, picture units) of the longest round bar not wider than ``widest``; ``None`` off the Earth."""
    ground = metres_per_unit(frame.projection, frame.view)
    if ground is None:
        return None
    most_km = ground * widest / 1000.0
    power = 10.0 ** np.floor(np.log10(most_km))
    km = max(step * power for step in (1.0, 2.0, 5.0) if step * power <= most_km * (1 + 1e-9))
    return float(km), float(km * 1000.0 / ground)


def scale_bar(frame: Frame, theme: Theme, x: float, y: float, widest: float) -> Iterator[Record]:
    """Bar of four fields with its numbers, its top left corner at (x, y); 20 CSS pixels high."""
    found = bar_length(frame, widest)
    if found is None:
        return
    km, length = found
    px = frame.px
    for k in range(4):
        fill = theme.text if k % 2 == 0 else theme.panel
        yield Polygons("scale", *box_ring(x + k * length / 4, y, length / 4, 4 * px), fill, Pen(theme.text, 0.7 * px))
    font = Font(9.5 * px)
    for share, text, anchor in (
        (0.0, "0", "left"),
        (0.5, _words(km / 2), "middle"),
        (1.0, f"{_words(km)} km", "middle"),
    ):
        yield Text("scale", x + share * length, y + 15 * px, text, font, theme.text, anchor)  # type: ignore[arg-type]


def _words(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 and value == int(value) else f"{value:g}"
