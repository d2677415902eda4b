"""Messages as .eml files in a folder."""
