"""Answers as files, on a small world whose figures are known; every file is read back."""

from __future__ import annotations

import csv
import errno
import json
import os
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely

import lodeway.exports as exports
from lodeway.atlas import vector
from lodeway.atlas.gpkg_check import problems
from lodeway.errors import DataError
from lodeway.exports import EXPORTS, Answer, Export, check_target, export
from lodeway.exports.json import document
from lodeway.model.scenario import LeverUse, Scenario
from lodeway.studies.compare import compare
from tests.window.small import CHN, COPPER, EU27, small_atlas, small_provenance, small_result

BLOCKED = Scenario(name="North blocked", levers=(LeverUse("block", "route:north"),))
_CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Answer:
    lines = {k: shapely.LineString([(25.5, -10.7), (13.5, -12.4)]) for k in small_atlas().links}
    lines["link:a-south"] = shapely.MultiLineString([[(170, 0), (180, 0)], [(-180, 0), (-170, 0)]])
    monkeypatch.setattr("lodeway.exports.features.load_link_geometry", lambda: lines)
    comparison = compare(small_result(Scenario()), small_result(BLOCKED))
    return Answer(small_atlas(), comparison, small_provenance())


def by_id(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in rows}


def test_document(answer: Answer) -> None:
    found = document(answer)
    north, south = (by_id(found["routes"])[f"route:{name}"] for name in ("north", "south"))
    assert north["blocked"] is True and north["flow_t_per_year"] == 0 and north["baseline_flow_t_per_year"] == 60_000
    assert north["capacity_confidence"] == "derived" and north["capacity_source"] == "source:book"
    assert (
        south["capacity_t_per_year"] is None and south["utilisation"] is None and south["capacity_confidence"] is None
    )
    assert south["flow_t_per_year"] == 70_000
    europe = by_id(found["markets"])[EU27]
    assert (europe["demand_t"], europe["delivered_t"], europe["unmet_t"]) == (30_000, 20_000, 10_000)
    assert found["reasons"] == [
        {"subject": EU27, "commodity": COPPER, "words": "South carries all that it can.", "tonnes": 10_000}
    ]
    change = {(c["id"], c["commodity"]): c for c in found["change"]}
    assert change[EU27, COPPER]["unmet_t"] == 10_000
    assert change["route:north", None]["rerouted_t"] == -60_000
    assert found["levers"] == [{"kind": "block", "target": "route:north", "settings": {}}]


def test_json_reads_back_and_repeats(answer: Answer, tmp_path: Path) -> None:
    export(answer, tmp_path / "a.json")
    export(answer, tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8")) == document(answer)


def test_csv_is_tidy(answer: Answer, tmp_path: Path) -> None:
    export(answer, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    keys = [(r["table"], r["id"], r["name"], r["commodity"], r["stage_or_form"], r["by"], r["through"], r["measure"])
            for r in rows]  # fmt: skip
    assert len(set(keys)) == len(keys), "a figure is told once"
    assert all(row["unit"] for row in rows)
    flow = next(r for r in rows if (r["table"], r["id"], r["measure"]) == ("routes", "route:south", "flow_t_per_year"))
    assert (flow["value"], flow["baseline"], flow["unit"]) == ("70000.0", "20000.0", "t/yr gross")
    unknown = next(r for r in rows if (r["id"], r["measure"]) == ("route:south", "capacity_t_per_year"))
    assert unknown["value"] == "", "unknown is blank, not zero"
    lost = next(r for r in rows if (r["table"], r["id"], r["through"]) == ("exposure", CHN, "route:north"))
    assert (float(lost["value"]), float(lost["baseline"])) == (0.0, 0.75)


def sheet_cells(path: Path, sheet: str) -> list[list[str | float | bool | None]]:
    """Cells of a worksheet by its name, read with the standard library."""
    with zipfile.ZipFile(path) as archive:
        strings = ["".join(t.text or "" for t in item.iter(f"{_CELL}t"))
                   for item in ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))]  # fmt: skip
        names = [s.get("name") for s in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{_CELL}sheet")]
        page = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"))
    rows = []
    for row in page.iter(f"{_CELL}row"):
        cells: dict[int, str | float | bool | None] = {}
        for cell in row.iter(f"{_CELL}c"):
            letters = "".join(c for c in cell.get("r", "") if c.isalpha())
            place = sum((ord(c) - 64) * 26**i for i, c in enumerate(reversed(letters))) - 1
            text = cell.findtext(f"{_CELL}v")
            kind = cell.get("t")
            cells[place] = (None if text is None else strings[int(text)] if kind == "s"
                            else text == "1" if kind == "b" else float(text))  # fmt: skip
        rows.append([cells.get(i) for i in range(max(cells, default=-1) + 1)])
    return rows


def test_xlsx_reads_back_and_repeats(answer: Answer, tmp_path: Path) -> None:
    export(answer, tmp_path / "a.xlsx")
    export(answer, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    head, *rows = sheet_cells(tmp_path / "a.xlsx", "Routes")
    flow, capacity = head.index("Flow, t/yr gross"), head.index("Capacity, t/yr gross")
    routes = {row[0]: row for row in rows}
    assert routes["route:south"][flow] == 70_000.0
    assert routes["route:south"][capacity] is None
    assert routes["route:north"][head.index("Blocked")] is True
    about = {row[0]: row[1] for row in sheet_cells(tmp_path / "a.xlsx", "About")}
    assert about["Scenario"] == "North blocked"
    assert about["Lever"] == "route:north is closed to all cargo"


def test_gpkg_reads_back_and_is_valid(answer: Answer, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    export(answer, path)
    assert problems(path) == []
    routes = vector.read_layer(path, "routes")
    row = list(routes.fields["id"]).index("route:south")
    assert routes.crs == "EPSG:4326"
    assert routes.fields["flow_t_per_year"][row] == 70_000.0
    assert np.isnan(routes.fields["capacity_t_per_year"][row])
    assert len(routes.geometry[row].geoms) == 2, "split at the antimeridian"
    flows = vector.read_table(path, "flows")
    assert list(flows["link"]) == ["link:a-south"]
    assert flows["gross_t"][0] == 70_000.0
    assert list(vector.read_table(path, "reasons")["tonnes"]) == [10_000.0]


def test_geojson_reads_back(answer: Answer, tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    export(answer, path)
    collection = json.loads(path.read_text(encoding="utf-8"))
    ids = [feature["id"] for feature in collection["features"]]
    assert len(set(ids)) == len(ids)
    found = {f["id"]: f for f in collection["features"]}
    assert found["routes/route:south"]["properties"]["capacity_t_per_year"] is None
    assert found["links/link:a-south"]["geometry"]["type"] == "MultiLineString"
    assert found[f"markets/{EU27}/{COPPER}"]["geometry"]["coordinates"] == [4.5, 51.9]
    assert len(vector.read_layer(path)) == len(ids), "a GIS reads it"


@pytest.mark.parametrize("suffix", EXPORTS)
def test_a_failed_export_leaves_the_old_file(
    suffix: str, answer: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"answer{suffix}"
    path.write_text("old")

    def full(_: Answer, aside: Path) -> None:
        aside.write_text("half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setitem(exports.EXPORTS, suffix, Export(suffix, "", full))
    with pytest.raises(DataError, match="No space left") as caught:
        export(answer, path)
    assert "\n" not in str(caught.value)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("suffix", EXPORTS)
def test_a_new_file_replaces_the_old_one(suffix: str, answer: Answer, tmp_path: Path) -> None:
    path = tmp_path / f"answer{suffix.upper()}"
    path.write_text("old")
    export(answer, path)
    assert path.stat().st_size > 500
    assert list(tmp_path.iterdir()) == [path], "nothing is left beside it"


def test_targets_that_cannot_be_written(answer: Answer, tmp_path: Path) -> None:
    (tmp_path / "folder.json").mkdir()
    for name, words in (("a.docx", "no format"), ("a", "no ending"), ("none/a.json", "does not exist"),
                        ("folder.json", "is a folder")):  # fmt: skip
        with pytest.raises(DataError, match=words):
            check_target(tmp_path / name)
        with pytest.raises(DataError, match=words):
            export(answer, tmp_path / name)


def test_a_folder_without_write_permission(answer: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    with pytest.raises(DataError, match="cannot be written"):
        export(answer, tmp_path / "a.json")
    assert list(tmp_path.iterdir()) == []
