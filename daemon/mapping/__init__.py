"""Rows of an authority's own shape, and what an authority says that their columns mean."""
