"""The rows of a database as they stand: put back past the application, and compared as a whole."""

import psycopg
from psycopg import sql

from tests.conftest import Cleaner

# What a refused or broken attempt may leave: that it arrived, and that a browser was here.
OUTSIDE = frozenset({"arrival", "login_session"})


class Rows:
    """All rows at the moment when it was made; `again` puts them back."""

    def __init__(self, cleaner: Cleaner) -> None:
        self.connection: psycopg.Connection[tuple[object, ...]] = cleaner.connection
        self.filled, self.tables = cleaner.filled, cleaner.filled()
        for table in self.tables:
            self._run("CREATE TEMP TABLE {1} AS SELECT * FROM public.{0}", table)

    def again(self) -> None:
        """Every row as it was, and no other."""
        with self.connection.transaction():
            for table in self.filled():
                self._run("DELETE FROM public.{0}", table)
            for table in self.tables:
                self._run("INSERT INTO public.{0} OVERRIDING SYSTEM VALUE SELECT * FROM {1}", table)

    def mark(self) -> str:
        """A checksum of all rows."""
        one = "SELECT {2} || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS m FROM public.{0} t"
        asked = sql.SQL(" UNION ALL ").join(
            self._with(one, table) for table in self.filled() if table not in OUTSIDE
        )
        whole = sql.SQL("SELECT md5(string_agg(m, ',' ORDER BY m)) FROM ({}) AS all_tables").format(asked)
        row = self.connection.execute(whole).fetchone()
        return str(row and row[0])

    def close(self) -> None:
        for table in self.tables:
            self._run("DROP TABLE {1}", table)

    def _run(self, text: str, table: str) -> None:
        self.connection.execute(self._with(text, table))

    def _with(self, text: str, table: str) -> sql.Composed:
        names = (sql.Identifier(table), sql.Identifier(f"start_{table}"), sql.Literal(table))
        return sql.SQL(text).format(*names)
