"""Tests of the cin_census integration."""
