"""Every form that the database has had, in order: each version is frozen once released."""

import sqlalchemy as sa

# Byte order, as SQLite has it: whatever a server's own collation, "the next after" is the same row.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
