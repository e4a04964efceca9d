"""Closing to published totals: residual sites, scaling, scrap."""

from __future__ import annotations

import dataclasses

import pytest
import shapely

from layers.recipe import totals
from layers.recipe.context import SourceRow
from layers.recipe.totals import Closing
from lodeway.errors import RecipeError
from lodeway.model.atlas import NationalTotal
from lodeway.model.commodity import Commodity, Form
from lodeway.model.network import Mine, Plant

COPPER = Commodity("commodity:copper", "Copper", "Cu", "t Cu", 9000.0, True, "", "#b87333", {})
FORMS = {
    "form:copper/concentrate": Form("form:copper/concentrate", COPPER.id, "Concentrate", 0.25, "bulk", 0, False),
    "form:copper/blister": Form("form:copper/blister", COPPER.id, "Blister", 0.99, "box", 1, False),
    "form:copper/cathode": Form("form:copper/cathode", COPPER.id, "Cathode", 1.0, "box", 2, True),
}


def _mine(name: str, country: str, form: str, tonnes: float | None) -> Mine:
    return Mine(f"mine:{name}", name, country, 5.0, 5.0, f"form:copper/{form}", tonnes, None, "", "", "", "operating",
                False, 2024, "reported", "source:a", "")  # fmt: skip


def _plant(name: str, country: str, output: str, made: float | None, capacity: float) -> Plant:
    inputs = tuple(form for form in FORMS if FORMS[form].stage < FORMS[f"form:copper/{output}"].stage)
    return Plant(f"plant:{name}", name, country, 5.0, 5.0, COPPER.id, inputs, f"form:copper/{output}", made, capacity,
                 0.9, None, 100.0, "", "", "", "operating", False, 2024, "reported", "source:a", "")  # fmt: skip


def _total(area: str, stage: str, tonnes: float) -> NationalTotal:
    return NationalTotal(COPPER.id, area, stage, 2024, tonnes, "reported", "source:a")


def _row(table: str, **cells: str) -> SourceRow:
    return SourceRow(table, 2, {"commodity": COPPER.id, **cells})


def _closing(mines: list[Mine], plants: list[Plant], published: list[NationalTotal]) -> Closing:
    square = shapely.box(0, 0, 10, 10)
    return Closing(
        mines=mines,
        plants=plants,
        totals=published,
        weights=[],
        scrap=[_row("secondary", area="AAA", weight="1")],
        forms=FORMS,
        area={"AAA": "AAA", "BBB": "BBB"},
        ground={"AAA": square, "BBB": square},
        year=2024,
    )


def test_the_rest_of_a_country_closes_its_total() -> None:
    closing = _closing([_mine("a", "AAA", "concentrate", 60.0)], [], [_total("AAA", "mine", 100.0)])
    totals._close_mines(closing, COPPER.id)
    rest = closing.mines[-1]
    assert (rest.id, rest.residual, rest.production_t_per_year) == ("mine:rest-of-aaa-copper", True, 40.0)
    assert shapely.contains_xy(closing.ground["AAA"], rest.lon, rest.lat)
    assert closing.values[-1].formula == "100 t published for AAA - 60 t listed"


def test_mines_over_the_published_total_are_scaled_and_told() -> None:
    closing = _closing(
        [_mine("a", "AAA", "concentrate", 90.0), _mine("b", "AAA", "cathode", 30.0)], [], [_total("AAA", "mine", 100.0)]
    )
    totals._close_mines(closing, COPPER.id)
    assert [m.production_t_per_year for m in closing.mines] == pytest.approx([75.0, 25.0])
    assert len(closing.mines) == 2 and "over 100 t published" in closing.gaps[0]


def test_leached_cathode_of_mines_counts_as_refined_and_not_twice() -> None:
    closing = _closing(
        [_mine("a", "AAA", "cathode", 70.0), _mine("b", "AAA", "concentrate", 40.0)],
        [_plant("p", "AAA", "cathode", None, 50.0)],
        [_total("AAA", "mine", 110.0), _total("AAA", "refined", 100.0), _total("WLD", "refined", 100.0)],
    )
    totals.close(closing, [COPPER])
    plant = closing.plants[0]
    assert plant.production_t_per_year == pytest.approx(30.0)
    assert not any(p.residual for p in closing.plants)


def test_scrap_makes_the_feed_of_refineries_exact_past_the_loss_of_smelters() -> None:
    closing = _closing(
        [_mine("a", "AAA", "concentrate", 100.0)],
        [_plant("s", "BBB", "blister", 45.0, 50.0), _plant("p", "AAA", "cathode", 120.0, 150.0)],
        [_total("AAA", "mine", 100.0), _total("AAA", "refined", 120.0), _total("WLD", "refined", 120.0)],
    )
    totals.close(closing, [COPPER])
    smelter, refinery = closing.plants
    assert smelter.secondary_t_per_year is None
    fed = (refinery.production_t_per_year or 0.0) - (refinery.secondary_t_per_year or 0.0)
    assert fed / 0.9 == pytest.approx(100.0 - (50.0 - 45.0))


def test_more_scrap_than_output_is_an_error() -> None:
    closing = _closing(
        [_mine("a", "AAA", "concentrate", 10.0)],
        [_plant("p", "AAA", "cathode", 20.0, 20.0), _plant("q", "BBB", "cathode", 200.0, 200.0)],
        [_total("AAA", "refined", 20.0), _total("BBB", "refined", 200.0), _total("WLD", "refined", 220.0)],
    )
    with pytest.raises(RecipeError, match="lower the weight of its area"):
        totals.close(closing, [COPPER])


def test_a_plant_with_known_output_keeps_it() -> None:
    closing = _closing(
        [_mine("a", "AAA", "concentrate", 200.0)],
        [_plant("p", "AAA", "cathode", 60.0, 90.0), _plant("q", "AAA", "cathode", None, 80.0)],
        [_total("AAA", "mine", 200.0), _total("AAA", "refined", 100.0), _total("WLD", "refined", 100.0)],
    )
    totals.close(closing, [COPPER])
    assert [p.production_t_per_year for p in closing.plants] == pytest.approx([60.0, 40.0])
    assert dataclasses.asdict(closing.plants[0])["confidence"] == "reported"
