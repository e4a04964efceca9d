"""The menu of a right click on a thing, on the map or in the table: the levers that work on it, its source."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QWidget

from lodeway.model.ids import kind_of
from lodeway.session.commands import Block, Command, Cut, Open, RemoveLever, Unblock
from lodeway.session.document import Document
from lodeway.ui import words

CUTS_PERCENT = (25.0, 50.0, 75.0)


def lever_commands(document: Document, identifier: str) -> list[tuple[str, Command]]:
    """(words, command) of what can be done to a thing now."""
    from lodeway.levers import LEVERS

    atlas = document.atlas
    if atlas is None or not identifier:
        return []
    kind = kind_of(identifier)
    label = words.short_name(atlas, identifier)
    in_force = {lever.kind: lever for lever in document.scenario.levers if lever.target == identifier}
    offered: list[tuple[str, Command]] = []
    if "block" in in_force:
        offered.append(("Unblock", Unblock(identifier, label)))
    elif kind in LEVERS["block"].targets:
        offered.append(("Block", Block(identifier, label)))
    if kind in LEVERS["cut"].targets:
        now = in_force["cut"].setting("percent") if "cut" in in_force else None
        offered += [
            (f"Cut by {percent:g} %", Cut(identifier, label, percent)) for percent in CUTS_PERCENT if percent != now
        ]
        if now is not None:
            offered.append(("Remove the Cut", Cut(identifier, label, 0.0)))
    if "open" in in_force:
        offered.append(("Take the Opening Back", RemoveLever("open", identifier, f"Opening of {label}")))
    elif kind in LEVERS["open"].targets and _can_open(document, identifier):
        offered.append(("Open", Open(identifier, label)))
    return offered


def _can_open(document: Document, identifier: str) -> bool:
    atlas = document.atlas
    if atlas is not None and identifier in atlas.gates:
        return atlas.gates[identifier].closed_by_default
    return words.status_of(atlas, identifier) in words.OPENABLE


def build(
    document: Document,
    identifier: str,
    do: Callable[[Command], None],
    extra: list[tuple[str, str, Callable[[], None]]],
    icons: Callable[[str], QIcon],
    parent: QWidget,
) -> QMenu:
    """The menu; ``extra`` are (icon, words, what to do) below the levers."""
    menu = QMenu(parent)
    title = menu.addAction(words.name_of(document.atlas, identifier))
    title.setEnabled(False)
    menu.addSeparator()
    for text, command in lever_commands(document, identifier):
        action = menu.addAction(text)
        action.triggered.connect(lambda _=False, command=command: do(command))
        if isinstance(command, Block):
            action.setIcon(icons("ban"))
        elif isinstance(command, Unblock):
            action.setIcon(icons("circle-check"))
    menu.addSeparator()
    for name, text, run in extra:
        menu.addAction(icons(name), text).triggered.connect(lambda _=False, run=run: run())
    return menu
