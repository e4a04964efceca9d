"""Attribute tables: any layer as rows that sort, filter, select with the map, copy and export."""
