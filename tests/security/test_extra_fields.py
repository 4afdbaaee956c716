"""A form takes what its page asks for: a name of a column slipped in beside changes nothing."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from tests.security.town import Persona, Town
from tests.visitors.browsing import Visitor
from volunteer_match.foundation.database import db

# What differs from run to run by itself: keys and seals, and what holds them.
DIFFERS = frozenset(
    {"token_hash", "key_hash", "mac", "previous_mac", "last_mac", "message_id", "text_body", "html_body"}
)
EVIL: Mapping[str, str] = {
    "id": "1",
    "state": "approved",
    "role": "admin",
    "roles": "admin",
    "active": "y",
    "places_taken": "0",
    "decided_at": "2020-01-01",
    "ladder_step": "6",
    "expires_at": "2099-01-01",
    "given_at": "2020-01-01",
    "custody_holders": "1",
    "leak_words_accepted": "y",
    "availability": "open",
    "email": "tyv@evil.example",
    "name": "Tyv",
    "password": "en helt ny adgangskode",
    "over_limit_reason": "urgent",
    "reason": "other",
    "language": "en",
}
# Who, the page, and what they fill in.
FORMS: list[tuple[Persona, str, dict[str, str]]] = [
    (Persona.CONTACT, "/min-side/tilbud/{offer}", {"capacity": "7"}),
    (Persona.CONTACT, "/min-side/samtykke/{contact}/giv", {}),
    (Persona.CONTACT, "/min-side/tilbud/{offer}/traek-tilbage", {}),
    (Persona.CONTACT, "/min-side/forespoergsel/{asked}", {}),
    (Persona.OWNER, "/sager/{case}/ret", {"postcode": "9700"}),
    (Persona.OWNER, "/behov/{need}/ret", {"text": "Noget helt andet end før"}),
    (Persona.OWNER, "/behov/{need}/barnets-mening", {"child_view": "Vil hellere tegne"}),
    (Persona.OWNER, "/opfoelgning/{follow_up}", {"child_voice": "Det går fint", "how_it_goes": "well"}),
    (Persona.OWNER, "/behov/{looking}/forslag/{others_offer}/godkend", {}),
    (Persona.ADMIN, "/admin/tilbud/{waiting_offer}", {}),
    (Persona.ADMIN, "/admin/tilbud/{waiting_offer}/bloker", {"reason": "Passer ikke til os"}),
]


@pytest.mark.parametrize(("persona", "path", "typed"), FORMS)
def test_columns_slipped_in_change_nothing(town: Town, persona: Persona, path: str, typed: dict[str, str]) -> None:
    where = path.format(**town.built.ids)
    honest = _send(town, persona, where, typed, extra={})
    town.reset()
    slipped = _send(town, persona, where, typed, extra=_columns())

    assert honest[0] in (200, 302)
    assert slipped == honest


def _send(
    town: Town, persona: Persona, where: str, typed: dict[str, str], *, extra: dict[str, str]
) -> tuple[int, dict[str, Any]]:
    visitor = Visitor(town.client(persona)).open(where)
    form = visitor.form
    asked_for = form.names | {name for name, _value in form.choices} | {button.name for button in form.buttons}
    values = {name: values for name, values in form.values.lists() if name not in typed}
    values |= {name: [value] for name, value in extra.items() if name not in asked_for}
    values |= {name: [value] for name, value in typed.items()}
    answer = visitor.client.post(form.action or where, data=values)
    return answer.status_code, _everything(town)


def _columns() -> dict[str, str]:
    names = {column.name for table in db.metadata.tables.values() for column in table.columns}
    return {**dict.fromkeys(sorted(names), "1"), **EVIL}


def _everything(town: Town) -> dict[str, Any]:
    with town.app.app_context():
        stored = {}
        for name, table in db.metadata.tables.items():
            columns = [column for column in table.columns if column.name not in DIFFERS]
            stored[name] = sorted(map(repr, db.session.execute(select(*columns)).all()))
        db.session.rollback()
        return stored
