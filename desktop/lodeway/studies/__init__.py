"""The studies: one file each, and this table. A new study is one file and one line here."""

from __future__ import annotations

from lodeway.studies import n1, worst_cuts
from lodeway.studies.study import Study

STUDIES: dict[str, Study] = {study.name: study for study in (n1.STUDY, worst_cuts.STUDY)}
"""Study name to study, in the order of the menus."""

__all__ = ["STUDIES", "Study"]
