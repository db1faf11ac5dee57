"""Tokens for conditions beside those for words: an index that is there is built anew."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the follower begin anew, and SQLite's word lists be merged from two parts on."""
    op.execute("DELETE FROM progress")
    if op.get_bind().dialect.name != "postgresql":
        op.execute("INSERT INTO tokens(tokens, rank) VALUES ('usermerge', 2)")


def downgrade() -> None:
    """The follower begins anew here too."""
    op.execute("DELETE FROM progress")
