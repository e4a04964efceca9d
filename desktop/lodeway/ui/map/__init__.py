"""The map widget."""

from lodeway.ui.map.view import MapView

__all__ = ["MapView"]
