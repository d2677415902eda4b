"""Queries that only read: the console's lists and the auditor's books."""
