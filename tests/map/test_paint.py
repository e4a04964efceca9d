"""From records to pixels and paper."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from lodeway.carto.display import Font, Lines, Pen, Polygons, Symbol, Text, box_ring, polyline
from lodeway.carto.scene import Scene
from lodeway.carto.store import LayerStore
from lodeway.carto.themes import PRINT
from lodeway.exhibit.compose import compose_exhibit
from lodeway.exhibit.page import PAPER_MM
from lodeway.paint.fonts import FAMILIES, measure, qfont
from lodeway.paint.page import page_image, write_pdf, write_png
from lodeway.paint.painter import new_image, paint
from tests.map import small

pytestmark = pytest.mark.usefixtures("qapp")


def painted(*records: object, size: int = 100) -> QImage:
    image = new_image(size, size, "#FFFFFF")
    painter = QPainter(image)
    paint(records, painter)  # type: ignore[arg-type]
    painter.end()
    return image


def share(image: QImage, colour: str) -> float:
    want = QColor(colour)
    near = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return sum(abs(c.red() - want.red()) + abs(c.green() - want.green()) + abs(c.blue() - want.blue()) < 90
               for c in near) / len(near)  # fmt: skip


def test_a_ring_with_a_hole_leaves_the_hole_white() -> None:
    shell, _ = box_ring(10, 10, 80, 80)
    hole = box_ring(30, 30, 40, 40)[0][::-1]
    xy, start = polyline(np.vstack([shell, hole, shell[:1]]))
    image = painted(Polygons("t", xy, start, "#000000"))
    assert image.pixelColor(50, 50) == QColor("#FFFFFF") and image.pixelColor(20, 20) == QColor("#000000")
    assert share(image, "#000000") == pytest.approx(0.64 - 0.16, abs=0.01)


@pytest.mark.parametrize("shape", ["triangle-down", "square", "circle", "port", "diamond", "hexagon"])
def test_symbols_of_one_size_cover_one_area(shape: str) -> None:
    image = painted(Symbol("t", "", shape, 50, 50, 50, "#C4581B", Pen("#C4581B", 0.0), text_colour="#C4581B"))  # type: ignore[arg-type]
    assert share(image, "#C4581B") == pytest.approx(np.pi * 25**2 / 1e4, rel=0.06)  # antialiased edges


def test_wide_lines_look_the_same_by_either_way() -> None:
    angle = np.linspace(0, 6, 900)
    xy = np.column_stack([50 + 38 * np.cos(angle), 50 + 38 * np.sin(angle)])
    many = painted(Lines("t", *polyline(xy), Pen("#000000", 4.0)))
    few = painted(Lines("t", *polyline(xy[::6]), Pen("#000000", 4.0)))
    assert share(many, "#000000") == pytest.approx(share(few, "#000000"), rel=0.12)


def test_text_is_as_wide_as_measured_and_uses_the_shipped_font() -> None:
    font = Font(20.3, "bold")
    words = "Lobito 46%"
    image = painted(Text("t", 10, 60, words, font, "#000000"), size=200)
    columns = [x for x in range(200) if any(image.pixelColor(x, y).lightness() < 128 for y in range(200))]
    assert columns[-1] - columns[0] == pytest.approx(measure(words, font), abs=5)  # bearings
    from PySide6.QtGui import QFontInfo

    assert QFontInfo(qfont(font)[0]).family() == FAMILIES[0]


def test_giving_up_stops_the_painting() -> None:
    asked = iter([False, True])
    image = new_image(50, 50, "#FFFFFF")
    painter = QPainter(image)
    records = [Polygons("t", *box_ring(0, 0, 50, 50), "#000000")] * 100
    assert not paint(records, painter, stop=lambda: next(asked))
    painter.end()


@pytest.mark.parametrize("paper", ["A3", "A4", "Letter"])
def test_the_page_is_as_large_as_the_paper(paper: str, store: LayerStore, tmp_path: Path) -> None:
    scene = Scene(small.atlas(small.mine("a", 25.4, -10.7, 1e5)), small.result(small.flow("link:lob-04", 3e5)),
                  theme=PRINT)  # fmt: skip
    page = compose_exhibit(scene, measure, title="Lobito", paper=paper, store=store, notes="Data version test.")
    write_png(page, tmp_path / "page.png", 60)
    write_pdf(page, tmp_path / "page.pdf")
    width, height = PAPER_MM[paper]
    image = QImage(str(tmp_path / "page.png"))
    assert (image.width(), image.height()) == (round(width / 25.4 * 60), round(height / 25.4 * 60))
    pdf = (tmp_path / "page.pdf").read_bytes()
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert box is not None
    assert [float(v) for v in box.groups()] == pytest.approx([width / 25.4 * 72, height / 25.4 * 72], abs=1.0)
    assert b"/FontFile2" in pdf or b"/FontFile3" in pdf, "fonts are embedded"
    assert b"/Subtype /Image" not in pdf, "nothing of the page is a raster"


def test_the_exhibit_names_sources_figures_and_scenario(store: LayerStore) -> None:
    before = small.result(small.flow("link:lob-04", 500_000.0))
    after = small.result(blocked="route:lobito")
    scene = Scene(small.atlas(), after, before, blocked=frozenset({"route:lobito"}), theme=PRINT)
    page = compose_exhibit(scene, measure, title="Without Lobito", store=store, notes="Data version test.")
    words = " ".join(r.text for r in page.records if isinstance(r, Text))
    for part in ("Without Lobito", "Natural Earth", "OpenStreetMap", "Data version test.", "Equal Earth", "blocked",
                 "\N{MINUS SIGN}500 kt", "km"):  # fmt: skip
        assert part in words, part
    assert "Lobito" in page.description
    right = max(r.x for r in page.records if isinstance(r, Text) and r.layer != "labels")
    assert right <= page.layout.width_mm
    assert page_image(page, 40).width() == round(page.layout.width_mm / 25.4 * 40)


def test_the_scale_bar_is_true(store: LayerStore) -> None:
    from lodeway.carto.scalebar import bar_length
    from lodeway.carto.scene import Frame
    from lodeway.geo.geodesic import length_m
    from lodeway.geo.viewport import Viewport

    for lon, lat, scale in ((25.0, -11.0, 500.0), (25.0, 55.0, 2000.0), (-60.0, -30.0, 4000.0)):
        x, y = store.projection.forward_points(np.array([[lon, lat]]))[0]
        frame = Frame(Viewport(x, y, scale, 1000, 700), store, measure)
        found = bar_length(frame, 150.0)
        assert found is not None
        km, length = found
        ends = frame.view.to_map(np.array([[500 - length / 2, 350.0], [500 + length / 2, 350.0]]))
        assert length_m(store.projection.inverse(ends)) / 1000 == pytest.approx(km, rel=0.005)
