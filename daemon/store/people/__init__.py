"""The directory, and who is signed in."""
