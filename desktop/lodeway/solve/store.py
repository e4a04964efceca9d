"""The shipped baseline: shipments, hidden costs, solution and bases in one file, keyed by the atlas and the model.

The file is an uncompressed-layout ``npz`` (a zip of ``npy`` arrays) with fixed dates and order: same input, same bytes.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lodeway.errors import DataError
from lodeway.model.scenario import ADAPTATIONS
from lodeway.solve import parameters
from lodeway.solve.fit import Fit
from lodeway.solve.highs import Basis
from lodeway.solve.shipments import Shipments
from lodeway.solve.ways import Ways

FILE_VERSION = 5
_SHIPMENTS = ("group", "tail", "head", "chain_start", "chain_arc")
_FIT = ("trade_kt", "route_kt", "trade_hidden_usd_per_t", "route_hidden_usd_per_t", "x")


@dataclass(frozen=True)
class Stored:
    """What the file holds."""

    shipments: Shipments
    fit: Fit


def model_key() -> str:
    """Hash of every parameter of the model, so that a changed model does not read an old baseline."""
    names = sorted(name for name in vars(parameters) if name.isupper())
    text = ";".join(f"{name}={getattr(parameters, name)!r}" for name in names)
    return hashlib.sha256(f"{FILE_VERSION};{text}".encode()).hexdigest()[:16]


def save(path: Path, data_version: str, stored: Stored) -> None:
    """Write the file; raises ``DataError`` where it cannot be written."""
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "data_version": np.array(data_version),
        "model_key": np.array(model_key()),
    }
    arrays |= {f"shipments.{name}": getattr(stored.shipments, name) for name in _SHIPMENTS}
    arrays |= {f"fit.{name}": getattr(stored.fit, name) for name in _FIT}
    arrays |= {"ways.start": stored.fit.ways.start, "ways.leg": stored.fit.ways.leg}
    for stop in ADAPTATIONS:
        arrays[f"basis.{stop}.columns"] = stored.fit.bases[stop].columns
        arrays[f"basis.{stop}.rows"] = stored.fit.bases[stop].rows
    try:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for name, array in arrays.items():
                buffer = io.BytesIO()
                np.lib.format.write_array(buffer, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
                archive.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), buffer.getvalue(),
                                 zipfile.ZIP_DEFLATED)  # fmt: skip
    except OSError as error:
        raise DataError(f"{path} cannot be written ({error.strerror}); choose another folder") from error


def load(path: Path, data_version: str) -> Stored | None:
    """Read the file; ``None`` where it is missing, damaged or belongs to another atlas or model."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            if arrays["data_version"].item() != data_version or arrays["model_key"].item() != model_key():
                return None
            shipments = Shipments(**{name: arrays[f"shipments.{name}"] for name in _SHIPMENTS})
            bases = {stop: Basis(arrays[f"basis.{stop}.columns"], arrays[f"basis.{stop}.rows"]) for stop in ADAPTATIONS}
            ways = Ways(arrays["ways.start"], arrays["ways.leg"])
            return Stored(shipments, Fit(**{name: arrays[f"fit.{name}"] for name in _FIT}, ways=ways, bases=bases))
    except (OSError, KeyError, ValueError, TypeError, zipfile.BadZipFile, EOFError):
        return None
