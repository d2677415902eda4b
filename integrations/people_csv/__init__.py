"""A staff directory as one CSV file."""
