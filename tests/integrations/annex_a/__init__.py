"""Tests of the annex_a integration."""
