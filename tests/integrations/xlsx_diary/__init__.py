"""Tests of the xlsx_diary integration."""
