"""Lodeway: an offline desktop GIS for critical-mineral supply routes."""

__version__ = "0.1.0"
