"""Tests of the csv_files integration."""
