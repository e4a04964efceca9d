"""The answer as GeoJSON (RFC 7946): what carries cargo, in one collection; ``layer`` tells the features apart."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import shapely

from lodeway.exports.answer import Answer
from lodeway.exports.features import layers

_DIGITS = 6  # about 0.1 m, as RFC 7946 section 11.2 advises


def write(answer: Answer, path: Path) -> None:
    """Write the collection; things without any flow now or in the baseline are left out, except routes and markets."""
    features = []
    for layer in layers(answer):
        for row, geometry in enumerate(layer.geometry):
            properties = {name: _plain(values[row]) for name, values in layer.fields.items()}
            used = properties.get("flow_t_per_year") or properties.get("baseline_flow_t_per_year")
            if layer.name in ("links", "ports", "gates") and not used:
                continue
            key = (layer.name, properties["id"], properties.get("commodity"), properties.get("form"))
            features.append({
                "type": "Feature", "id": "/".join(str(part) for part in key if part),
                "geometry": None if geometry is None else _rounded(geometry),
                "properties": {"layer": layer.name, **properties},
            })  # fmt: skip
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        json.dump({"type": "FeatureCollection", "features": features}, stream, ensure_ascii=False, allow_nan=False)
        stream.write("\n")


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and math.isnan(value) else value


def _rounded(geometry: Any) -> Any:
    shaped = json.loads(shapely.to_geojson(geometry))
    return {"type": shaped["type"], "coordinates": _round(shaped["coordinates"])}


def _round(value: Any) -> Any:
    return [_round(part) for part in value] if isinstance(value, list) else round(value, _DIGITS)
