"""Every form that the database has had, in order: each version is frozen once released."""
