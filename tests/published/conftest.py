"""Warehouses of publications that are drawn as cases."""

from support.drawn_versions import drawing, other_authority, warehouse

__all__ = ["drawing", "other_authority", "warehouse"]
