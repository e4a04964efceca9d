"""``lodeway-cli layers``."""

from __future__ import annotations

import argparse
from typing import Any

from lodeway.cli.output import print_json, print_lines
from lodeway.cli.text import Table, number
from lodeway.errors import DataError

FILES: dict[str, tuple[str, str]] = {
    "base.gpkg": ("countries, lakes, rivers, boundaries, places, graticule", "public domain (Natural Earth)"),
    "transport.gpkg": ("railways and the route alignments made from them", "ODbL 1.0, (c) OpenStreetMap contributors"),
    "maritime.gpkg": ("sea lanes, gates, ports of the world", "Apache-2.0 and EUPL-1.2 notices"),
    "atlas.gpkg": (
        "mines, plants, ports, links, routes, markets, trade, values, sources",
        "MIT; each value names its own source",
    ),
}
"""Shipped file to (what it holds, licence in short); the full notices are in layers/README.md."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """JSON."""
    parser.description = (
        "The shipped files with their layers, feature counts, reference systems and licences.\n"
        "LODEWAY_LAYERS names another folder to read them from."
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Print the list; a missing or broken file is an error."""
    from lodeway.atlas.vector import list_layers
    from lodeway.paths import layers_dir

    folder = layers_dir()
    if not folder.is_dir():
        raise DataError(
            f"The layers folder {folder} does not exist; set LODEWAY_LAYERS to the one that holds the files"
        )
    files: list[dict[str, Any]] = []
    for name, (holds, licence) in FILES.items():
        path = folder / name
        infos = list_layers(path)
        files.append({
            "file": name, "holds": holds, "licence": licence, "size_bytes": path.stat().st_size,
            "layers": [{"name": i.name, "geometry": i.geometry_type or None, "crs": i.crs or None, "count": i.count}
                       for i in infos],
        })  # fmt: skip
    if arguments.json:
        print_json({"files": files})
        return 0
    out: list[str] = []
    for entry in files:
        out.append(f"{entry['file']}  {number(entry['size_bytes'] / 1e6, 1)} MB: {entry['holds']}")
        out.append(f"licence: {entry['licence']}")
        table = Table(("layer", "geometry", "features", "crs"), frozenset({"layer", "geometry", "crs"}))
        for layer in entry["layers"]:
            table.add(layer["name"], layer["geometry"] or "table", number(layer["count"]), layer["crs"] or "")
        out += ["  " + line for line in table.lines()] + [""]
    print_lines(out[:-1])
    return 0
