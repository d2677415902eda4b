"""Where a database is: an SQLite file, or one on a PostgreSQL server; and its clock."""
