"""The first tables, and a log that only grows."""

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
        "accounts",
        sa.Column("id", sa.String(length=32), primary_key=True, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("login", sa.String(length=64), unique=True, nullable=False),
        sa.Column("login_sealed", sa.Text(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.String(length=64), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("recovery", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("private_key", sa.Text(), nullable=False),
        sa.Column("totp", sa.Text(), nullable=False),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("code_use", sa.String(length=8), nullable=False),
        sa.Column("code_until_ms", sa.BigInteger(), nullable=False),
        sa.Column("code_sealed", sa.Text(), nullable=False),
        sa.Column("share", sa.Text(), nullable=False),
    )
    op.create_table(
        "attempts",
        sa.Column("tag", sa.String(length=64), primary_key=True, nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("last_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "head_deposits",
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("transaction", sa.String(length=64), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "log",
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
    )
    op.create_table(
        "requests",
        sa.Column("id", sa.String(length=32), primary_key=True, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("handle", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("maker", sa.String(length=32), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("share", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("checker", sa.String(length=32), nullable=False),
        sa.Column("decided_ms", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "service",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False, nullable=False),
        sa.Column("chain", sa.String(length=160), nullable=False),
        sa.Column("check", sa.String(length=64), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("recovery_public", sa.Text(), nullable=False),
        sa.Column("recovery_sealed", sa.Text(), nullable=False),
    )
    op.create_table(
        "acts",
        sa.Column("transaction", sa.String(length=64), primary_key=True, nullable=False),
        sa.Column("account", sa.String(length=32), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("handle", sa.String(length=40), nullable=False),
        sa.Column("types", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("envelope", sa.Text(), nullable=False),
        sa.Column("instruction", sa.String(length=128), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=False),
    )
    op.create_index("acts_by_account", "acts", ["account", "at_ms"])
    op.create_table(
        "handles",
        sa.Column("handle", sa.String(length=40), primary_key=True, nullable=False),
        sa.Column("account", sa.String(length=32), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("instance", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
    )
    op.create_index("handles_by_account", "handles", ["account", "instance"])
    op.create_table(
        "recovery_codes",
        sa.Column("account", sa.String(length=32), sa.ForeignKey("accounts.id"), primary_key=True, nullable=False),
        sa.Column("tag", sa.String(length=64), primary_key=True, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("token", sa.String(length=64), primary_key=True, nullable=False),
        sa.Column("account", sa.String(length=32), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=False),
    )
    op.create_index("sessions_by_account", "sessions", ["account"])
    for statement in _ONLY_GROWS[op.get_bind().dialect.name]:
        op.execute(statement)


_ONLY_GROWS = {
    "sqlite": (
        "CREATE TRIGGER log_keeps BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log only grows'); END",
        "CREATE TRIGGER log_stays BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log only grows'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION log_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the log only grows'; END $$",
        "CREATE TRIGGER log_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON log FOR EACH STATEMENT EXECUTE FUNCTION log_only_grows()",
    ),
}
