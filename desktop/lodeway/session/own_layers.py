"""Users' layers in the document: from a file to data in degrees, commands, and back to a file in any system."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import shapely

from lodeway.atlas.own_files import Cancel, OwnLayer, Progress, read_own
from lodeway.errors import DataError
from lodeway.model.own_layer import OwnData
from lodeway.model.own_layer import OwnLayer as Shown
from lodeway.model.style import COLOURS, Style
from lodeway.model.table import Table
from lodeway.session.document import Document

WGS84 = "EPSG:4326"


def read_file(
    path: Path, layer: str | None = None, progress: Progress | None = None, cancel: Cancel | None = None
) -> OwnLayer:
    """See :func:`lodeway.atlas.own_files.read_own`."""
    return read_own(path, layer, progress=progress, cancel=cancel)


def placed(read: OwnLayer, path: Path, crs: str, number: int) -> OwnData:
    """The data with geometries in degrees; ``crs`` is what its coordinates are in.

    Raises:
        DataError: PROJ does not know the system, or nothing of it has a place on the Earth.
    """
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError

    geometry, remarks = read.geometry, list(read.remarks)
    present = ~shapely.is_missing(geometry)
    if present.any() and crs.upper() not in (WGS84, "OGC:CRS84"):
        try:
            transformer = Transformer.from_crs(CRS.from_user_input(crs), WGS84, always_xy=True)
        except CRSError as error:
            raise DataError(
                f"“{crs[:60]}” is no coordinate reference system that PROJ knows; choose another"
            ) from error
        geometry = geometry.copy()
        geometry[present] = shapely.transform(
            geometry[present], lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))
        )
    bounds = shapely.bounds(geometry)
    off = present & ~((np.abs(bounds[:, [1, 3]]) <= 90.0 + 1e-6) & (np.abs(bounds[:, [0, 2]]) <= 360.0)).all(axis=1)
    empty = present & np.isnan(bounds[:, 0])
    off &= ~empty
    if off.any():
        if off.sum() == present.sum():
            raise DataError(
                f"{path.name}: read as {crs}, nothing of it lies on the Earth; choose another reference system"
            )
        geometry = geometry.copy()
        geometry[off] = None
        remarks.append(f"{int(off.sum()):,} features lie off the Earth and are in the table only.")
    total = shapely.total_bounds(geometry[~shapely.is_missing(geometry)]).tolist() if present.any() else [np.nan]
    identifier = f"own:{number}"
    table = Table(identifier, read.name, read.columns or {"row": np.arange(1, len(geometry) + 1)})
    return OwnData(
        str(path), read.name, crs, geometry, table, tuple(remarks), None if np.isnan(total[0]) else tuple(total)
    )


def shown(data: OwnData, number: int) -> Shown:
    """A layer as it is first drawn: one colour, the next of the row."""
    return Shown(data.table.id, data.layer, data, Style(colour=COLOURS[(number - 1) % len(COLOURS)]))


def next_number(document: Document) -> int:
    """A number that no layer of the document has."""
    return max((int(layer.id.partition(":")[2]) for layer in document.own), default=0) + 1


@dataclass(frozen=True)
class AddOwnLayer:
    """Put a layer on top."""

    layer: Shown

    @property
    def name(self) -> str:
        """Words for the Undo menu."""
        return f"Add {self.layer.title}"

    @property
    def merge_key(self) -> str:
        """Never merged."""
        return ""

    def apply(self, document: Document) -> Document:
        """The document with the layer."""
        return replace(document, own=(self.layer, *document.own))


@dataclass(frozen=True)
class RemoveOwnLayer:
    """Take a layer out; its file stays as it is."""

    layer: Shown

    @property
    def name(self) -> str:
        """Words for the Undo menu."""
        return f"Remove {self.layer.title}"

    @property
    def merge_key(self) -> str:
        """Never merged."""
        return ""

    def apply(self, document: Document) -> Document:
        """The document without it, and without its chosen features."""
        return replace(
            document,
            own=tuple(layer for layer in document.own if layer.id != self.layer.id),
            features=document.features.without(self.layer.id),
        )


@dataclass(frozen=True)
class ChangeOwnLayer:
    """Change how a layer is shown; ``what`` says it in words. Sliders merge by ``key``."""

    layer: Shown
    what: str
    key: str = ""

    @property
    def name(self) -> str:
        """Words for the Undo menu."""
        return f"{self.what} of {self.layer.title}"

    @property
    def merge_key(self) -> str:
        """See :class:`lodeway.session.commands.Command`."""
        return f"{self.layer.id} {self.key}" if self.key else ""

    def apply(self, document: Document) -> Document:
        """The document with the changed layer in its place."""
        return replace(document, own=tuple(self.layer if o.id == self.layer.id else o for o in document.own))


@dataclass(frozen=True)
class OrderOwnLayers:
    """Put the layers in this order, topmost first."""

    ids: tuple[str, ...]

    @property
    def name(self) -> str:
        """Words for the Undo menu."""
        return "Order Layers"

    @property
    def merge_key(self) -> str:
        """Never merged."""
        return ""

    def apply(self, document: Document) -> Document:
        """The document with the layers in that order."""
        by_id = {layer.id: layer for layer in document.own}
        rest = [layer for layer in document.own if layer.id not in self.ids]
        return replace(document, own=(*(by_id[key] for key in self.ids if key in by_id), *rest))
