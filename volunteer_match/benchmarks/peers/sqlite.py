"""SQLite's full-text index with the rules in a WHERE."""

import sqlite3
from collections.abc import Iterator, Sequence

from volunteer_match.benchmarks.packed_rules import SQL_COLUMNS, question_of, sql_distances, sql_rows, sql_where
from volunteer_match.benchmarks.peers.peer import NotPossible, wordings
from volunteer_match.benchmarks.synthetic_denmark import SyntheticDenmark, Texts
from volunteer_match.matching.profiles import NeedProfile
from volunteer_match.matching.wording import read_text


class SqliteFts5:
    def __init__(self) -> None:
        self._database = sqlite3.connect(":memory:")
        try:
            self._database.execute("CREATE VIRTUAL TABLE words USING fts5(said, content='')")
        except sqlite3.OperationalError as error:
            raise NotPossible(f"this SQLite has no FTS5: {error}") from None
        self._database.execute(
            "CREATE TABLE distances (here INTEGER, place INTEGER, km REAL, PRIMARY KEY (here, place)) WITHOUT ROWID"
        )
        self._database.executemany("INSERT INTO distances VALUES (?, ?, ?)", sql_distances())

    def read(self, texts: Sequence[Texts], denmark: SyntheticDenmark) -> None:
        self._database.executemany("INSERT INTO words (rowid, said) VALUES (?, ?)", enumerate(wordings(texts)))
        self._database.execute("INSERT INTO words (words) VALUES ('optimize')")

    def take(self, denmark: SyntheticDenmark) -> None:
        self._database.execute("DROP TABLE IF EXISTS offers")
        columns = ", ".join(f"{name} INTEGER" for name in (*SQL_COLUMNS, "standing"))
        self._database.execute(f"CREATE TABLE offers (id INTEGER PRIMARY KEY, {columns})")
        marks = ", ".join("?" * (len(SQL_COLUMNS) + 2))
        self._database.executemany(f"INSERT INTO offers VALUES ({marks})", _numbered(denmark))  # noqa: S608 - marks only
        self._database.execute("ANALYZE")

    def ask(self, need: NeedProfile, k: int) -> list[int]:
        question = question_of(need)
        found = self._database.execute(
            "SELECT o.id FROM words JOIN offers o ON o.id = words.rowid JOIN distances d ON d.place = o.place"  # noqa: S608 - numbers only
            f" WHERE words MATCH ? AND {sql_where(question)} ORDER BY bm25(words) LIMIT ?",
            (any_word(need.text), k),
        )
        return [row for (row,) in found]

    def close(self) -> None:
        self._database.close()


def any_word(text: str) -> str:
    """Whole sentences match nothing when every word must be there."""
    words = dict.fromkeys(word.surface.lower() for word in read_text(text).words if not word.small)
    return " OR ".join('"' + word.replace('"', "") + '"' for word in words) or '""'


def _numbered(denmark: SyntheticDenmark) -> Iterator[tuple[int, ...]]:
    for number, row in enumerate(sql_rows(denmark.columns).tolist()):
        yield (number, *row)
