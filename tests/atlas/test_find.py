"""Finding, resolving and showing what the atlas holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodeway.atlas.find import find, plain, resolve
from lodeway.atlas.show import sheet
from lodeway.errors import UnknownIdError
from lodeway.model.atlas import Atlas, Provenance


@pytest.mark.parametrize(
    ("typed", "identifier"),
    [
        ("route:lobito", "route:lobito"), ("ROUTE:LOBITO", "route:lobito"), ("gate:suez", "gate:suez"),
        ("suez", "gate:suez"), ("TAZARA", "route:tazara"), ("AOLOB", "port:ao-lobito"), ("link:LOB-06", "link:lob-06"),
        ("market:usa", "market:USA"), (" copper ", "commodity:copper"), ("area:eu27", "area:EU27"),
    ],
)  # fmt: skip
def test_resolve(real_atlas: Atlas, typed: str, identifier: str) -> None:
    assert resolve(real_atlas, typed) == identifier


@pytest.mark.parametrize(("typed", "near"), [("route:lobto", "route:lobito"), ("gate:hormus", "gate:hormuz")])
def test_a_typing_mistake_is_told_the_nearest(real_atlas: Atlas, typed: str, near: str) -> None:
    with pytest.raises(UnknownIdError, match=near):
        resolve(real_atlas, typed)


def test_find_forgives_accents_and_mistakes(real_atlas: Atlas) -> None:
    assert "mine:kamoa-kakula-copper" in [hit.id for hit in find(real_atlas, "kamoa")]
    assert "gate:malacca" in [hit.id for hit in find(real_atlas, "malaca")]
    assert "country:CIV" in [hit.id for hit in find(real_atlas, "cote d'ivoire")]
    assert find(real_atlas, "   ") == []


@given(st.text())
def test_plain_is_idempotent(text: str) -> None:
    assert plain(plain(text)) == plain(text)


def test_sheet_of_a_computed_value_names_its_inputs(real_atlas: Atlas, provenance: Provenance) -> None:
    told = sheet(real_atlas, provenance, "mine:rest-of-chl-copper")
    made = next(v for v in told.values if v.value.field == "production_t_per_year")
    assert "published for" in made.value.formula
    assert made.source is not None and made.source.kind == "computed"


def test_every_id_has_a_sheet(real_atlas: Atlas, provenance: Provenance) -> None:
    for identifier in (
        "route:lobito",
        "link:lob-06",
        "gate:suez",
        "country:COD",
        "commodity:copper",
        "form:copper/cathode",
        "port:ao-lobito",
        "market:CHN",
        "source:own-estimate",
    ):
        assert sheet(real_atlas, provenance, identifier).id == identifier
    with pytest.raises(UnknownIdError):
        sheet(real_atlas, provenance, "mine:nowhere")
