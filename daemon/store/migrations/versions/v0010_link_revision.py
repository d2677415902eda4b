"""Whom we tell: which revision of its duty a link was made for."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the column: a link that was sent before it was there is known no longer."""
    op.add_column(
        "links", sa.Column("revision", sa.Integer(), nullable=False, server_default=sa.text("-1"))
    )
