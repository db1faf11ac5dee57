"""Alembic's door: runs the migrations on the connection that `SqlDatabase.migrate` hands over."""

from alembic import context

from zhulian.offchain.custody.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
