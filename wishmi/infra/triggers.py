"""Append-only tables: the database itself refuses to change or remove their rows, on both engines."""

from django.db import connection as default_connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

_SQLITE = """CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
_POSTGRES_FUNCTION = """CREATE OR REPLACE FUNCTION wishmi_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"""
_POSTGRES = """CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
FOR EACH ROW EXECUTE FUNCTION wishmi_append_only()"""
_VERBS = ("update", "delete")


def protect(table: str, connection: BaseDatabaseWrapper = default_connection) -> None:
    """Make a table append-only."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
        template = _POSTGRES if connection.vendor == "postgresql" else _SQLITE
        for verb in _VERBS:
            cursor.execute(template.format(table=table, verb=verb))


def lift(table: str, connection: BaseDatabaseWrapper = default_connection) -> None:
    """Take the protection away: for tests that play an attacker, and for emptying a demo."""
    on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for verb in _VERBS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on_table}")


def append_only(*tables: str) -> RunPython:
    """A migration step that protects tables."""

    def forwards(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        for table in tables:
            protect(table, editor.connection)

    def backwards(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        for table in tables:
            lift(table, editor.connection)

    return RunPython(forwards, backwards)
