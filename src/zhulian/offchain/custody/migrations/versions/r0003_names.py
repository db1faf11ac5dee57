"""Real names behind accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of real names."""
    op.create_table(
        "real_names",
        sa.Column("account", sa.String(length=32), sa.ForeignKey("accounts.id"), primary_key=True, nullable=False),
        sa.Column("person", sa.String(length=64), unique=True, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("transaction", sa.String(length=64), nullable=False),
        sa.Column("officer", sa.String(length=32), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
    )
