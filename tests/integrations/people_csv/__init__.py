"""Tests of the people_csv integration."""
