"""The answer as a GeoPackage: a layer per mapped table, a plain table for each of the others."""

from __future__ import annotations

from pathlib import Path

from lodeway.atlas.vector import write_layer
from lodeway.exports.answer import Answer
from lodeway.exports.features import layers, tables


def write(answer: Answer, path: Path) -> None:
    """Write all layers and tables; opens in any GIS."""
    name = answer.comparison.result.scenario.name
    for layer in layers(answer):
        kind = "MultiLineString" if layer.name in ("links", "routes") else "Point"
        write_layer(path, layer, geometry_type=kind, description=f"{layer.name}: {name}")
    for table in tables(answer):
        write_layer(path, table, geometry_type="None", description=f"{table.name}: {name}")
