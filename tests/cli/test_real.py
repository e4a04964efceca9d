"""The contract of ``solve --json`` and of the other commands, on the shipped data."""

from __future__ import annotations

import json
import math
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from lodeway.cli import main
from lodeway.model.atlas import Atlas
from lodeway.model.result import EXPOSURE_BY
from tests.cli.conftest import Run, run_program

Document = dict[str, Any]

NUMBER, WORDS, FLAG, MAYBE_NUMBER, MAYBE_WORDS = "number", "words", "flag", "number or null", "words or null"
THROUGHPUT = {
    "id": WORDS, "name": WORDS, "status": WORDS, "blocked": FLAG, "capacity_t_per_year": MAYBE_NUMBER,
    "capacity_confidence": MAYBE_WORDS, "capacity_source": MAYBE_WORDS, "flow_t_per_year": NUMBER,
    "baseline_flow_t_per_year": NUMBER, "utilisation": MAYBE_NUMBER, "slack_t_per_year": MAYBE_NUMBER,
    "bottleneck": MAYBE_WORDS, "by_commodity_t_per_year": "object", "marginal_value_usd_per_t": "list or null",
}  # fmt: skip
SCHEMA: dict[str, Any] = {
    "schema": NUMBER, "status": WORDS, "objective_usd_per_year": NUMBER, "year": NUMBER, "adaptation": WORDS,
    "levers": [{"kind": WORDS, "target": WORDS, "settings": "object"}],
    "scenario": {"schema": NUMBER, "name": WORDS, "year": MAYBE_NUMBER, "adaptation": WORDS, "comment": WORDS,
                 "levers": "list"},
    "against": {"name": WORDS, "objective_usd_per_year": NUMBER, "unmet_t": NUMBER},
    "routes": [THROUGHPUT], "links": [THROUGHPUT], "ports": [THROUGHPUT], "gates": [THROUGHPUT],
    "markets": [{"id": WORDS, "commodity": WORDS, "demand_t": NUMBER, "delivered_t": NUMBER, "unmet_t": NUMBER,
                 "mean_cost_usd_per_t": MAYBE_NUMBER, "mean_days": MAYBE_NUMBER, "baseline_unmet_t": NUMBER}],
    "exposure": [{"market": WORDS, "commodity": WORDS, "by": WORDS, "id": WORDS, "share": NUMBER}],
    "change": [{"id": WORDS, "commodity": MAYBE_WORDS, "unmet_t": NUMBER, "rerouted_t": NUMBER,
                "added_cost_usd": MAYBE_NUMBER, "added_cost_usd_per_t": MAYBE_NUMBER, "added_days": MAYBE_NUMBER}],
    "reasons": [{"subject": WORDS, "commodity": MAYBE_WORDS, "words": WORDS, "tonnes": NUMBER}],
    "totals": [{"commodity": WORDS, "area": WORDS, "stage": WORDS, "confidence": MAYBE_WORDS, "source": MAYBE_WORDS,
                "modelled_t": NUMBER, "residual_t": NUMBER, "unsold_t": NUMBER, "published_t": MAYBE_NUMBER,
                "gap_t": MAYBE_NUMBER}],
    "sites": [{"id": WORDS, "commodity": WORDS, "form": WORDS, "name": WORDS, "country": MAYBE_WORDS,
               "rest_of_country": "flag or null", "confidence": MAYBE_WORDS, "output_t": NUMBER,
               "baseline_output_t": MAYBE_NUMBER, "limit_t": MAYBE_NUMBER, "stock_t": NUMBER}],
    "balance": {"max_error_t": NUMBER, "baseline_max_error_t": NUMBER},
    "model": {"columns": NUMBER, "rows": NUMBER},
    "data_version": WORDS, "program_version": WORDS,
}  # fmt: skip


def fits(value: Any, kind: Any, where: str = "document") -> None:
    """Assert that ``value`` has the shape ``kind``: the same keys in the same order, the same kinds of values."""
    if isinstance(kind, dict):
        assert list(value) == list(kind), f"{where}: {list(value)}"
        for key, inner in kind.items():
            fits(value[key], inner, f"{where}.{key}")
    elif isinstance(kind, list):
        assert isinstance(value, list), where
        for place, item in enumerate(value):
            fits(item, kind[0], f"{where}[{place}]")
    else:
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        ok = {
            NUMBER: is_number, MAYBE_NUMBER: value is None or is_number,
            WORDS: (isinstance(value, str) and value != "") or where.endswith(".comment"),
            MAYBE_WORDS: value is None or (isinstance(value, str) and value != ""), FLAG: isinstance(value, bool),
            "flag or null": value is None or isinstance(value, bool), "object": isinstance(value, dict),
            "list": isinstance(value, list), "list or null": value is None or isinstance(value, list),
        }[kind]  # fmt: skip
        assert ok, f"{where} is {value!r}, not {kind}"


def by_id(rows: list[Document]) -> dict[str, Document]:
    found = {row["id"]: row for row in rows}
    assert len(found) == len(rows), "an id is listed once"
    return found


def test_schema(lobito: Document) -> None:
    fits(lobito, SCHEMA)
    assert lobito["status"] == "optimal"
    assert lobito["levers"] == [{"kind": "block", "target": "route:lobito", "settings": {}}]
    for table in ("routes", "links", "ports", "gates", "markets", "exposure", "change", "totals", "sites"):
        assert lobito[table], f"{table} is empty"
    assert {e["by"] for e in lobito["exposure"]} <= set(EXPOSURE_BY)


def test_every_id_is_in_the_atlas(lobito: Document, real_atlas: Atlas) -> None:
    known: dict[str, Collection[str]] = {
        "routes": real_atlas.routes, "links": real_atlas.links, "ports": real_atlas.ports,
        "gates": real_atlas.gates, "markets": real_atlas.markets, "sites": real_atlas.sites,
    }  # fmt: skip
    for table, things in known.items():
        assert all(row["id"] in things for row in lobito[table]), table
    assert lobito["data_version"] == real_atlas.data_version


def test_the_blocked_route_carries_nothing_and_named_rivals_gain(lobito: Document) -> None:
    routes = by_id(lobito["routes"])
    blocked = routes["route:lobito"]
    assert blocked["blocked"] is True and blocked["flow_t_per_year"] == 0
    assert blocked["baseline_flow_t_per_year"] > 10_000, "the baseline uses it, or the block would say nothing"
    gains = {i: r["flow_t_per_year"] - r["baseline_flow_t_per_year"] for i, r in routes.items() if i != "route:lobito"}
    winners = {i for i, gain in gains.items() if gain > 1_000}
    rivals = {"route:tazara", "route:dar-road", "route:durban", "route:northsouth-road", "route:beira", "route:walvis",
              "route:northsouth", "route:beira-tete", "route:kazungula"}  # fmt: skip
    assert winners & rivals, gains
    lost = blocked["baseline_flow_t_per_year"]
    assert sum(g for g in gains.values() if g > 0) >= 0.5 * lost, "most of the metal finds another way"
    for link in lobito["links"]:
        if link["id"] == "link:lob-06":
            assert link["flow_t_per_year"] == 0


def test_balances_and_shares_add_up(lobito: Document, world: Document) -> None:
    for document in (lobito, world):
        assert document["balance"]["max_error_t"] < 1e-6
        for m in document["markets"]:
            assert m["delivered_t"] + m["unmet_t"] == pytest.approx(m["demand_t"], abs=1e-3)
        delivered = {(m["id"], m["commodity"]): m["delivered_t"] for m in document["markets"]}
        shares: dict[tuple[str, str], float] = {}
        for e in document["exposure"]:
            assert -1e-9 <= e["share"] <= 1 + 1e-6
            if e["by"] == "mine_country":
                key = (e["market"], e["commodity"])
                shares[key] = shares.get(key, 0.0) + e["share"]
        for key, total in shares.items():
            assert delivered[key] > 0
            assert total <= 1 + 1e-6


def test_flows_respect_capacities(lobito: Document) -> None:
    for table in ("routes", "links", "ports"):
        for row in lobito[table]:
            if row["utilisation"] is not None:
                assert row["utilisation"] <= 1 + 1e-6, row["id"]


def test_missing_demand_of_the_baseline_is_explained(world: Document) -> None:
    explained = {(r["subject"], r["commodity"]) for r in world["reasons"]}
    for m in world["markets"]:
        if m["unmet_t"] > 0.5:
            assert (m["id"], m["commodity"]) in explained, m


def test_the_same_question_gives_the_same_bytes(lobito_text: str) -> None:
    again = run_program("solve", "--block", "lobito", "--json")  # the short name means the same
    assert again.stdout == lobito_text


def unused_link(world: Document, atlas: Atlas) -> str:
    idle = (atlas.links[row["id"]] for row in world["links"] if row["flow_t_per_year"] == 0)
    return next(link.id for link in idle if link.kind == "tabled" and link.status == "operating")


def test_blocking_what_is_not_used_changes_no_number(world: Document, real_atlas: Atlas) -> None:
    link = unused_link(world, real_atlas)
    done = run_program("solve", "--block", link, "--json")
    assert done.returncode == 0, done.stderr
    changed = json.loads(done.stdout)
    assert changed["objective_usd_per_year"] == world["objective_usd_per_year"]
    assert changed["markets"] == world["markets"]
    assert changed["exposure"] == world["exposure"]
    assert changed["sites"] == world["sites"]
    for table in ("routes", "links", "ports", "gates"):
        for before, now in zip(world[table], changed[table], strict=True):
            assert (before["id"], before["flow_t_per_year"]) == (now["id"], now["flow_t_per_year"])
    assert all(c["rerouted_t"] == 0 and c["unmet_t"] == 0 for c in changed["change"])


def test_an_answer_is_a_scenario_too(lobito_text: str, tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text(lobito_text, encoding="utf-8")
    again = run_program("solve", str(path), "--json")
    assert again.stdout == lobito_text
    other = json.loads(run_program("solve", "--against", str(path), "--json").stdout)
    north = by_id(other["routes"])["route:lobito"]
    assert north["baseline_flow_t_per_year"] == 0 < north["flow_t_per_year"]


def test_exports_of_the_real_answer_agree(lobito: Document, tmp_path: Path) -> None:
    import csv

    from lodeway.atlas import vector
    from lodeway.atlas.gpkg_check import problems

    names = [tmp_path / f"a{suffix}" for suffix in (".json", ".csv", ".xlsx", ".gpkg", ".geojson")]
    done = run_program("solve", "--block", "lobito", *[word for name in names for word in ("-o", str(name))])
    assert done.returncode == 0, done.stderr
    assert all(name.exists() and str(name) in done.stdout for name in names)
    assert json.loads(names[0].read_text(encoding="utf-8")) == lobito
    flows = {row["id"]: row["flow_t_per_year"] for row in lobito["links"]}
    with names[1].open(encoding="utf-8", newline="") as stream:
        told = {row["id"]: float(row["value"]) for row in csv.DictReader(stream)
                if (row["table"], row["measure"]) == ("links", "flow_t_per_year")}  # fmt: skip
    assert told == flows
    assert problems(names[3]) == []
    layer = vector.read_layer(names[3], "links")
    assert dict(zip(layer.fields["id"], layer.fields["flow_t_per_year"], strict=True)) == flows
    drawn = [g for g, f in zip(layer.geometry, layer.fields["flow_t_per_year"], strict=True) if f > 0]
    assert all(g is not None for g in drawn), "what carries cargo has a line"


def test_totals_are_published_ones_or_name_their_gap(world: Document) -> None:
    rows = [t for t in world["totals"] if t["published_t"]]
    assert len(rows) > 30
    for t in rows:
        assert t["gap_t"] == pytest.approx(t["modelled_t"] - t["published_t"], abs=1e-3)
    mined = {t["area"]: t for t in rows if (t["commodity"], t["stage"]) == ("commodity:copper", "mine")}
    drc = mined["COD"]
    assert drc["modelled_t"] + drc["unsold_t"] == pytest.approx(drc["published_t"], rel=0.01)


def test_path(run: Run) -> None:
    done = run("path", "kolwezi", "port:cn-shanghai", "--form", "copper/cathode", "--k", "3", "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["status"], document["from"]) == (0, "ok", "place:cd-kolwezi")
    paths = document["paths"]
    assert len(paths) == 3
    assert [p["generalised_usd_per_t"] for p in paths] == sorted(p["generalised_usd_per_t"] for p in paths)
    for path in paths:
        assert path["legs"][0]["from"] == "place:cd-kolwezi" and path["legs"][-1]["to"] == "port:cn-shanghai"
        assert path["length_km"] == pytest.approx(sum(leg["length_km"] for leg in path["legs"]), abs=0.01)
        assert all(a["to"] == b["from"] for a, b in zip(path["legs"], path["legs"][1:], strict=False))


def test_no_route_is_a_state_of_its_own(run: Run) -> None:
    done = run("path", "port:ae-jebelali", "port:cn-shanghai", "--block", "gate:hormuz", "--block", "country:ARE",
               "--json")  # fmt: skip
    document = json.loads(done.stdout)
    assert done.returncode == 1
    assert (document["status"], document["paths"]) == ("no route", [])
    assert document["reason"]


def test_a_block_turns_the_path(run: Run) -> None:
    words = ["path", "place:cd-kolwezi", "port:be-antwerp", "--json"]
    before, after = json.loads(run(*words).stdout), json.loads(run(*words, "--block", "lobito").stdout)
    assert "route:lobito" not in after["paths"][0]["routes"]
    assert after["paths"][0]["generalised_usd_per_t"] >= before["paths"][0]["generalised_usd_per_t"]


def test_show_gives_every_value_its_source(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "lobito", "--json"]) == 0
    sheet = json.loads(capfd.readouterr().out)
    assert sheet["id"] == "route:lobito"
    fields = {value["field"]: value for value in sheet["values"]}
    assert fields["capacity_t_per_year"]["value"] > 0
    assert all(value["source"]["title"] for value in sheet["values"])
    assert main(["show", "lobito"]) == 0
    text = capfd.readouterr().out
    assert "Sources" in text and "[1]" in text and "capacity t per year" in text


def test_find_best_first(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["find", "lobito", "--json"]) == 0
    hits = json.loads(capfd.readouterr().out)["hits"]
    assert {"route:lobito", "port:ao-lobito"} <= {hit["id"] for hit in hits[:3]}
    assert main(["find", "kolwesi"]) == 0
    assert "place:cd-kolwezi" in capfd.readouterr().out
    assert main(["find", "lobito", "--kind", "port"]) == 0
    assert "route:" not in capfd.readouterr().out


def test_layers(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["layers", "--json"]) == 0
    files = json.loads(capfd.readouterr().out)["files"]
    assert [f["file"] for f in files] == ["base.gpkg", "transport.gpkg", "maritime.gpkg", "atlas.gpkg"]
    assert all(f["licence"] and f["layers"] for f in files)
    assert main(["layers"]) == 0
    assert "countries_l0" in capfd.readouterr().out


def test_human_answer_fits_the_terminal(run: Run) -> None:
    done = run("solve", "--block", "lobito", COLUMNS="110")
    assert done.returncode == 0
    assert max(map(len, (line for line in done.stdout.splitlines() if "http" not in line))) <= 110
    assert "(blocked)" in done.stdout and "Sources of the capacities" in done.stdout


def test_check_holds(run: Run) -> None:
    done = run("check", "--json")
    document = json.loads(done.stdout)
    broken = {c["id"]: c["breaches"] for c in document["checks"] if not c["holds"]}
    assert not broken
    assert (done.returncode, document["status"]) == (0, "holds")
    ids = [c["id"] for c in document["checks"]]
    assert len(set(ids)) == len(ids)
    expected = {
        "layers-are-valid-geopackages", "nothing-is-empty", "every-value-has-a-source-and-a-known-confidence",
        "reach", "cuts", "alignments", "balances", "demand", "totals", "known-defect", "told",
    }  # fmt: skip
    assert expected <= set(ids)
