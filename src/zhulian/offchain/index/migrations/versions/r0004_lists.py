"""Lists of a type by their newest, filters by values of fields, and boards that count without reading whole rows: an index that is there is built anew."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes, and let the follower begin anew."""
    op.create_index("documents_by_type", "documents", ["instance", "record", "id"], if_not_exists=True)
    op.create_index(
        "documents_counted",
        "documents",
        ["instance", "record", "kind", "holder", "state", "day", "first_ms", "id"],
        if_not_exists=True,
    )
    op.create_index("fields_counted", "fields", ["name", "document", "number", "word"], if_not_exists=True)
    op.execute("DELETE FROM progress")


def downgrade() -> None:
    """Drop them; the follower begins anew here too."""
    op.drop_index("fields_counted", "fields")
    op.drop_index("documents_counted", "documents")
    op.drop_index("documents_by_type", "documents")
    op.execute("DELETE FROM progress")
