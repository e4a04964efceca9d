"""What commands print: one JSON document, or lines for people."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any


def print_json(document: Any) -> None:
    """One JSON document and nothing else; dot decimals, ``null`` for unknown, never ``NaN``."""
    print(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


def print_lines(lines: Iterable[str]) -> None:
    """Lines to standard output."""
    print("\n".join(lines))
