"""How a picture looks to readers who see fewer colours, or in print without any.

The matrices are those of Machado, Oliveira and Fernandes (IEEE Trans. Vis. Comput. Graph. 15, 2009) for full severity,
on linear RGB; grey is the luminance of sRGB (IEC 61966-2-1).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

PREVIEWS: dict[str, str] = {
    "": "As Drawn", "protanopia": "Protanopia (no red)", "deuteranopia": "Deuteranopia (no green)",
    "tritanopia": "Tritanopia (no blue)", "greyscale": "Greyscale",
}  # fmt: skip
MATRICES: dict[str, NDArray[np.float64]] = {
    "protanopia": np.array([
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
    ]),
    "deuteranopia": np.array([
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
    ]),
    "tritanopia": np.array([
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900],
    ]),
    "greyscale": np.tile(np.array([0.2126, 0.7152, 0.0722]), (3, 1)),
}  # fmt: skip
_STEPS = 32
"""Shades per channel of the table that a picture is looked up in."""


def linear(channel: NDArray[np.float64]) -> NDArray[np.float64]:
    """SRGB 0..1 to light 0..1."""
    return np.where(channel <= 0.04045, channel / 12.92, ((channel + 0.055) / 1.055) ** 2.4)


def encoded(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Light 0..1 to sRGB 0..1."""
    light = np.clip(light, 0.0, 1.0)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def seen_as(colours: NDArray[np.float64], preview: str) -> NDArray[np.float64]:
    """SRGB colours (n, 3) 0..1 as they look in a preview."""
    if not preview:
        return colours
    return encoded(linear(colours) @ MATRICES[preview].T)


@cache
def _table(preview: str) -> NDArray[np.uint32]:
    """0xffRRGGBB of every shade of a grid of colours."""
    shade = np.arange(_STEPS) / (_STEPS - 1)
    grid = np.stack(np.meshgrid(shade, shade, shade, indexing="ij"), axis=-1).reshape(-1, 3)
    made = np.round(seen_as(grid, preview) * 255).astype(np.uint32)
    return np.asarray(0xFF000000 | (made[:, 0] << 16) | (made[:, 1] << 8) | made[:, 2], dtype=np.uint32)


def previewed(image: QImage, preview: str) -> QImage:
    """The picture as it looks in a preview; the same where there is none. Opaque 32-bit pictures only."""
    if not preview:
        return image
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    bits: Any = image.constBits()
    pixels = np.frombuffer(bits, dtype=np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    level = [((pixels >> shift) & 0xFF).astype(np.uint32) * (_STEPS - 1) + 127 for shift in (16, 8, 0)]
    code = (level[0] // 255 * _STEPS + level[1] // 255) * _STEPS + level[2] // 255
    made = np.ascontiguousarray(_table(preview)[code])
    out = QImage(made.data, image.width(), image.height(), image.bytesPerLine(), QImage.Format.Format_RGB32).copy()
    out.setDevicePixelRatio(image.devicePixelRatio())
    return out
