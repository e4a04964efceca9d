"""QGIS styles (QML) of the layers, so that a GeoPackage opens with the program's own symbols (light scheme)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr


@dataclass(frozen=True)
class Symbol:
    """One drawn symbol; widths and sizes in mm, colours as #RRGGBB, empty for none."""

    fill: str = ""
    stroke: str = ""
    width_mm: float = 0.2
    dash: str = "solid"
    marker: str = "circle"
    size_mm: float = 1.6
    opacity: float = 1.0


@dataclass(frozen=True)
class Style:
    """Symbol of a layer, by the values of ``attribute`` where there is one."""

    kind: str  # fill, line or marker
    symbol: Symbol
    attribute: str = ""
    categories: Mapping[str, Symbol] = field(default_factory=dict)
    min_scale: int = 0
    """Denominator above which the layer is hidden; 0 shows it always."""
    max_scale: int = 0
    """Denominator below which the layer is hidden; 0 shows it always."""
    label: str = ""


_LAND = Symbol(fill="#F7F4EE")
_LAKE = Symbol(fill="#D0DFE8", stroke="#A7C1CF", width_mm=0.1)
_RIVER = Symbol(stroke="#A7C1CF", width_mm=0.25)
_BORDER = Symbol(stroke="#8E979C", width_mm=0.3)
_DISPUTED = Symbol(stroke="#8E979C", width_mm=0.3, dash="dash")
_ADMIN1 = Symbol(stroke="#C8CCCE", width_mm=0.18)
_RAIL = Symbol(stroke="#9A9A9A", width_mm=0.2)
_JOIN = Symbol(stroke="#B03A2E", width_mm=0.4, dash="dot")
_OPERATING = Symbol(stroke="#33383B", width_mm=0.5)
_STATUS = {
    "operating": _OPERATING,
    "rehabilitating": Symbol(stroke="#33383B", width_mm=0.5, dash="dash"),
    "planned": Symbol(stroke="#33383B", width_mm=0.5, dash="dot"),
}
_BOUNDARY = {"international": _BORDER, "disputed": _DISPUTED}

STYLES: Mapping[str, Style] = {
    "countries_l0": Style("fill", _LAND, min_scale=0, max_scale=40_000_000),
    "countries_l1": Style("fill", _LAND, min_scale=40_000_000, max_scale=8_000_000),
    "countries_l2": Style("fill", _LAND, min_scale=8_000_000),
    "boundaries_l0": Style("line", _BORDER, "status", _BOUNDARY, max_scale=40_000_000),
    "boundaries_l1": Style("line", _BORDER, "status", _BOUNDARY, min_scale=40_000_000, max_scale=8_000_000),
    "boundaries_l2": Style("line", _BORDER, "status", _BOUNDARY, min_scale=8_000_000),
    "admin1": Style("fill", Symbol(), min_scale=8_000_000),
    "admin1_lines_l1": Style("line", _ADMIN1, min_scale=20_000_000, max_scale=8_000_000),
    "admin1_lines_l2": Style("line", _ADMIN1, min_scale=8_000_000),
    "disputed_lines": Style("line", _DISPUTED, min_scale=40_000_000),
    "lakes_l0": Style("fill", _LAKE, max_scale=40_000_000),
    "lakes_l1": Style("fill", _LAKE, min_scale=40_000_000, max_scale=8_000_000),
    "lakes_l2": Style("fill", _LAKE, min_scale=8_000_000),
    "rivers_l0": Style("line", _RIVER, max_scale=40_000_000),
    "rivers_l1": Style("line", _RIVER, min_scale=40_000_000, max_scale=8_000_000),
    "rivers_l2": Style("line", _RIVER, min_scale=8_000_000),
    "urban_areas": Style("fill", Symbol(fill="#E2DCD1"), min_scale=10_000_000),
    "places": Style("marker", Symbol(fill="#5B6266", size_mm=1.2), min_scale=5_000_000, label="name"),
    "graticule": Style("line", Symbol(stroke="#B9C6CC", width_mm=0.1, opacity=0.4)),
    "railways_world": Style("line", _RAIL, min_scale=40_000_000),
    "railways_africa": Style("line", _RAIL, min_scale=10_000_000),
    "rail_joins": Style("line", _JOIN, min_scale=10_000_000),
    "alignments": Style("line", _OPERATING, "status", _STATUS, min_scale=60_000_000),
    "sea_lanes": Style("line", Symbol(stroke="#7FA3B8", width_mm=0.15, opacity=0.7)),
    "ports_world": Style("marker", Symbol(fill="#FFFFFF", stroke="#2F5D73", size_mm=1.5), min_scale=10_000_000),
    "gates": Style("line", Symbol(stroke="#B03A2E", width_mm=0.6)),
}


def qml(layer: str) -> str | None:
    """QML document of a layer, ``None`` where it has no style."""
    style = STYLES.get(layer)
    if style is None:
        return None
    symbols = (
        [("0", style.symbol)]
        if not style.categories
        else [(str(i), symbol) for i, symbol in enumerate(style.categories.values())]
    )
    drawn = "".join(_symbol(style.kind, name, symbol) for name, symbol in symbols)
    if style.categories:
        rows = "".join(
            f'<category value={quoteattr(value)} label={quoteattr(value)} symbol="{i}" render="true"/>'
            for i, value in enumerate(style.categories)
        )
        renderer = (
            f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(style.attribute)} enableorderby="0" '
            f'forceraster="0" symbollevels="0"><categories>{rows}</categories><symbols>{drawn}</symbols>'
            "</renderer-v2>"
        )
    else:
        renderer = (
            '<renderer-v2 type="singleSymbol" enableorderby="0" forceraster="0" symbollevels="0">'
            f"<symbols>{drawn}</symbols></renderer-v2>"
        )
    limits = ""
    if style.min_scale or style.max_scale:
        limits = f' hasScaleBasedVisibilityFlag="1" minScale="{style.min_scale or 10**9}" maxScale="{style.max_scale}"'
    labels = _labels(style.label) if style.label else ""
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        f'<qgis version="3.22" styleCategories="Symbology|Labeling|Rendering" labelsEnabled="{int(bool(labels))}"'
        f"{limits}>{renderer}{labels}<layerGeometryType>{_GEOMETRY[style.kind]}</layerGeometryType></qgis>\n"
    )


_GEOMETRY = {"marker": 0, "line": 1, "fill": 2}


def _symbol(kind: str, name: str, symbol: Symbol) -> str:
    if kind == "fill":
        options = {
            "color": _rgba(symbol.fill),
            "style": "solid" if symbol.fill else "no",
            "outline_color": _rgba(symbol.stroke),
            "outline_style": symbol.dash if symbol.stroke else "no",
            "outline_width": symbol.width_mm,
            "outline_width_unit": "MM",
        }
        layer = "SimpleFill"
    elif kind == "line":
        options = {
            "line_color": _rgba(symbol.stroke),
            "line_style": symbol.dash,
            "line_width": symbol.width_mm,
            "line_width_unit": "MM",
            "capstyle": "round",
            "joinstyle": "round",
        }
        layer = "SimpleLine"
    else:
        options = {
            "name": symbol.marker,
            "color": _rgba(symbol.fill),
            "outline_color": _rgba(symbol.stroke or symbol.fill),
            "outline_style": "solid",
            "outline_width": symbol.width_mm,
            "outline_width_unit": "MM",
            "size": symbol.size_mm,
            "size_unit": "MM",
        }
        layer = "SimpleMarker"
    rows = "".join(
        f'<Option type="QString" name="{key}" value={quoteattr(str(value))}/>' for key, value in options.items()
    )
    return (
        f'<symbol type="{kind}" name="{name}" alpha="{symbol.opacity}" clip_to_extent="1" force_rhr="0">'
        f'<layer class="{layer}" enabled="1" locked="0" pass="0"><Option type="Map">{rows}</Option></layer></symbol>'
    )


def _labels(attribute: str) -> str:
    return (
        f'<labeling type="simple"><settings calloutType="simple"><text-style fieldName={quoteattr(attribute)} '
        'fontFamily="Noto Sans" fontSize="7" fontSizeUnit="Point" textColor="91,98,102,255" isExpression="0">'
        '<text-buffer bufferDraw="1" bufferSize="0.6" bufferSizeUnits="MM" bufferColor="247,244,238,255"/>'
        '</text-style><placement placement="6" dist="0.8" distUnits="MM" priority="5"/></settings></labeling>'
    )


def _rgba(colour: str) -> str:
    if not colour:
        return "0,0,0,0"
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"
