"""The demo's town: filled once on each kind of database, then looked at."""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_security.utils import verify_password
from sqlalchemy import select

from tests.databases import app_over
from tests.settings import settings_for_tests
from volunteer_match.audit.models import AuditEntry
from volunteer_match.audit.trail import verify_trail
from volunteer_match.cases.caseload import CaseloadLevel, CaseloadLimits, team_caseload
from volunteer_match.cases.models import Case, Need, Task
from volunteer_match.cli.demo import demo_cli
from volunteer_match.cli.demo_filling import NotEmpty, fill
from volunteer_match.cli.demo_logins import PASSWORD, demo_logins, read_town
from volunteer_match.events.funnel import funnel_of
from volunteer_match.events.models import Event
from volunteer_match.events.states import EventState
from volunteer_match.events.thanks import thanks_of
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.site import Site, use_site
from volunteer_match.notifications.states import MailState
from volunteer_match.organisations.models import ContactPerson, Offer, Organisation, Registration
from volunteer_match.organisations.standing import Standing, standing
from volunteer_match.organisations.states import RegistrationState, Vetting
from volunteer_match.people.accounts import find_user
from volunteer_match.people.models import User
from volunteer_match.proposals.candidates import suggest
from volunteer_match.proposals.fairness import About, Figure, read_fairness
from volunteer_match.proposals.follow_ups import is_quiet
from volunteer_match.proposals.models import MatchingModel, Proposal, ProposalMove, SuggestionItem
from volunteer_match.proposals.small_numbers import LEAST
from volunteer_match.proposals.states import HOLDS_PLACE, ModelState, ProposalState
from volunteer_match.vocabulary.sensitive_text import contains_cpr, leak_words
from volunteer_match.web.shared.sign_in import set_up_sign_in

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
LIMITS = CaseloadLimits(amber=15, limit=20)


def demo_app(url: str, **settings: object) -> Flask:
    app = app_over(url)
    app.config["SECRET_KEY"] = "a secret that only the tests know, long enough"
    app.extensions["settings"] = settings_for_tests(**settings)
    set_up_sign_in(app)
    use_site(Site("http://localhost", "Brønderslev Kommune", "v@kommune.example", "", "v@kommune.example"))
    return app


@contextmanager
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


@contextmanager
def copy_of(migrated: Path, path: Path) -> Iterator[str]:
    with closing(sqlite3.connect(migrated)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
    yield f"sqlite:///{path}"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Filled and committed; the tests below only read."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("town") / "town.sqlite"
        database = copy_of(request.getfixturevalue("migrated_sqlite"), path)
    else:
        template = request.getfixturevalue("migrated_postgresql")
        database = request.getfixturevalue("postgresql_server").database(template=template)
    with database as url, inside(demo_app(url)):
        fill(now=NOW, seed=1)
        db.session.commit()
        yield


@pytest.fixture
def rows(town: None) -> Iterator[Any]:
    """`rows(Offer)`: all of them."""
    yield lambda model: list(db.session.scalars(select(model).order_by(model.id)))
    db.session.rollback()


def proposals_by_case(rows: Any) -> dict[str, Proposal]:
    """By the keys of the file, found again by the words of the need."""
    found = {" ".join(proposal.need.text.split()): proposal for proposal in rows(Proposal)}
    return {row["key"]: found[" ".join(row["need"]["text"].split())] for row in read_town("cases") if row.get("match")}


def test_there_are_offers_enough_to_choose_from(rows: Any) -> None:
    offers = rows(Offer)
    assert len(offers) == len(read_town("offers")) >= 120
    assert {offer.organisation.kind.value for offer in offers} == {
        *("sports_club", "church", "business", "association", "citizen", "professional")
    }
    assert {"da", "en", "uk", "ar"} <= {language for offer in offers for language in offer.languages}


def test_every_sign_up_went_through_the_mailed_link(rows: Any) -> None:
    assert {registration.state for registration in rows(Registration)} == {RegistrationState.CONFIRMED}
    assert {organisation.state for organisation in rows(Organisation)} == set(Vetting)
    assert not [organisation.name for organisation in rows(Organisation) if organisation.possible_duplicate_of_id]


def test_four_caseworkers_have_between_8_and_21_cases_and_one_is_over_the_limit(rows: Any) -> None:
    loads = team_caseload(limits=LIMITS)
    assert sorted(load.open_cases for load in loads) == [8, 15, 18, 21]
    assert [load.level for load in loads if load.open_cases > 20] == [CaseloadLevel.OVER]
    assert len({case.pseudonym for case in rows(Case)}) == 62


def test_every_match_stands_where_its_story_ends(rows: Any) -> None:
    proposals = proposals_by_case(rows)
    for row in read_town("cases"):
        if match := row.get("match"):
            proposal = proposals[row["key"]]
            assert (row["key"], proposal.state.value, proposal.reason) == (
                row["key"],
                match["state"],
                match.get("reason"),
            )
            assert len([item for item in proposal.follow_ups if item.done_at]) == len(match.get("follow_ups", ()))


def test_every_state_of_a_proposal_occurs(rows: Any) -> None:
    now = {proposal.state for proposal in rows(Proposal)}
    # Approving asks at the same moment, so that state is only ever seen in the history.
    assert now == set(ProposalState) - {ProposalState.APPROVED}
    assert ProposalState.APPROVED in {move.state for move in rows(ProposalMove)}


def test_the_places_taken_are_those_of_the_matches(rows: Any) -> None:
    held = Counter(proposal.offer_id for proposal in rows(Proposal) if proposal.state in HOLDS_PLACE)
    assert {offer.id: offer.places_taken for offer in rows(Offer) if offer.places_taken} == held


def test_offers_stand_in_every_way_there_is(rows: Any) -> None:
    assert {standing(offer, now=NOW) for offer in rows(Offer)} == set(Standing)


def test_one_match_has_gone_quiet(rows: Any) -> None:
    quiet = {key for key, proposal in proposals_by_case(rows).items() if is_quiet(proposal, now=NOW)}
    assert quiet == {row["key"] for row in read_town("cases") if row.get("match", {}).get("quiet")}
    assert len(quiet) == 1


def test_only_recent_answers_wait_for_the_caseworkers(rows: Any) -> None:
    waiting = [task for task in rows(Task) if task.done_at is None]
    assert len({task.kind for task in waiting}) >= 5
    assert all(NOW - task.created_at < timedelta(days=16) for task in waiting)


def test_only_yesterdays_mails_are_left_for_the_worker(rows: Any) -> None:
    mails = rows(OutboxMail)
    assert {mail.state for mail in mails} == {MailState.QUEUED, MailState.SENT}
    for mail in mails:
        assert (mail.state is MailState.QUEUED) == (NOW - mail.created_at < timedelta(days=1))


def test_the_trail_is_whole_and_in_the_order_of_time(rows: Any) -> None:
    assert verify_trail() is None
    moments = [entry.at for entry in rows(AuditEntry)]
    assert moments == sorted(moments)
    assert moments[-1] < NOW


def test_nothing_told_outside_gives_a_child_away(rows: Any) -> None:
    pseudonyms = {case.pseudonym for case in rows(Case)}
    for need in rows(Need):
        assert leak_words(need.external_wording) == []
        assert not contains_cpr(need.external_wording)
        assert not [name for name in pseudonyms if name in need.external_wording]


def test_every_address_is_one_that_nobody_has(rows: Any) -> None:
    addresses = {user.email for user in rows(User)}
    addresses |= {contact.email for contact in rows(ContactPerson)}
    addresses |= {mail.to_address for mail in rows(OutboxMail)}
    assert len(addresses) > 80
    assert [address for address in addresses if not address.endswith(".example")] == []


def test_the_gymnastics_in_asaa_come_first_for_laerke_27(rows: Any) -> None:
    case = db.session.scalars(select(Case).where(Case.pseudonym == "Lærke-27")).one()
    shown = suggest(need=case.needs[0], by=case.caseworker, now=NOW)
    assert shown.suggestions[0].offer.title == "Spring og kolbøtter om tirsdagen"
    assert shown.near_misses


def test_what_was_chosen_stood_on_the_list_that_was_shown(rows: Any) -> None:
    lines = {(item.list_id, item.offer_id) for item in rows(SuggestionItem) if not item.bars}
    assert all((proposal.suggestion_list_id, proposal.offer_id) in lines for proposal in rows(Proposal))


def test_the_logins_that_are_told_open_the_door(rows: Any) -> None:
    told = demo_logins()
    emails = re.findall(r"\S+@brslev\.example", told)
    assert sorted(emails) == sorted(user.email for user in rows(User))
    assert PASSWORD in told
    user = find_user(emails[0])
    assert user is not None
    assert user.password is not None
    assert verify_password(PASSWORD, user.password)
    assert re.findall(r"\S+@asaa-if\.example", told)[0] in {contact.email for contact in rows(ContactPerson)}


def test_it_can_be_read_who_is_shown_and_who_waits(rows: Any) -> None:
    found = read_fairness(now=NOW)
    numbers = [number for table in found.tables for row in table.rows for number in row.figures.values()]
    assert all(number is None or number >= LEAST for number in numbers)
    assert sum(number is not None for number in numbers) > len(numbers) / 4
    for table in found.tables:
        assert table.total.figures[Figure.COUNTED] == len(
            rows(Need) if table.about is About.NEEDS else [offer for offer in rows(Offer) if offer.state != Vetting.NEW]
        )


def test_a_database_with_something_in_it_is_left_alone(rows: Any) -> None:
    with pytest.raises(NotEmpty):
        fill(now=NOW, seed=1)


def test_only_a_demo_is_filled(sqlite_url: str) -> None:
    app = demo_app(sqlite_url)
    result = app.test_cli_runner().invoke(demo_cli, ["prepare"])
    assert result.exit_code == 1
    assert "Only with DEMO=1" in result.output
    with inside(app):
        assert db.session.scalar(select(User)) is None


def what_is_told() -> list[tuple[object, ...]]:
    """The town without tokens and keys, which are never the same twice."""
    cases = select(Case.pseudonym, Case.birth_year, Case.opened_at).order_by(Case.id)
    offers = select(Offer.title, Offer.created_at, Offer.places_taken).order_by(Offer.id)
    moves = select(ProposalMove.proposal_id, ProposalMove.state, ProposalMove.at).order_by(ProposalMove.id)
    entries = select(AuditEntry.action, AuditEntry.at, AuditEntry.subject_id).order_by(AuditEntry.id)
    return [tuple(row) for statement in (cases, offers, moves, entries) for row in db.session.execute(statement)]


@pytest.mark.slow
def test_the_same_seed_makes_the_same_town(rows: Any, migrated_sqlite: Path, tmp_path: Path) -> None:
    first = what_is_told()
    db.session.rollback()
    with copy_of(migrated_sqlite, tmp_path / "again.sqlite") as url, inside(demo_app(url)):
        fill(now=NOW, seed=1)
        db.session.commit()
        assert what_is_told() == first


@pytest.mark.slow
@pytest.mark.parametrize("day", ["2027-01-20T00:30", "2028-02-29T23:30"])
def test_the_town_can_be_filled_around_new_year_and_on_a_leap_day(day: str, sqlite_url: str) -> None:
    now = datetime.fromisoformat(day).replace(tzinfo=UTC)
    with inside(demo_app(sqlite_url)):
        fill(now=now, seed=2026)
        db.session.commit()
        states = {proposal.state for proposal in db.session.scalars(select(Proposal))}
        assert states == set(ProposalState) - {ProposalState.APPROVED}
        assert db.session.scalar(select(Case.pseudonym).where(Case.pseudonym == "Lærke-27"))


def test_a_meeting_was_held_and_three_offers_came_of_it(rows: Any) -> None:
    held = next(event for event in rows(Event) if event.state is EventState.HELD)
    total = funnel_of(held).total
    assert total.on_list > total.answered > total.yes > total.came_after_yes > 0
    assert (total.offering, total.offers, total.approved) == (3, 3, 1)
    told = thanks_of(held, now=NOW)
    assert (told.to_thank, told.waiting, told.failed) == (0, 0, 0)
    assert told.sent + sum(told.left_out.values()) == total.came


def test_a_version_of_the_engine_waits_for_an_admin(rows: Any) -> None:
    (version,) = rows(MatchingModel)
    assert version.state is ModelState.CANDIDATE
