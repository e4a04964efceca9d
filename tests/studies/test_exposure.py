"""Exposure as matrices and the concentration index with its bounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lodeway.levers  # noqa: F401  (tells the solver the levers)
from lodeway.model.result import EXPOSURE_BY
from lodeway.model.scenario import LeverUse, Scenario
from lodeway.solve import Model
from lodeway.studies.exposure import concentrations, hhi, level, matrix
from tests.solve.small import METAL, mine, world


def test_the_index_of_the_textbook() -> None:
    """50/30/15/5 per cent: 2,500 + 900 + 225 + 25."""
    assert hhi([0.5, 0.3, 0.15, 0.05]) == pytest.approx((3_650.0, 3_650.0, 1.0))


def test_an_unknown_rest_is_not_one_supplier() -> None:
    """Half is one country, half is unknown: 2,500 where the rest is spread, 5,000 where it is one more country."""
    assert hhi([0.5]) == pytest.approx((2_500.0, 5_000.0, 0.5))
    assert hhi([]) == (0.0, 10_000.0, 0.0)


def test_shares_of_a_tonne_that_passes_several_are_divided_by_their_sum() -> None:
    assert hhi([1.0, 1.0]) == pytest.approx((5_000.0, 5_000.0, 1.0))


@given(st.lists(st.floats(0.0, 1.0), max_size=12))
def test_the_bounds_hold_the_index(shares: list[float]) -> None:
    low, high, known = hhi(shares)
    assert 0.0 <= low <= high + 1e-9 and high <= 10_000.0 + 1e-6 and 0.0 <= known <= 1.0


def test_levels() -> None:
    assert [level(v) for v in (999.0, 1_500.0, 1_801.0)] == ["low", "moderate", "high"]


def test_two_mines_and_two_roads_by_hand(tmp_path: Path) -> None:
    """AAA sends 75, BBB 25 of 100 kt; of 200 kt gross the road r1 takes 60, the rail r2 140. All mixes at one plant.

    Mine countries 75 % and 25 %: 5,625 + 625 = 6,250. Routes 30 % and 70 %: 900 + 4,900 = 5,800.
    """
    atlas = world(mines=(mine("m", "AAA", 75_000.0), mine("n", "BBB", 25_000.0)))
    result = Model(atlas, tmp_path / "none.npz").baseline()
    table = matrix(result, METAL, "mine_country")
    assert table.rows == ("country:AAA", "country:BBB") and table.markets == ("market:A", "market:B")
    assert table.shares == pytest.approx(np.array([[0.75, 0.75], [0.25, 0.25]]), abs=1e-6)
    assert matrix(result, METAL, "route").shares[:, 0] == pytest.approx([0.7, 0.3], abs=1e-4)
    found = {(c.market, c.by): c for c in concentrations(result)}
    assert found["market:A", "mine_country"].hhi_low == pytest.approx(6_250.0, abs=1)
    assert found["market:A", "mine_country"].hhi_high == pytest.approx(6_250.0, abs=1)
    assert found["market:A", "route"].hhi_low == pytest.approx(5_800.0, abs=5)
    assert found["market:B", "mine_country"].largest == "country:AAA"


def test_a_market_that_receives_nothing_has_no_exposure(tmp_path: Path) -> None:
    """Unknown, not zero: a heat map with 0 % would call it safe."""
    use = LeverUse("block", "link:to-a")
    result = Model(world(), tmp_path / "none.npz").solve(Scenario(levers=(use,)))
    table = matrix(result, METAL, "port")
    column = table.markets.index("market:A")
    assert np.isnan(table.shares[:, column]).all() and not np.isnan(np.delete(table.shares, column, axis=1)).any()
    assert "market:A" not in {c.market for c in concentrations(result)}


def test_shares_of_mine_countries_add_up_to_what_is_mined_on_the_real_world(real_atlas: object) -> None:
    """Each tonne has one mine country or is scrap; a sum above one would count a tonne twice."""
    result = Model(real_atlas).baseline()  # type: ignore[arg-type]
    for commodity in {m.commodity for m in result.markets}:
        for by in EXPOSURE_BY:
            table = matrix(result, commodity, by, least=0.0)
            assert (table.shares[~np.isnan(table.shares)] <= 1.0 + 1e-6).all()
            if by == "mine_country":
                assert (np.nansum(table.shares, axis=0) <= 1.0 + 1e-6).all()
                assert commodity != "commodity:copper" or np.nansum(table.shares) > 0.5  # gallium has no mine
