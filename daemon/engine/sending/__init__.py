"""Station 4: from what waits to what the other side said."""
