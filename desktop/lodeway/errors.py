"""The one family of errors: one sentence each, saying what the user can do."""

from __future__ import annotations


class LodewayError(Exception):
    """Any failure that a user can mend; ``str(error)`` is one sentence without a traceback."""


class DataError(LodewayError):
    """A shipped or given file is missing, unreadable or holds a value that cannot be used."""


class UnknownIdError(LodewayError):
    """An identifier names nothing in the atlas; the sentence offers the nearest ones."""


class ScenarioError(LodewayError):
    """A scenario or lever is not well formed or contradicts itself."""


class SolveError(LodewayError):
    """The flow problem could not be solved to optimality, even from nothing."""


class RecipeError(LodewayError):
    """A source row or package given to the layers recipe is wrong; the sentence names the row."""
