"""Step ``baseline``: solve the world of ``atlas.gpkg`` from nothing and write its hidden costs, solution and bases."""

from __future__ import annotations

import lodeway.levers  # noqa: F401  (tells the solver the levers)
from layers.recipe.context import Context
from lodeway.atlas.reader import load_atlas
from lodeway.errors import RecipeError
from lodeway.model.scenario import LeverUse, Scenario
from lodeway.solve.model import BASELINE_FILE, Model


def build(ctx: Context) -> None:
    """Write ``baseline.npz``; raises ``RecipeError`` where the baseline does not balance."""
    path = ctx.out / BASELINE_FILE
    path.unlink(missing_ok=True)
    model = Model(load_atlas(ctx.out / "atlas.gpkg"), path)
    result = model.baseline()
    if result.info.max_balance_error_kt > 1e-6:
        raise RecipeError(
            f"the baseline misses its balances by {result.info.max_balance_error_kt:g} kt; check atlas.gpkg"
        )
    used = [
        use.id for table in (result.links, result.gates, result.routes) for use in table.values() if use.flow_t_per_year
    ]
    blocks = [
        Scenario(levers=(LeverUse("block", name),))
        for name in used
        if not name.startswith(("link:access-", "link:sea-"))
    ]
    print(f"  {len(blocks)} blocks rehearsed: {model.rehearse(blocks):,} shipments kept at hand")
    model.save_baseline(path)
    for reason in result.reasons:
        if reason.subject.startswith("market:"):
            print(f"  {reason.subject} {reason.commodity}: {reason.tonnes:,.0f} t unmet. {reason.words}")
