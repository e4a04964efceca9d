"""Legends from what is shown: ribbons at three true widths, symbols at true sizes, keys of status and confidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lodeway.carto.compose import compares
from lodeway.carto.display import Font, Lines, Pen, Polygons, Record, Symbol, Text, box_ring, polyline, with_alpha
from lodeway.carto.flows import FlowScale, nice
from lodeway.carto.scalebar import scale_bar
from lodeway.carto.scene import Frame, Scene
from lodeway.carto.sites import REFERENCE_T, least_px, reference_px, size_px
from lodeway.carto.themes import commodity_colour, mixed


@dataclass(frozen=True)
class Legend:
    """Records with the upper left corner at (0, 0), and the size in picture units."""

    records: tuple[Record, ...]
    width: float
    height: float


def tonnes_words(value: float) -> str:
    """``500 kt`` or ``2 Mt``."""
    return f"{value / 1e6:g} Mt" if value >= 1e6 else f"{value / 1e3:g} kt" if value >= 1e3 else f"{value:g} t"


def flow_steps(scale: FlowScale) -> tuple[float, float, float]:
    """Three round gross t/yr for the legend: a wide, a middle and a thin ribbon."""
    most = nice(scale.t_per_px * 8)
    return most, nice(most / 4.5), nice(most / 18)


def commodities_shown(scene: Scene, scale: FlowScale | None) -> list[str]:
    """Commodities of the flows, or of the sites where no flow is shown, in the atlas's order."""
    atlas = scene.atlas
    if atlas is None:
        return []
    if scene.commodity:
        return [scene.commodity]
    if scale is not None and scene.result is not None:
        moved = {atlas.forms[flow.form].commodity for flow in scene.result.flows if flow.form in atlas.forms}
        return [name for name in atlas.commodities if name in moved]
    return list(atlas.commodities)


def map_legend(scene: Scene, frame: Frame, scale: FlowScale | None, *, panel: bool = True) -> Legend | None:
    """The compact legend of a map; ``None`` before there is an atlas."""
    if scene.atlas is None:
        return None
    builder = _Builder(scene, frame)
    if scale is not None:
        builder.flows(scale)
    builder.symbols()
    if scene.blocked:
        builder.blocked()
    builder.bar()
    return builder.finished(panel)


class _Builder:
    """Rows from top to bottom."""

    def __init__(self, scene: Scene, frame: Frame) -> None:
        self.scene, self.frame, self.px = scene, frame, frame.px
        self.records: list[Record] = []
        self.pad = 10 * self.px
        self.y = self.pad
        self.width = 232 * self.px

    def _text(
        self, x: float, y: float, text: str, size: float = 10.5, face: str = "regular", muted: bool = False
    ) -> None:
        theme = self.scene.theme
        self.records.append(
            Text(
                "legend",
                x,
                y,
                text,
                Font(size * self.px, face),  # type: ignore[arg-type]
                theme.text_muted if muted else theme.text,
            )
        )

    def _head(self, text: str) -> None:
        self.y += 11 * self.px
        self._text(self.pad, self.y, text, 11, "bold")
        self.y += 5 * self.px

    def flows(self, scale: FlowScale) -> None:
        """Hues, then three widths."""
        theme, px, atlas = self.scene.theme, self.px, self.scene.atlas
        assert atlas is not None
        comparing = compares(self.scene)
        self._head("Flows against baseline, gross t a year" if comparing else "Flows, gross t a year")
        x = self.pad
        if comparing:
            keys = (
                ("gained", theme.gained, "", True),
                ("lost", with_alpha(theme.lost, 0.16), theme.lost, False),
                ("unchanged", with_alpha(theme.unchanged, 0.55), "", False),
            )
            for word, fill, hatch, double in keys:
                pen = Pen(theme.lost if hatch else theme.gained, 0.8 * px) if hatch or double else None
                self.records.append(
                    Polygons("legend", *box_ring(x, self.y + 5 * px, 20 * px, 7 * px), fill, pen, hatch)
                )
                if double:
                    self.records.append(
                        Polygons("legend", *box_ring(x, self.y + 7.4 * px, 20 * px, 2.2 * px), theme.halo)
                    )
                self._text(x + 25 * px, self.y + 12.5 * px, word)
                x += 25 * px + self.frame.measure(word, Font(10.5 * px)) + 12 * px
            self.y += 18 * px
        else:
            for name in commodities_shown(self.scene, scale):
                commodity = atlas.commodities[name]
                word = f"{commodity.name} {commodity.symbol}"
                wide = 20 * px + self.frame.measure(word, Font(10.5 * px)) + 12 * px
                if x + wide > self.width - self.pad and x > self.pad:
                    x, self.y = self.pad, self.y + 15 * px
                fill = with_alpha(commodity_colour(theme, commodity.colour), 0.9)
                self.records.append(Polygons("legend", *box_ring(x, self.y + 6 * px, 15 * px, 5 * px), fill))
                self._text(x + 20 * px, self.y + 12.5 * px, word)
                x += wide
            self.y += 19 * px
        x = self.pad
        steps = flow_steps(scale)
        widths = [float(scale.width_px(t)) * px for t in steps]
        for tonnes, width in zip(steps, widths, strict=True):
            middle = self.y + 8 * px
            self.records.append(
                Polygons(
                    "legend", *box_ring(x, middle - width / 2, 26 * px, width), mixed(theme.text_muted, theme.land, 0.8)
                )
            )
            self._text(x + 31 * px, middle + 3.8 * px, tonnes_words(tonnes))
            x += 72 * px
        self.y += 20 * px

    def symbols(self) -> None:
        """Kinds, three true sizes, confidence."""
        scene, theme, px = self.scene, self.scene.theme, self.px
        grey = mixed(theme.text_muted, theme.land, 0.7)
        edge = Pen(theme.text_muted, 1.0 * px)
        shown = [
            (layer, shape, word)
            for layer, shape, word in (
                ("mines", "triangle-down", "mine"),
                ("plants", "square", "plant"),
                ("ports", "port", "port"),
                ("gates", "diamond", "gate"),
                ("markets", "hexagon", "market"),
            )
            if layer not in scene.hidden
        ]
        if not shown:
            return
        self._head("Sites")
        x = self.pad
        for layer, shape, word in shown:
            fill = theme.panel if layer == "gates" else theme.text if layer in ("ports", "markets") else grey
            self.records.append(Symbol("legend", "", shape, x + 6 * px, self.y + 9 * px, 10 * px, fill, edge))  # type: ignore[arg-type]
            self._text(x + 15 * px, self.y + 12.5 * px, word)
            x += 15 * px + self.frame.measure(word, Font(10.5 * px)) + 9 * px
        self.y += 19 * px
        if "mines" not in scene.hidden or "plants" not in scene.hidden:
            self._sizes()
        x = self.pad
        for dash, word in (((), "reported"), ((2.6, 1.6), "derived"), ((1.0, 1.3), "estimated")):
            self.records.append(
                Symbol(
                    "legend",
                    "",
                    "square",
                    x + 6 * px,
                    self.y + 8 * px,
                    9 * px,
                    with_alpha(grey, 0.45),
                    Pen(theme.text, 1.0 * px, dash),
                )
            )
            self._text(x + 15 * px, self.y + 11.5 * px, word, 10)
            x += 15 * px + self.frame.measure(word, Font(10 * px)) + 9 * px
        self.records.append(Symbol("legend", "", "square", x + 6 * px, self.y + 8 * px, 9 * px, theme.panel, edge))
        self._text(x + 15 * px, self.y + 11.5 * px, "not running", 10)
        self.width = max(self.width, x + 15 * px + self.frame.measure("not running", Font(10 * px)) + self.pad)
        self.y += 17 * px

    def _sizes(self) -> None:
        """Three symbols of true area, in contained t a year."""
        theme, px, scale = self.scene.theme, self.px, self.frame.m_per_px
        least_t = REFERENCE_T * (least_px(scale) / reference_px(scale)) ** 2
        steps = [t for t in (REFERENCE_T, REFERENCE_T / 5, REFERENCE_T / 25) if t >= least_t]
        tall = size_px(steps[0], scale) * px
        x = self.pad
        for tonnes in steps:
            size = size_px(tonnes, scale) * px
            self.records.append(
                Symbol(
                    "legend",
                    "",
                    "triangle-down",
                    x + tall * 0.6,
                    self.y + tall * 0.55,
                    size,
                    mixed(theme.text_muted, theme.land, 0.7),
                    Pen(theme.text_muted, 0.8 * px),
                )
            )
            self._text(x + tall * 1.2 + 3 * px, self.y + tall * 0.55 + 4 * px, tonnes_words(tonnes))
            x += tall * 1.2 + 44 * px
        self._text(x - 4 * px, self.y + tall * 0.55 + 4 * px, "a year", 10, muted=True)
        self.width = max(self.width, x + 34 * px)
        self.y += tall * 1.1 + 5 * px

    def blocked(self) -> None:
        """The cross and the broken line."""
        theme, px = self.scene.theme, self.px
        x, middle = self.pad + 8 * px, self.y + 10 * px
        self.records += [
            Lines(
                "legend",
                *polyline([(x - 8 * px, middle), (x + 30 * px, middle)]),
                Pen(theme.blocked, 1.6 * px, (3.0, 2.4)),
            ),
            Symbol("legend", "", "circle", x + 11 * px, middle, 14 * px, "#FFFFFF", Pen("#111111", 1.4 * px)),
            Symbol("legend", "", "cross", x + 11 * px, middle, 6.5 * px, "", Pen("#111111", 2.1 * px, round=True)),
        ]
        self._text(x + 38 * px, middle + 4 * px, "blocked")
        self.y += 22 * px

    def bar(self) -> None:
        """The scale."""
        self.y += 4 * self.px
        drawn = list(scale_bar(self.frame, self.scene.theme, self.pad + 1 * self.px, self.y, 150 * self.px))
        self.records += drawn
        self.y += 20 * self.px if drawn else 0.0

    def finished(self, panel: bool) -> Legend:
        """With a quiet panel behind, if asked for."""
        height = self.y + self.pad * 0.6
        size = (float(np.ceil(self.width)), float(np.ceil(height)))
        theme, px = self.scene.theme, self.px
        behind: list[Record] = []
        if panel:
            inset = 0.5 * px
            behind = [
                Polygons(
                    "legend",
                    *box_ring(inset, inset, size[0] - 2 * inset, size[1] - 2 * inset),
                    with_alpha(theme.panel, 0.92),
                    Pen(theme.panel_border, 1.0 * px),
                )
            ]
        return Legend((*behind, *self.records), *size)
