"""Run by Alembic: applies the versions in the transaction that it is handed."""

from alembic import context

from daemon.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table="daykeeper_schema",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
