"""A new kind is one new file and one line in an explicit table; these checks find the file that no table lists."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from types import ModuleType


def names_defined_in(source: str) -> set[str]:
    """Names that a module makes itself at its top level (functions, classes, assignments), imports left out."""
    names: set[str] = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return names


def _listed(entries: Iterable[object]) -> tuple[set[int], set[str]]:
    """Identities of the kinds that a table holds, itself or in a record, and modules that a record names."""
    kinds: set[int] = set()
    modules: set[str] = set()
    for entry in entries:
        parts = [entry, *(entry if isinstance(entry, tuple | list) else ())]
        parts += getattr(entry, "__dict__", {}).values()
        parts += [getattr(entry, slot, None) for slot in getattr(type(entry), "__slots__", ())]
        # a string or a number is one object wherever it stands, so it proves nothing
        kinds.update(id(part) for part in parts if callable(part) or part is entry)
        if isinstance(module := getattr(entry, "module", None), str):
            modules.add(module)
    return kinds, modules


def unlisted_files(
    package: ModuleType, table: Mapping[str, object] | Collection[object], shared: Collection[str] = ()
) -> list[str]:
    """Modules of ``package`` (not ``shared``, not private) none of whose own definitions the table holds."""
    entries = table.values() if isinstance(table, Mapping) else table
    kinds, modules = _listed(entries)
    assert package.__file__ is not None
    missing = []
    for path in sorted(Path(package.__file__).parent.glob("*.py")):
        if path.stem.startswith("_") or path.stem in shared:
            continue
        module = importlib.import_module(f"{package.__name__}.{path.stem}")
        own = names_defined_in(path.read_text(encoding="utf-8"))
        if module.__name__ not in modules and not any(id(getattr(module, name, None)) in kinds for name in own):
            missing.append(path.name)
    return missing


def assert_every_file_is_listed(
    package: ModuleType, table: Mapping[str, object] | Collection[object], shared: Collection[str] = ()
) -> None:
    """Fail with the files that the table of ``package`` forgot; ``shared`` are its helpers, by stem."""
    assert package.__file__ is not None
    stems = {path.stem for path in Path(package.__file__).parent.glob("*.py")}
    assert set(shared) <= stems, f"no such helper in {package.__name__}: {sorted(set(shared) - stems)}"
    assert len(table) > 0, f"the table of {package.__name__} is empty"
    forgotten = unlisted_files(package, table, shared)
    assert not forgotten, f"{package.__name__}: no line of its table lists {', '.join(forgotten)}"
