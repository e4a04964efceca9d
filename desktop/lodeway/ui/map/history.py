"""Where the map has looked: back and forth, apart from undo."""

from __future__ import annotations

from lodeway.geo.viewport import Viewport

_MOST = 100


class ViewHistory:
    """Settled views in order; going back and then elsewhere forgets what lay ahead."""

    def __init__(self) -> None:
        self._views: list[Viewport] = []
        self._at = -1

    def keep(self, view: Viewport) -> None:
        """Remember a view that the map came to rest on."""
        if self._at >= 0 and _same(self._views[self._at], view):
            return
        self._views = [*self._views[: self._at + 1], view][-_MOST:]
        self._at = len(self._views) - 1

    def go(self, steps: int) -> Viewport | None:
        """The view so many steps on (negative: back); ``None`` where there is none."""
        if not 0 <= self._at + steps < len(self._views):
            return None
        self._at += steps
        return self._views[self._at]


def _same(one: Viewport, other: Viewport) -> bool:
    return (one.x, one.y, one.scale, one.rotation_deg) == (other.x, other.y, other.scale, other.rotation_deg)
