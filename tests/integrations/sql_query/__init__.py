"""Tests of the sql_query integration."""
