"""The colours of the map: light and dark for the window, print for paper."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Theme:
    """Tokens of the visual language; sizes of symbols and type are not part of a theme."""

    id: str
    title: str
    backdrop: str
    """Outside the Earth."""
    sea: str
    land: str
    land_outside: str
    lake: str
    lake_shore: str
    river: str
    coast: str
    border: str
    admin1: str
    urban: str
    railway: str
    sea_lane: str
    graticule: str
    text: str
    text_muted: str
    country_text: str
    town_text: str
    water_text: str
    halo: str
    water_halo: str
    gained: str
    lost: str
    unchanged: str
    blocked: str
    road: str
    road_casing: str
    rail: str
    panel: str
    panel_border: str


LIGHT = Theme(
    id="light", title="Light", backdrop="#EDF2F4", sea="#DCE7ED", land="#F7F4EE", land_outside="#EFECE5",
    lake="#D0DFE8",
    lake_shore="#AFC6D2", river="#A7C1CF", coast="#A9BCC5", border="#8E979C", admin1="#D3D5D4", urban="#E6DFD3",
    railway="#9A9A9A", sea_lane="#BCD0DB", graticule="#B9C6CC66", text="#23292D", text_muted="#5B6266",
    country_text="#7F888C", town_text="#4A5156", water_text="#5F88A0", halo="#F7F4EE", water_halo="#DCE7ED",
    gained="#1E8A4C", lost="#C62F2F", unchanged="#8B9297", blocked="#111111", road="#F3D9A8", road_casing="#B58B4C",
    rail="#3A4247", panel="#FFFFFF", panel_border="#C9CFD2",
)  # fmt: skip

DARK = Theme(
    id="dark", title="Dark", backdrop="#0E171F", sea="#14202A", land="#1F2B33", land_outside="#1B262D", lake="#182733",
    lake_shore="#2C4251", river="#2B4656", coast="#43545F", border="#5B6A73", admin1="#2F3C45", urban="#2A373F",
    railway="#56636B", sea_lane="#22333F", graticule="#5B6A7340", text="#E8EDF0", text_muted="#A9B5BC",
    country_text="#8395A0", town_text="#C2CDD3", water_text="#6C9AB5", halo="#1A252D", water_halo="#14202A",
    gained="#4CC480", lost="#F0706A", unchanged="#75828A", blocked="#F4F7F8", road="#6B5836", road_casing="#3A3122",
    rail="#B7C2C9", panel="#1A252D", panel_border="#3B4852",
)  # fmt: skip

PRINT = replace(
    LIGHT, id="print", title="Print", backdrop="#FFFFFF", sea="#FFFFFF", land="#EBEBEA", land_outside="#F1F1F0",
    lake="#FFFFFF", lake_shore="#B9C3C8", water_halo="#FFFFFF", halo="#EBEBEA", coast="#8E979C", graticule="#B9C6CC99",
    sea_lane="#D5DEE3", urban="#DDDBD6", text="#111111",
)  # fmt: skip

THEMES = {theme.id: theme for theme in (LIGHT, DARK, PRINT)}

_ON_DARK = {"#444444": "#A9B0B5", "#0F5FA8": "#4C9BE0", "#5B3F8C": "#9A7FD1", "#C4581B": "#E27B3F",
            "#8C5A3C": "#BE8663",
            "#A33B4B": "#D76D7C", "#0B8F6A": "#35B892", "#2E7F8C": "#52AAB8", "#6C7A89": "#9AA8B6"}  # fmt: skip


def commodity_colour(theme: Theme, colour: str) -> str:
    """A commodity's colour for a theme: lifted where it would sink into a dark ground."""
    return _ON_DARK.get(colour.upper(), colour) if theme.id == "dark" else colour


def mixed(colour: str, other: str, share: float) -> str:
    """``share`` of ``colour`` and the rest of ``other``, opaque."""
    a = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    b = [int(other[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(share * p + (1 - share) * q):02X}" for p, q in zip(a, b, strict=True))
