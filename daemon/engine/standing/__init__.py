"""Station 7: whether all is well, and whether this is still the database that we left."""
