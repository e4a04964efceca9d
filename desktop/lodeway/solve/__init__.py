"""The flow model: one linear program over the world's supply chains, solved by HiGHS."""

from lodeway.solve.model import Model

__all__ = ["Model"]
