"""One rule file compiled, its ladder, and what a pack holds besides."""
