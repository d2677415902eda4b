"""The console: what signed-in people look at. One file a page, its template in `templates` beside it."""
