"""Try the reader of users' files on a folder of public test files: ``python tests/own/public_files.py FOLDER``.

Prints what became of each file that has a known ending; exit status 1 where one broke the reader or took over a minute.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from lodeway.atlas.own_files import DRIVERS, list_own, read_own
from lodeway.errors import DataError


def main(folder: Path) -> int:
    """Read everything below ``folder``."""
    found = sorted(
        p for p in folder.rglob("*") if p.suffix.lower() in (*DRIVERS, ".zip") and p.suffix.lower() != ".txt"
    )
    read = refused = broken = 0
    for path in found:
        began = time.monotonic()
        try:
            layers = [one.name for one in list_own(path)]
            counts = [len(read_own(path, name).geometry) for name in layers[:5]]
            read += 1
            print(f"read     {path.relative_to(folder)}: {sum(counts):,} features in {len(layers)} layers")
        except DataError as told:
            refused += 1
            print(f"refused  {path.relative_to(folder)}: {told}")
        except Exception as error:  # noqa: BLE001 - what this is looking for
            broken += 1
            print(f"BROKEN   {path.relative_to(folder)}: {type(error).__name__} {error}")
        if time.monotonic() - began > 60.0:
            broken += 1
            print(f"SLOW     {path.relative_to(folder)}")
    print(f"{len(found)} files: {read} read, {refused} refused in a sentence, {broken} broken")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
