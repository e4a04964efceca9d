"""The reader on the shipped atlas and on spoiled copies; the codec on invented rows."""

from __future__ import annotations

import dataclasses
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodeway.atlas.codec import columns, decode, encode
from lodeway.atlas.reader import TABLES, atlas_path, load_atlas, load_link_geometry, load_provenance
from lodeway.errors import DataError
from lodeway.model.atlas import Atlas

TEXT = st.text(st.characters(codec="utf-8", exclude_characters=";\x00"))
WORDS = st.lists(TEXT.filter(bool), max_size=4).map(tuple)
FINITE = st.floats(allow_nan=False, allow_infinity=False)


@dataclass(frozen=True)
class Row:
    """Every kind of field that the model has."""

    id: str
    number: float
    unknown: float | None
    year: int | None
    flag: bool
    words: tuple[str, ...]
    pairs: tuple[tuple[str, bool], ...]
    names: dict[str, str]


@given(st.builds(Row, TEXT, FINITE, st.none() | FINITE, st.none() | st.integers(-3000, 3000), st.booleans(), WORDS,
                 st.lists(st.tuples(TEXT, st.booleans()), max_size=3).map(tuple),
                 st.dictionaries(TEXT, TEXT, max_size=3)))  # fmt: skip
def test_a_row_survives_the_file(row: Row) -> None:
    with sqlite3.connect(":memory:") as db:
        types = {"number": "REAL", "unknown": "REAL", "year": "INTEGER", "flag": "INTEGER"}
        fields = ", ".join(f"{c} {types.get(c, 'TEXT')}" for c in columns(Row))
        db.execute(f"CREATE TABLE t ({fields})")
        db.execute(f"INSERT INTO t VALUES ({', '.join('?' * len(columns(Row)))})", tuple(encode(row).values()))
        assert decode(Row, db.execute("SELECT * FROM t")) == [row]


def test_an_empty_table_is_empty() -> None:
    assert decode(Row, iter([])) == []


def test_the_atlas_has_everything(real_atlas: Atlas) -> None:
    assert real_atlas.year == 2024 and len(real_atlas.data_version) == 16
    for name in set(TABLES) - {"values"}:
        assert getattr(real_atlas, name), name
    assert real_atlas.area_of_country["DEU"] == "EU27" and real_atlas.market_of_area["EU27"] == "market:EU27"
    assert real_atlas.market_of_area["BRA"] == "market:ROW"
    assert len(real_atlas.sites) == sum(
        len(t) for t in (real_atlas.mines, real_atlas.plants, real_atlas.ports, real_atlas.places, real_atlas.markets)
    )


def test_unknown_is_none_and_never_zero(real_atlas: Atlas) -> None:
    for table in (real_atlas.mines, real_atlas.ports, real_atlas.links, real_atlas.routes):
        for record in table.values():
            for field in dataclasses.fields(record):
                if "capacity" in field.name:
                    assert getattr(record, field.name) != 0.0, record
    assert real_atlas.ports["port:cn-hongkong"].country == "HKG"


def test_every_link_has_a_line_inside_the_world(real_atlas: Atlas) -> None:
    lines = load_link_geometry()
    assert lines.keys() == real_atlas.links.keys()
    for name, line in lines.items():
        west, south, east, north = line.bounds  # type: ignore[attr-defined]
        assert -180 <= west <= east <= 180 and -90 <= south <= north <= 90, name


def test_provenance_leads_to_a_source(real_atlas: Atlas) -> None:
    told = load_provenance().values["mine:kamoa-kakula-copper"]
    value = next(v for v in told if v.field == "production_t_per_year")
    assert (value.value, value.year, value.confidence) == (437061.0, 2024, "reported")
    assert real_atlas.sources[value.source].address.startswith("https://")


@pytest.mark.parametrize("content", [b"", b"not a database at all", b"SQLite format 3\x00" + bytes(200)])
def test_a_file_that_is_no_atlas_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "atlas.gpkg"
    path.write_bytes(content)
    for read in (load_atlas, load_provenance):
        with pytest.raises(DataError) as caught:
            read(path)
        assert "\n" not in str(caught.value) and "atlas.gpkg" in str(caught.value)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"atlas\.gpkg"):
        load_atlas(tmp_path / "atlas.gpkg")


@pytest.mark.parametrize("change", ["DROP TABLE links", "DELETE FROM meta", "UPDATE links SET length_km = 'far'"])
def test_an_incomplete_atlas_is_one_sentence(tmp_path: Path, change: str) -> None:
    path = tmp_path / "atlas.gpkg"
    shutil.copy(atlas_path(), path)
    with sqlite3.connect(path) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f'DROP TRIGGER "{name}"')
        db.execute(change)
    db.close()
    with pytest.raises(DataError, match="is not a complete atlas"):
        load_atlas(path)
