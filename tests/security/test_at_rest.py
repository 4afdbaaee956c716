"""What lies on the disk tells nothing, and what was tampered with does not open."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, text

from tests.security.town import Canary, Persona, Town
from volunteer_match.cases.models import Need
from volunteer_match.foundation.database import db
from volunteer_match.foundation.encryption import CannotDecrypt, KeyRing, use_key_ring

ENCRYPTED = (
    Canary.NEED_TEXT,
    Canary.EXTERNAL_WORDING,
    Canary.CHILD_VIEW,
    Canary.CHILD_VOICE,
    Canary.GUARDIAN_VOICE,
    Canary.VOLUNTEER_VOICE,
    Canary.CONTACT_NAME,
    Canary.CONTACT_EMAIL,
    Canary.DRAFT,
    Canary.GUEST_NAME,
    Canary.GUEST_EMAIL,
)
OTHER_KEY = "test:" + "B" * 43 + "="


def _on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())


def test_the_files_of_the_database_hold_nothing_readable(town: Town) -> None:
    answer = town.post(
        Persona.OWNER,
        f"/behov/{town.built.ids['looking']}/barnets-mening",
        child_view="Efterkanarie vil gerne tegne",
        child_view_source="conversation",
        **{"child_view_on-day": "20", "child_view_on-month": "11", "child_view_on-year": "2026"},
    )
    assert answer.status_code == 302
    stored = _on_disk(town.database.parent)

    assert Canary.OFFER_TITLE.encode() in stored, "this test would find what is readable"
    assert [canary for canary in ENCRYPTED if canary.encode() in stored] == []
    assert b"Efterkanarie" not in stored
    assert b"60616263" not in stored
    assert [token for token in town.built.tokens.values() if token.encode() in stored] == []


def test_no_password_and_no_session_can_be_read_from_the_database(town: Town) -> None:
    with closing(sqlite3.connect(town.database)) as connection:
        passwords = [row[0] for row in connection.execute("SELECT password FROM user_account")]
        sessions = [row[0] for row in connection.execute("SELECT token_hash FROM web_session")]

    assert all(password.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for password in passwords)
    assert all(len(token_hash) == 64 for token_hash in sessions)
    cookies = "".join(town.built.cookies.values())
    assert not [token_hash for token_hash in sessions if token_hash in cookies]


def test_another_key_opens_nothing_and_shows_nothing(town: Town) -> None:
    use_key_ring(KeyRing.from_text(OTHER_KEY))
    town.app.config["PROPAGATE_EXCEPTIONS"] = False

    answer = town.client(Persona.OWNER).get(f"/behov/{town.built.ids['need']}")

    assert answer.status_code == 500
    assert [canary for canary in Canary if canary in answer.text] == []


@pytest.mark.parametrize("column", ["external_wording", "child_view"])
def test_a_text_moved_to_another_column_does_not_open(town: Town, column: str) -> None:
    need_id = town.built.ids["need"]
    with town.app.app_context():
        db.session.execute(text(f"UPDATE need SET {column} = text WHERE id = :id"), {"id": need_id})  # noqa: S608
        db.session.commit()
        with pytest.raises(CannotDecrypt):
            db.session.scalars(select(getattr(Need, column)).where(Need.id == need_id)).one()


def test_a_changed_text_does_not_open(town: Town) -> None:
    need_id = town.built.ids["need"]
    with town.app.app_context():
        stored = db.session.execute(text("SELECT text FROM need WHERE id = :id"), {"id": need_id}).scalar_one()
        flipped = stored[:-6] + ("A" if stored[-6] != "A" else "B") + stored[-5:]
        db.session.execute(text("UPDATE need SET text = :text WHERE id = :id"), {"text": flipped, "id": need_id})
        db.session.commit()
        with pytest.raises(CannotDecrypt):
            db.session.scalars(select(Need.text).where(Need.id == need_id)).one()
