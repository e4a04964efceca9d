"""Coordinates in any notation, and figures measured on the ellipsoid."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from lodeway.geo.coordinates import NotCoordinatesError, parse_lonlat
from lodeway.geo.measure import area_m2, drawn, feature_size, segments

KOLWEZI = (25.4667, -10.7167)


@pytest.mark.parametrize(
    "text",
    [
        "-10.7167, 25.4667", "-10.7167 25.4667", "−10.7167 25.4667", "10.7167S 25.4667E", "S10.7167 E25.4667",
        "10°43′S 25°28′E", "10°43'0.1\"S, 25°28'0.1\"E", "S10 43 00 E25 28 00", "25°28′00″E, 10°43′00″S",
        "10,7167 S 25,4667 E", "-10,7167; 25,4667", "-10,7167 25,4667", "10.7167 sud 25.4667 est",
        "10.7167 sul 25.4667 L", "南纬10.7167 东经25.4667", "lat -10.7167 lon 25.4667", "-10 43 0 25 28 0",
        "35L 332300 8815000", "35 L 332300mE 8815000mN",
    ],
)  # fmt: skip
def test_one_place_in_many_notations(text: str) -> None:
    assert parse_lonlat(text) == pytest.approx(KOLWEZI, abs=0.001)


@pytest.mark.parametrize(
    ("text", "place"),
    [("51.5,-0.1", (-0.1, 51.5)), ("120 10", (120.0, 10.0)), ("10°O 5°N", (-10.0, 5.0)), ("0 359", (-1.0, 0.0)),
     ("-0 30 0, 10", (10.0, -0.5))],
)  # fmt: skip
def test_order_and_sides(text: str, place: tuple[float, float]) -> None:
    assert parse_lonlat(text) == pytest.approx(place)


@pytest.mark.parametrize(
    "text",
    ["", "kolwezi", "10", "10 20 30", "95 200", "10N 20N", "10 75 S 20 E", "1e5, 3", "nan, nan", "10.5.3, 4", "61A 5 5",
     "10..5 20", "S S 10 20", "×" * 5000],
)  # fmt: skip
def test_what_is_no_place_is_told_in_one_sentence(text: str) -> None:
    with pytest.raises(NotCoordinatesError) as told:
        parse_lonlat(text)
    assert len(str(told.value)) < 260


@given(st.floats(-89.99, 89.99), st.floats(-179.99, 179.99))
def test_what_is_written_is_read(lat: float, lon: float) -> None:
    """S10 43 00 E25 28 00 was once read as 10.7 east: a letter before the figures closed the wrong angle."""

    def dms(value: float, sides: str) -> str:
        seconds = round(abs(value) * 3600)
        return f"{sides[value < 0]}{seconds // 3600}°{seconds // 60 % 60}′{seconds % 60}″"

    found = parse_lonlat(f"{dms(lat, 'NS')} {dms(lon, 'EW')}")
    assert found == pytest.approx((lon, lat), abs=0.001)
    assert parse_lonlat(f"{lat:.6f}; {lon:.6f}") == pytest.approx((lon, lat), abs=1e-5)


def test_lengths_bearings_and_areas_are_those_of_the_ellipsoid() -> None:
    """A quarter of the equator is 10,018.754 km, a degree of it squared 12,308.8 km² (WGS 84)."""
    line = np.array([[0.0, 0.0], [90.0, 0.0], [90.0, 45.0]])
    east, north = segments(line)
    assert east.length_m == pytest.approx(10_018_754.171, abs=0.01)
    assert (east.bearing_deg, north.bearing_deg) == pytest.approx((90.0, 0.0))
    square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    assert area_m2(square) == pytest.approx(12_308.778e6, rel=1e-6)
    assert area_m2(square[::-1]) == pytest.approx(area_m2(square)), "the other way round was once the rest of the Earth"
    assert area_m2(square[:2]) == 0.0
    length, area = feature_size(shapely.Polygon(square))
    assert area == pytest.approx(area_m2(square))
    assert length == pytest.approx(sum(s.length_m for s in segments(np.vstack([square, square[:1]]))))


def test_a_measured_line_follows_the_geodesic() -> None:
    way = drawn(np.array([[-74.0, 40.7], [139.7, 35.7]]))
    assert way[:, 1].max() > 65.0, "from New York to Tokyo by the north"
    assert len(drawn(np.array([[0.0, 0.0]]))) == 1
