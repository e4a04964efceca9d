"""What the session asks of the layers below: the atlas, the solved baseline, the answer to a scenario."""

from __future__ import annotations

from typing import Protocol

from lodeway.model.atlas import Atlas, Provenance
from lodeway.model.result import Comparison, Result
from lodeway.model.scenario import Scenario


class Engine(Protocol):
    """Called in the worker thread only, in this order: ``atlas``, ``baseline``, then ``solve`` any number of times."""

    def atlas(self) -> Atlas:
        """Read the tables; raises ``DataError``."""
        ...

    def provenance(self) -> Provenance:
        """Read where each value comes from; raises ``DataError``."""
        ...

    def baseline(self) -> Result:
        """Build the flow model and solve the world as it is; raises ``SolveError``."""
        ...

    def solve(self, scenario: Scenario) -> Comparison:
        """The scenario's answer beside the baseline; raises ``SolveError`` or ``ScenarioError``."""
        ...


class ShippedEngine:
    """The shipped atlas and the flow model in memory."""

    def __init__(self) -> None:
        self._atlas: Atlas | None = None
        self._model: SolvesScenarios | None = None

    def atlas(self) -> Atlas:
        """Read ``atlas.gpkg``."""
        from lodeway.atlas.reader import load_atlas

        self._atlas = load_atlas()
        return self._atlas

    def provenance(self) -> Provenance:
        """Read the ``values`` table of ``atlas.gpkg``."""
        from lodeway.atlas.reader import load_provenance

        return load_provenance()

    def baseline(self) -> Result:
        """Build the model; numpy, scipy and the solver are imported here, out of the way of the first paint."""
        import lodeway.levers  # noqa: F401  hands the effects of the levers to the solver
        from lodeway.solve import Model

        self._model = Model(self._atlas or self.atlas())
        return self._model.baseline()

    def solve(self, scenario: Scenario) -> Comparison:
        """Solve warm and compare."""
        from lodeway.studies.compare import compare

        if self._model is None:
            self.baseline()
        assert self._model is not None
        return compare(self._model.baseline(), self._model.solve(scenario))


class SolvesScenarios(Protocol):
    """The part of ``lodeway.solve.Model`` that is used here."""

    def baseline(self) -> Result:
        """The world as it is."""
        ...

    def solve(self, scenario: Scenario) -> Result:
        """The answer to one scenario."""
        ...
