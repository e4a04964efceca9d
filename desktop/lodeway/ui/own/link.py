"""Opens users' files in the background and puts them on the map; asks what a file does not say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import shapely
from PySide6.QtCore import QObject, Qt, Signal

from lodeway.atlas.own_files import DRIVERS, Cancel, OwnLayer, list_own
from lodeway.exports.attributes import attribute_table, shipped_geometry
from lodeway.exports.layer_file import export
from lodeway.model.own_layer import OwnData
from lodeway.model.own_layer import OwnLayer as Shown
from lodeway.session.jobs import Jobs, Ticket
from lodeway.session.own_layers import WGS84, AddOwnLayer, next_number, placed, read_file, shown
from lodeway.session.questions import Questions
from lodeway.ui.bridge import Bridge

SUFFIXES = (*DRIVERS, ".zip")
_TITLE = "Add Layer"
_EXPORT = "Export Layer"


class OwnLink(QObject):
    """One worker reads one file after another; each file is a step that undo takes back."""

    progressed = Signal(str, object)
    """Words and a share 0..1, ``None`` where nobody can tell; empty words at the end."""
    said = Signal(str)
    added = Signal(str)
    """Id of a layer that was put on the map."""
    _delivered = Signal(object)

    def __init__(self, bridge: Bridge, questions: Questions, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge, self._questions = bridge, questions
        self._delivered.connect(lambda action: action(), Qt.ConnectionType.QueuedConnection)
        self._jobs = Jobs(self._delivered.emit)
        self._waiting: list[tuple[Path, str | None]] = []
        self._busy = False
        self._cancel = Cancel()

    def shutdown(self) -> None:
        """Give up what is being read."""
        self._waiting.clear()
        self._cancel.cancel()
        self._jobs.close()

    def cancel(self) -> None:
        """Stop reading; what is on the map stays."""
        self._waiting.clear()
        self._cancel.cancel()

    @property
    def busy(self) -> bool:
        """Whether something is being read."""
        return self._busy

    def open(self, paths: Sequence[Path]) -> None:
        """Put these files on the map, one after another."""
        self._waiting += [(path, None) for path in paths]
        self._go_on()

    def _go_on(self) -> None:
        if self._busy or not self._waiting:
            return
        path, layer = self._waiting.pop(0)
        self._busy, self._cancel = True, Cancel()
        cancel = self._cancel

        def work(ticket: Ticket) -> tuple[list[str], OwnLayer | None]:
            if layer is None:
                names = [one.name for one in list_own(path)]
                if len(names) > 1:
                    return names, None
            read = read_file(path, layer, ticket.progress, cancel)
            return [], read

        self.progressed.emit(f"Reading {path.name}", None)
        self._jobs.ask("own", work, lambda answer: self._take(path, *answer), self._fail,
                       lambda words, share: self.progressed.emit(f"{path.name}: {words}", share))  # fmt: skip

    def _take(self, path: Path, names: list[str], read: OwnLayer | None) -> None:
        if read is None:
            self._busy = False
            self.progressed.emit("", None)
            self._choose(path, names)
            return
        crs = read.crs
        if not crs and not shapely.is_missing(read.geometry).all():
            crs = self._ask_crs(path, read) or ""
            if not crs:
                self._end()
                return
        number = next_number(self._bridge.document)
        self.progressed.emit(f"Placing {path.name}", None)
        self._jobs.ask(
            "own", lambda _: placed(read, path, crs or WGS84, number), lambda data: self._add(data, number), self._fail
        )

    def _choose(self, path: Path, names: list[str]) -> None:
        options = [*names[:12], "All", "Cancel"]
        chosen = self._questions.choose(_TITLE, f"{path.name} holds {len(names)} layers; which one?", options)
        if chosen is not None and chosen < len(options) - 1:
            wanted = names if options[chosen] == "All" else [options[chosen]]
            self._waiting = [(path, name) for name in wanted] + self._waiting
        self._go_on()

    def _ask_crs(self, path: Path, read: OwnLayer) -> str | None:
        """What the coordinates are in: never guessed in silence."""
        west, south, east, north = shapely.total_bounds(read.geometry[~shapely.is_missing(read.geometry)]).tolist()
        degrees = abs(west) <= 180 and abs(east) <= 360 and abs(south) <= 90 and abs(north) <= 90
        text = (
            f"{path.name} does not say which coordinate reference system it is in. Its coordinates run from "
            f"{west:,.6g} to {east:,.6g} and from {south:,.6g} to {north:,.6g}. Write a code like EPSG:32735, WKT or "
            "a PROJ string:"
        )
        return self._questions.ask_text(_TITLE, text, first=WGS84 if degrees else "EPSG:")

    def _add(self, data: OwnData, number: int) -> None:
        self._bridge.session.do(AddOwnLayer(shown(data, number)))
        if data.remarks:
            self.said.emit(f"{data.layer}: {' '.join(data.remarks)}")
        else:
            self.said.emit(f"{data.layer}: {len(data.geometry):,} features read.")
        self._end()
        self.added.emit(data.table.id)

    def _fail(self, text: str) -> None:
        self._end(go_on=False)
        self._questions.tell(_TITLE, text)
        self._go_on()

    def _end(self, go_on: bool = True) -> None:
        self._busy = False
        self.progressed.emit("", None)
        if go_on:
            self._go_on()

    # export

    def export(self, layer: str, path: Path, crs: str, only_chosen: bool) -> None:
        """Write a layer, shipped or own, to a file."""
        document = self._bridge.document
        own = next((one for one in document.own if one.id == layer), None)
        rows = document.features.of(layer) if only_chosen else None
        atlas = document.atlas

        def work(_: Ticket) -> int:
            if own is not None:
                geometry, columns, title = own.data.geometry, dict(own.data.table.columns), own.title
            else:
                assert atlas is not None
                table = attribute_table(layer, atlas)
                geometry, columns, title = shipped_geometry(layer, atlas), dict(table.columns), table.title
            if rows is not None:
                kept = rows[rows < len(geometry)]
                geometry, columns = geometry[kept], {name: column[kept] for name, column in columns.items()}
            export(path, title, np.asarray(geometry, dtype=object), columns, crs)
            return len(geometry)

        self.progressed.emit(f"Writing {path.name}", None)

        def done(count: int) -> None:
            self.progressed.emit("", None)
            self.said.emit(f"{count:,} features written to {path.name}.")

        def failed(text: str) -> None:
            self.progressed.emit("", None)
            self._questions.tell(_EXPORT, text)

        self._jobs.ask("export", work, done, failed)


def properties_of(layer: Shown) -> str:
    """What is known of a layer, for a tool tip or a dialog."""
    data = layer.data
    lines = [
        f"<b>{layer.title}</b>", f"{len(data.geometry):,} features, {len(data.table.names)} fields",
        f"Read from {data.path}", f"Coordinates: {data.crs or 'none'}", "Source and licence: the file's own",
    ]  # fmt: skip
    return "<br>".join([*lines, *data.remarks])
