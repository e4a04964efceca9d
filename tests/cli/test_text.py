"""Tables and numbers for people."""

from __future__ import annotations

import pytest

from lodeway.cli.text import Footnotes, Table, money, number, share, shortened, width


def test_numbers() -> None:
    assert number(1234567.4) == "1,234,567"
    assert number(-0.4) == "0"
    assert number(None) == "unknown"
    assert number(0.0, 2, sign=True) == "0.00"
    assert number(5.0, sign=True) == "+5"
    assert number(5.0, estimated=True) == "~5"
    assert share(0.5) == "50.0 %"
    assert share(None) == "unknown"
    assert money(-2_500_000, sign=True) == "-2.50 M"
    assert money(16.8e9) == "16.80 bn"
    assert money(None) == "unknown"


def test_wide_signs_and_cuts() -> None:
    assert width("中国") == 4
    assert width("e\u0301") == 1
    assert shortened("中国铜", 5) == "中国…"
    assert shortened("Lobito", 6) == "Lobito"


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_a_table_fits_the_terminal_by_shortening_words_only(columns: int) -> None:
    table = Table(("name", "t"), frozenset({"name"}))
    table.add("A name that goes on and on and on beyond any terminal that people have", "1,234,567")
    table.add("中国 " * 10, "7")
    lines = table.lines(columns)
    assert all(width(line) <= columns for line in lines)
    assert lines[2].endswith("1,234,567")
    assert lines[3].endswith("7")
    assert len({width(line) for line in lines}) == 1


def test_blank_columns_go_and_a_short_row_is_an_error() -> None:
    table = Table(("a", "b", "c"), frozenset({"a"}))
    table.add("x", "", "1")
    table.add("y", "", "2")
    assert table.without_empty().headers == ["a", "c"]
    with pytest.raises(ValueError, match="2 cells for 3 columns"):
        table.add("x", "y")


def test_footnotes_number_sources_once() -> None:
    notes = Footnotes()
    assert [notes.mark("a", "A"), notes.mark("b", "B"), notes.mark("a", "A")] == ["[1]", "[2]", "[1]"]
    assert notes.lines() == ["[1] A", "[2] B"]
