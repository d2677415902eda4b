"""What `check`, `doctor`, `status` and `try` look at, one file a thing, and how it is said."""
