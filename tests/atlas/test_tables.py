"""A bad row of the source tables fails with its table, line, id and column named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.recipe import tables
from layers.recipe.context import Context, SourceRow
from lodeway.errors import RecipeError


def spoil(ctx: Context, table: str, old: str, new: str) -> None:
    """Replace the first ``old`` of a source table by ``new``."""
    path = ctx.sources / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _read_all(ctx: Context) -> None:
    known = tables.sources(ctx)
    forms = {form.id: form for form in tables.forms(ctx, known)}
    areas = {row.required("area") for row in ctx.rows("areas")}
    tables.commodities(ctx)
    tables.places(ctx, known)
    tables.ports(ctx, known)
    tables.mines(ctx, known, forms)
    tables.plants(ctx, known, forms)
    tables.trade(ctx, known, forms, areas)
    tables.route_shares(ctx, known, forms, areas)
    tables.markets(ctx, {})


def test_the_shipped_tables_are_good(ctx: Context) -> None:
    _read_all(ctx)


@pytest.mark.parametrize(
    ("table", "old", "new", "words"),
    [
        ("mines", "437061", "437o61", "mines.csv, line 2 (mine:kamoa-kakula-copper): 'production_t_per_year'"),
        ("mines", "437061", "0", "leave it blank where it is unknown"),
        ("mines", "25.20,-10.88", "-10.88,125.20", "longitude comes first"),
        ("mines", "form:copper/concentrate-rich", "form:copper/ore", "form 'form:copper/ore' is not in forms.csv"),
        ("mines", "source:stocktitan-net-ce54eb", "source:nowhere", "source 'source:nowhere' is not in sources.csv"),
        ("mines", ",operating,2024,production,reported", ",open,2024,production,reported", "'status' is 'open'"),
        ("mines", ",production,reported,", ",production,certain,", "'confidence' is 'certain'"),
        ("ports", ",3600000,", ",0,", "leave it blank where it is unknown"),
        (
            "plants",
            "form:copper/blister,form:copper/cathode",
            "form:copper/cathode,form:copper/cathode",
            "before output",
        ),
        ("plants", "form:copper/blister,form:copper/cathode", "form:cobalt/mhp,form:copper/cathode", "no form of"),
        ("trade", ",COD,CHN,", ",COD,DEU,", "no trade area"),
        ("route_shares", "route:dar-road", "route:dar", "'route:dar' is not in routes.csv"),
        ("sources", "source:computed,", "source:own-estimate,", "this id stands twice"),
        ("forms", ",0.42,", ",42,", "not in (0, 1]"),
    ],
)
def test_a_bad_cell_is_named(ctx: Context, table: str, old: str, new: str, words: str) -> None:
    spoil(ctx, table, old, new)
    with pytest.raises(RecipeError) as caught:
        _read_all(ctx)
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{table}.csv, line ")


def test_an_own_estimate_cannot_be_reported() -> None:
    row = SourceRow("mines", 7, {"id": "mine:x", "source": "source:own-estimate", "confidence": "reported"})
    with pytest.raises(RecipeError, match=r"mines.csv, line 7 \(mine:x\): an own estimate cannot be 'reported'"):
        tables.confidence(row, {"source:own-estimate": None})  # type: ignore[dict-item]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_survives_its_cell(value: float) -> None:
    assert SourceRow("t", 2, {"id": "x", "v": repr(value)}).number("v") == value


@given(st.text())
def test_text_that_is_no_number_is_an_error_or_blank(text: str) -> None:
    row = SourceRow("t", 2, {"id": "x", "v": text})
    read: Callable[[str], Any] = row.number
    try:
        value = read("v")
    except RecipeError as error:
        assert str(error).startswith("t.csv, line 2 (x): 'v' is ")
    else:
        assert value is None if not text.strip() else value == pytest.approx(float(text), nan_ok=True)
