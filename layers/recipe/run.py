"""Rebuild the shipped layers: ``python layers/recipe/run.py [STEP ...]`` (all steps, in order, without arguments)."""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for _folder in (str(ROOT), str(ROOT / "desktop")):
    if _folder not in sys.path:
        sys.path.insert(0, _folder)

from layers.recipe.context import Context  # noqa: E402
from layers.recipe.fetch import load_packages, sha256_of  # noqa: E402
from lodeway.errors import LodewayError  # noqa: E402


@dataclass(frozen=True)
class Step:
    """A part of the recipe: a module with ``build(ctx)``, and the file that it leaves in ``layers/``."""

    name: str
    module: str
    output: str


# Order matters: a step may read what earlier ones wrote. A new step is one module and one line here.
STEPS = (
    Step("base", "layers.recipe.base", "base.gpkg"),
    Step("transport", "layers.recipe.transport", "transport.gpkg"),
    Step("maritime", "layers.recipe.maritime", "maritime.gpkg"),
    Step("atlas", "layers.recipe.atlas", "atlas.gpkg"),
    Step("baseline", "layers.recipe.baseline", "baseline.npz"),
)


def main(arguments: list[str] | None = None) -> int:
    """Run the chosen steps; 0 when all outputs are written, 2 with one sentence on standard error otherwise."""
    names = [step.name for step in STEPS]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"any of: {', '.join(names)} (default: all)")
    parser.add_argument("--cache", type=Path, default=Path(__file__).parent / ".cache", help="folder of the packages")
    parser.add_argument("--out", type=Path, default=ROOT / "layers", help="folder of the GeoPackages")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.steps if name not in names]
    if unknown:
        print(f"there is no step '{unknown[0]}'; the steps are {', '.join(names)}", file=sys.stderr)
        return 2
    try:
        ctx = Context(
            sources=ROOT / "layers" / "sources",
            out=options.out,
            cache=options.cache,
            packages=load_packages(Path(__file__).with_name("packages.toml")),
        )
        ctx.out.mkdir(parents=True, exist_ok=True)
        chosen = [step for step in STEPS if not options.steps or step.name in options.steps]
        for step in chosen:
            started = time.perf_counter()
            importlib.import_module(step.module).build(ctx)
            print(f"{step.name}: {time.perf_counter() - started:.1f} s", flush=True)
    except LodewayError as error:
        print(error, file=sys.stderr)
        return 2
    for output in dict.fromkeys(step.output for step in chosen):
        path = ctx.out / output
        print(f"{output}  {path.stat().st_size / 1e6:.1f} MB  sha256 {sha256_of(path)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
