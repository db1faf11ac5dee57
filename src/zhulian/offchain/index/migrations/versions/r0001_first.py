"""The first tables, with full-text tokens as each database keeps them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables."""
    # Longer than usual: the columns of every table, one a line.
    op.create_table(
        "blocks",
        sa.Column("height", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("time_ms", sa.BigInteger(), nullable=False),
        sa.Column("transactions", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("height"),
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("same", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("holder", sa.String(length=128), nullable=False),
        sa.Column("instance", sa.String(length=128), nullable=False),
        sa.Column("record", sa.String(length=128), nullable=False),
        sa.Column("state", sa.String(length=128), nullable=False),
        sa.Column("definition", sa.String(length=64), nullable=False),
        sa.Column("transaction", sa.String(length=64), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("time_ms", sa.BigInteger(), nullable=False),
        sa.Column("first_height", sa.BigInteger(), nullable=False),
        sa.Column("first_ms", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("same"),
    )
    op.create_index("documents_by_kind", "documents", ["kind", "id"], unique=False)
    op.create_index("documents_by_record", "documents", ["instance", "record", "state", "id"], unique=False)
    op.create_index("documents_by_state", "documents", ["state", "id"], unique=False)
    op.create_index("documents_by_transaction", "documents", ["transaction"], unique=False)
    op.create_index("documents_by_time", "documents", ["first_ms", "id"], unique=False)
    op.create_table(
        "events",
        sa.Column("height", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("transaction", sa.String(length=64), nullable=False),
        sa.Column("instance", sa.String(length=128), nullable=False),
        sa.Column("record", sa.String(length=128), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("height", "number"),
    )
    op.create_index("events_by_instance", "events", ["instance", "record", "height"], unique=False)
    op.create_index("events_by_type", "events", ["type", "height"], unique=False)
    op.create_table(
        "fields",
        sa.Column("document", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("word", sa.String(length=128), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("document", "name"),
    )
    op.create_table(
        "opened_texts",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("transaction", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=128), nullable=False),
        sa.Column("instance", sa.String(length=128), nullable=False),
        sa.Column("record", sa.String(length=128), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("opened", sa.Text(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("opened_texts_waiting", "opened_texts", ["done", "transaction"], unique=False)
    op.create_table(
        "parties",
        sa.Column("party", sa.String(length=128), nullable=False),
        sa.Column("document", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("party", "document"),
    )
    op.create_index("parties_by_document", "parties", ["document"], unique=False)
    op.create_table(
        "progress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chain", sa.String(length=160), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("time_ms", sa.BigInteger(), nullable=False),
        sa.Column("next_document", sa.BigInteger(), nullable=False),
        sa.Column("texts_read", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "transactions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("time_ms", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("types", sa.Text(), nullable=False),
        sa.Column("signers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("transactions_by_height", "transactions", ["height", "place"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE documents ADD COLUMN tokens tsvector NOT NULL DEFAULT ''")
        op.execute("CREATE INDEX documents_tokens ON documents USING gin (tokens) WITH (fastupdate = on)")
        op.execute("ALTER TABLE documents ALTER COLUMN tokens SET STATISTICS 1000")
    else:
        op.execute('CREATE VIRTUAL TABLE tokens USING fts5(title, body, tokenize = "unicode61 remove_diacritics 0")')


def downgrade() -> None:
    """Drop all tables; the index can be built anew at any time."""
    if op.get_bind().dialect.name != "postgresql":
        op.drop_table("tokens")
    for name in ("blocks", "documents", "events", "fields", "opened_texts", "parties", "progress", "transactions"):
        op.drop_table(name)
