"""Sign-in through a directory."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of links and visits."""
    op.create_table(
        "directory_links",
        sa.Column("subject", sa.String(length=64), primary_key=True, nullable=False),
        sa.Column("account", sa.String(length=32), sa.ForeignKey("accounts.id"), unique=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "directory_visits",
        sa.Column("state", sa.String(length=64), primary_key=True, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
    )
