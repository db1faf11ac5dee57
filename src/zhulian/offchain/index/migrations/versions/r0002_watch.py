"""Windows of watch rules, and alerts. An index that is there is built anew, so that its alerts are those of the whole chain."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = ("alerts", "watch_groups", "watch_instances", "watch_proposals", "watch_rules", "watch_seen", "watch_values")


def upgrade() -> None:
    """Make the tables of watching, and let the follower begin anew."""
    # Longer than usual: the columns of every table, one a line.
    name, digest, text = sa.String(length=128), sa.String(length=64), sa.Text()
    op.create_table(
        "watch_instances",
        sa.Column("instance", name, nullable=False),
        sa.Column("definition", digest, nullable=False),
        sa.Column("coming", digest, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("instance"),
    )
    op.create_table(
        "watch_rules",
        sa.Column("rule", name, nullable=False),
        sa.Column("digest", digest, nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("rule"),
    )
    op.create_table(
        "watch_groups",
        sa.Column("rule", name, nullable=False),
        sa.Column("name", digest, nullable=False),
        sa.Column("label", text, nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("different", sa.BigInteger(), nullable=False),
        sa.Column("sum", sa.String(length=40), nullable=False),
        sa.Column("alert", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("rule", "name"),
    )
    op.create_table(
        "watch_seen",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rule", name, nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("label", text, nullable=False),
        sa.Column("value", sa.String(length=32), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("watch_seen_by_time", "watch_seen", ["rule", "time", "number"], unique=False)
    op.create_table(
        "watch_values",
        sa.Column("rule", name, nullable=False),
        sa.Column("name", digest, nullable=False),
        sa.Column("value", sa.String(length=32), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("rule", "name", "value"),
    )
    op.create_table(
        "watch_proposals",
        sa.Column("proposal", digest, nullable=False),
        sa.Column("action", name, nullable=False),
        sa.Column("input", text, nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("proposal"),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("instance", name, nullable=False),
        sa.Column("rule", name, nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("title_zh", text, nullable=False),
        sa.Column("title_en", text, nullable=False),
        sa.Column("label", text, nullable=False),
        sa.Column("record", name, nullable=False),
        sa.Column("transaction", digest, nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("time_ms", sa.BigInteger(), nullable=False),
        sa.Column("figures", text, nullable=False),
        sa.Column("ended_height", sa.BigInteger(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("alerts_by_height", "alerts", ["height", "id"], unique=False)
    op.create_index("alerts_by_end", "alerts", ["ended_height"], unique=False)
    op.execute("DELETE FROM progress")


def downgrade() -> None:
    """Drop the tables of watching."""
    for name in _TABLES:
        op.drop_table(name)
