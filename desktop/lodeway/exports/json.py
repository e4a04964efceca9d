"""The answer as one JSON document: the contract of ``lodeway-cli solve --json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lodeway.exports.answer import Answer, field_picker, rounded, sheets
from lodeway.model.result import Throughput
from lodeway.model.scenario import Scenario

SCHEMA = 1
_SHARES_EPSILON_DIGITS = 9


def write(answer: Answer, path: Path) -> None:
    """Write the document; same answer, same bytes."""
    path.write_text(text(answer), encoding="utf-8", newline="\n")


def text(answer: Answer) -> str:
    """The document as text, one trailing newline."""
    return json.dumps(document(answer), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def document(answer: Answer) -> dict[str, Any]:
    """The document: tonnes per year, gross in ``routes``, ``links``, ``ports`` and ``gates``, contained elsewhere;
    ``null`` = unknown. How long the solve took is left out, so that the same question gives the same bytes.
    """
    comparison = answer.comparison
    base, result = comparison.baseline, comparison.result
    tables = {sheet.name: sheet for sheet in sheets(answer)}
    rows = {name: [field_picker(sheet)(row) for row in sheet.rows] for name, sheet in tables.items()}
    return {
        "schema": SCHEMA,
        "status": result.status,
        "objective_usd_per_year": rounded(result.objective_usd_per_year, 2),
        "year": result.year,
        "adaptation": result.scenario.adaptation,
        "levers": [{"kind": use.kind, "target": use.target, "settings": dict(use.settings)}
                   for use in result.scenario.levers],
        "scenario": _scenario(result.scenario),
        "against": {
            "name": base.scenario.name, "objective_usd_per_year": rounded(base.objective_usd_per_year, 2),
            "unmet_t": rounded(sum(m.unmet_t for m in base.markets)),
        },
        "routes": _throughputs(answer, result.routes, base.routes),
        "links": _throughputs(answer, result.links, base.links),
        "ports": _throughputs(answer, result.ports, base.ports),
        "gates": _throughputs(answer, result.gates, base.gates),
        "markets": [
            {key: row[key] for key in ("id", "commodity", "demand_t", "delivered_t", "unmet_t", "mean_cost_usd_per_t",
                                       "mean_days", "baseline_unmet_t")}
            for row in rows["markets"]
        ],
        "exposure": [
            {"market": e.market, "commodity": e.commodity, "by": e.by, "id": e.id,
             "share": rounded(e.share, _SHARES_EPSILON_DIGITS)}
            for e in sorted(result.exposure, key=lambda e: (e.market, e.commodity, e.by, e.id))
        ],
        "change": rows["change"],
        "reasons": rows["reasons"],
        "totals": rows["totals"],
        "sites": rows["sites"],
        "balance": {"max_error_t": rounded(result.info.max_balance_error_kt * 1_000.0, 9),
                    "baseline_max_error_t": rounded(base.info.max_balance_error_kt * 1_000.0, 9)},
        "model": {"columns": result.info.columns, "rows": result.info.rows},
        "data_version": result.data_version,
        "program_version": result.program_version,
    }  # fmt: skip


def _scenario(scenario: Scenario) -> dict[str, Any]:
    from lodeway.levers.scenario_file import scenario_to_json

    document: dict[str, Any] = json.loads(scenario_to_json(scenario))
    return document


def _throughputs(
    answer: Answer, now: Mapping[str, Throughput], before: Mapping[str, Throughput]
) -> list[dict[str, Any]]:
    entries = []
    for key, use in sorted(now.items()):
        old = before.get(key)
        value = use.marginal_value_usd_per_t
        confidence, source = answer.capacity_source(key, use) or (None, None)
        entries.append({
            "id": key, "name": use.name, "status": use.status, "blocked": use.blocked,
            "capacity_t_per_year": rounded(use.capacity_t_per_year),
            "capacity_confidence": confidence, "capacity_source": source,
            "flow_t_per_year": rounded(use.flow_t_per_year),
            "baseline_flow_t_per_year": rounded(old.flow_t_per_year) if old else None,
            "utilisation": rounded(use.utilisation), "slack_t_per_year": rounded(use.slack_t_per_year),
            "bottleneck": use.bottleneck or None,
            "by_commodity_t_per_year": {c: rounded(t) for c, t in sorted(use.by_commodity.items())},
            "marginal_value_usd_per_t": None if value is None else [rounded(v) for v in value],
        })  # fmt: skip
    return entries
