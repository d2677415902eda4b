"""A conference diary as CSV files in a drop folder."""
