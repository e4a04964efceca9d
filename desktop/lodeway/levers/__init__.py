"""The levers: one file each, and this table. A new lever is one file and one line here."""

from __future__ import annotations

from lodeway.levers import block, cut, open
from lodeway.levers.lever import Lever, LeverField
from lodeway.solve.effects import register

LEVERS: dict[str, Lever] = {lever.kind: lever for lever in (block.LEVER, cut.LEVER, open.LEVER)}
"""Lever kind to lever, in the order of the menus."""

register({kind: lever.apply for kind, lever in LEVERS.items()})

__all__ = ["LEVERS", "Lever", "LeverField"]
