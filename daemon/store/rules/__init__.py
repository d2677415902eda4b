"""The rules that were ever in force, as written."""
