"""What a contact person may read and answer, and what stays unknown to them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.databases import app_over
from tests.factories.cases import open_case_for, ready_need, say_yes_for_all
from tests.factories.mails import mails
from tests.factories.organisations import approved_offer
from tests.factories.people import NOW, hire
from tests.factories.proposals import proposal_in, request_token
from tests.proposals.conftest import use_test_site
from volunteer_match.cases import intake
from volunteer_match.cases.intake import ChildView, NeedDraft
from volunteer_match.cases.models import Need
from volunteer_match.cases.states import ChildViewSource
from volunteer_match.foundation.database import attempt, db
from volunteer_match.foundation.signed_links import LinkPurpose, LinkUnusable, issue_link, look_up_link
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.notifications.states import MailState
from volunteer_match.organisations.models import Offer
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role
from volunteer_match.proposals import deadlines, lifecycle, requests
from volunteer_match.proposals.models import Proposal
from volunteer_match.proposals.states import BOTH_SAID_YES, DeclineReason, ProposalState

S = ProposalState
LATER = NOW + timedelta(hours=1)
DEADLINE = NOW + lifecycle.TIME_TO_ANSWER
AT_ONCE = 20


@pytest.fixture
def asked(need: Need, offer: Offer, anna: User) -> Proposal:
    """A request under way."""
    return proposal_in(S.ASKED, need=need, offer=offer, by=anna)


@pytest.fixture
def token(asked: Proposal) -> str:
    """As it was mailed."""
    return request_token(asked)


ANSWERS: list[Callable[[str, datetime], object]] = [
    lambda token, now: requests.accept(token=token, now=now),
    lambda token, now: requests.decline(token=token, reason=DeclineReason.NO_ROOM, now=now),
]
each_answer = pytest.mark.parametrize("answer", ANSWERS, ids=["yes", "no"])
Answer = Callable[[str, datetime], object]


def test_looking_leaves_the_link_unused(token: str, asked: Proposal) -> None:
    for _ in range(3):
        assert requests.read_request(token, now=NOW).can_be_answered
    assert look_up_link(token, purpose=LinkPurpose.ANSWER_REQUEST, now=NOW) == asked.id
    assert requests.accept(token=token, now=NOW).state is S.ACCEPTED


@each_answer
def test_a_link_answers_once(token: str, asked: Proposal, answer: Answer) -> None:
    answer(token, NOW)
    state = asked.state
    for again in ANSWERS:
        with pytest.raises(LinkUnusable):
            again(token, LATER)
    assert asked.state is state


@each_answer
def test_the_first_link_dies_with_an_answer_by_the_second(token: str, asked: Proposal, answer: Answer) -> None:
    deadlines.run_due(now=NOW + timedelta(days=7))
    reminder = request_token(asked)
    assert reminder != token
    answer(reminder, NOW + timedelta(days=8))
    with pytest.raises(LinkUnusable):
        answer(token, NOW + timedelta(days=8))


@each_answer
def test_too_late_is_too_late(token: str, asked: Proposal, answer: Answer) -> None:
    with pytest.raises(LinkUnusable):
        answer(token, DEADLINE)
    with pytest.raises(LinkUnusable):
        requests.read_request(token, now=DEADLINE)
    assert asked.state is S.ASKED


@each_answer
def test_what_was_taken_back_cannot_be_answered(token: str, asked: Proposal, anna: User, answer: Answer) -> None:
    lifecycle.cancel_by_caseworker(asked, by=anna, now=NOW)
    with pytest.raises(LinkUnusable):
        answer(token, LATER)
    assert asked.state is S.CANCELLED


@each_answer
@pytest.mark.parametrize("purpose", [LinkPurpose.OPEN_OWN_PAGE, LinkPurpose.CONFIRM_REGISTRATION])
def test_a_link_for_something_else_answers_nothing(asked: Proposal, answer: Answer, purpose: LinkPurpose) -> None:
    other = issue_link(purpose=purpose, subject_id=asked.id, now=NOW, lifetime=timedelta(days=1))
    db.session.flush()
    with pytest.raises(LinkUnusable):
        answer(other, NOW)
    with pytest.raises(LinkUnusable):
        requests.read_request(other, now=NOW)


@pytest.mark.parametrize("made_up", ["", "x" * 43, "æøå", "' OR 1=1 --"])
def test_a_made_up_link_opens_nothing(asked: Proposal, made_up: str) -> None:
    with pytest.raises(LinkUnusable):
        requests.read_request(made_up, now=NOW)
    with pytest.raises(LinkUnusable):
        requests.accept(token=made_up, now=NOW)


def test_an_old_link_is_dead_when_the_same_pair_is_asked_again(token: str, asked: Proposal, anna: User) -> None:
    lifecycle.cancel_by_caseworker(asked, by=anna, now=NOW)
    lifecycle.choose(need=asked.need, offer=asked.offer, by=anna, now=LATER)
    with pytest.raises(LinkUnusable):
        requests.read_request(token, now=LATER)
    with pytest.raises(LinkUnusable):
        requests.accept(token=token, now=LATER)
    assert requests.read_request(request_token(asked), now=LATER).can_be_answered


def test_after_the_answer_the_link_tells_what_it_was_until_it_expires(token: str, asked: Proposal) -> None:
    requests.accept(token=token, now=NOW)
    shown = requests.read_request(token, now=LATER)
    assert (shown.state, shown.can_be_answered) == (S.ACCEPTED, False)
    with pytest.raises(LinkUnusable):
        requests.read_request(token, now=DEADLINE)


@pytest.mark.slow
def test_of_twenty_answers_at_once_one_counts(database_url: str) -> None:
    use_test_site()
    app = app_over(database_url)
    with app.app_context():
        admin, anna = hire("Ditte", Role.ADMIN), hire("Anna", Role.CASEWORKER)
        proposal = proposal_in(S.ASKED, need=ready_need(anna), offer=approved_offer(admin), by=anna)
        number, token = proposal.id, request_token(proposal)
        db.session.commit()

    def answer(turn: int) -> bool:
        with app.app_context():
            try:
                ANSWERS[turn % 2](token, LATER)
                db.session.commit()
            except LinkUnusable:
                db.session.rollback()
                return False
            return True

    with ThreadPoolExecutor(AT_ONCE) as people:
        assert sum(people.map(answer, range(AT_ONCE))) == 1
    with app.app_context():
        proposal = db.session.get_one(Proposal, number)
        assert proposal.state in (S.ACCEPTED, S.DECLINED)
        assert proposal.offer.places_taken == (proposal.state is S.ACCEPTED)
        db.session.remove()
        db.engine.dispose()


CANARY = "kanariefugl"


@pytest.fixture
def telltale(anna: User, admin: User) -> tuple[Need, Offer]:
    """A need with something recognisable in every column that nobody outside may read."""
    case = open_case_for(anna, birth_year=2018, ladder_step=5)
    need = ready_need(
        anna,
        case=case,
        text=f"{CANARY} tekst",
        codes=("faa_venner",),
        languages=("da", "so"),
        max_km=17,
    )
    view = ChildView(text=f"{CANARY} barnets ord", source=ChildViewSource.PLAY_OR_DRAWING, on=NOW.date())
    intake.record_child_view(need=need, view=view, by=anna, now=NOW)
    return need, approved_offer(admin)


@pytest.mark.parametrize("state", ProposalState)
def test_nothing_of_the_need_but_its_external_words_is_told(
    telltale: tuple[Need, Offer], anna: User, state: ProposalState
) -> None:
    need, offer = telltale
    proposal = proposal_in(state, need=need, offer=offer, by=anna)
    secrets = [CANARY, need.case.pseudonym, "faa_venner", "play_or_drawing", "2018"]
    told = [repr(requests.as_request(proposal, now=NOW))]
    told += [f"{m.subject} {m.text_body} {m.html_body}" for m in mails() if m.to_address == offer.contact.email]
    assert told
    for words in told:
        assert not [secret for secret in secrets if secret in words]


@pytest.mark.parametrize("state", ProposalState)
def test_who_the_caseworker_is_passes_only_after_both_said_yes(
    need: Need, offer: Offer, anna: User, state: ProposalState
) -> None:
    proposal = proposal_in(state, need=need, offer=offer, by=anna)
    shown = requests.as_request(proposal, now=NOW)
    agreed = state in BOTH_SAID_YES
    assert (shown.caseworker_name, shown.caseworker_email) == ((anna.name, anna.email) if agreed else (None, None))
    agreed_before = {move.state for move in proposal.moves} & BOTH_SAID_YES
    in_mails = [mail for mail in mails() if mail.to_address == offer.contact.email and anna.email in mail.text_body]
    assert bool(in_mails) == bool(agreed_before)


@pytest.mark.parametrize("state", ProposalState)
def test_the_child_disappears_again_when_it_came_to_nothing(
    need: Need, offer: Offer, anna: User, state: ProposalState
) -> None:
    shown = requests.as_request(proposal_in(state, need=need, offer=offer, by=anna), now=NOW)
    told = (shown.external_wording, shown.age_band, shown.postcode, shown.times)
    if state in BOTH_SAID_YES | {S.ASKED}:
        assert told == (need.external_wording, (6, 9), "9340", ("tue-afternoon",))
    else:
        assert told == ("", None, "", ())


def _change_words(need: Need, by: User) -> None:
    draft = {name: getattr(need, name) for name in NeedDraft.__slots__}
    words = {**draft, "external_wording": "Et barn på Nordskolen."}
    intake.change_need(need=need, draft=NeedDraft(**words), by=by, now=LATER, leak_words_accepted=True)


def test_words_the_family_has_not_read_are_not_told(token: str, asked: Proposal, anna: User) -> None:
    """The words were changed under a request: nobody is told them until the family has said yes to them."""
    _change_words(asked.need, anna)
    much_later = NOW + timedelta(days=8)
    deadlines.run_due(now=much_later)
    assert mails("request_reminder") == []
    shown = requests.read_request(token, now=much_later)
    assert (shown.external_wording, shown.can_be_answered) == ("", False)
    with pytest.raises(MoveRefused), attempt():
        requests.accept(token=token, now=much_later)

    say_yes_for_all(asked.need, by=anna, now=much_later)
    assert requests.read_request(token, now=much_later).external_wording == "Et barn på Nordskolen."
    assert deadlines.run_due(now=much_later) == 1
    assert requests.accept(token=token, now=much_later).state is S.ACCEPTED


def test_a_yes_tells_both_sides(token: str, asked: Proposal, anna: User) -> None:
    requests.accept(token=token, now=LATER)
    assert asked.accepted_at == LATER
    assert [mail.to_address for mail in mails("introduction_agreed")] == [asked.offer.contact.email]
    assert [mail.to_address for mail in mails("task_waiting")] == [anna.email]
    assert [mail.state for mail in mails("request_for_help")] == [MailState.CANCELLED]


def test_own_requests_are_found_by_their_own_people_only(asked: Proposal, admin: User, need: Need, anna: User) -> None:
    stranger = approved_offer(admin).contact
    mine = [asked.offer.contact]
    assert requests.own_request(asked.id, contacts=mine) is asked
    assert requests.own_request(asked.id, contacts=[stranger]) is None
    assert requests.own_request(asked.id + 1, contacts=mine) is None
    assert [item.proposal_id for item in requests.requests_of(mine, now=NOW)] == [asked.id]
    assert requests.requests_of([stranger], now=NOW) == []


@pytest.mark.parametrize("state", sorted(set(ProposalState) - BOTH_SAID_YES - {S.ASKED}))
def test_what_came_to_nothing_is_on_no_list(need: Need, offer: Offer, anna: User, state: ProposalState) -> None:
    proposal_in(state, need=need, offer=offer, by=anna)
    assert requests.requests_of([offer.contact], now=NOW) == []


def test_signed_in_answers_close_the_mailed_links(token: str, asked: Proposal, town: Session) -> None:
    requests.decline_signed_in(proposal=asked, reason=DeclineReason.TOO_FAR, now=LATER)
    assert (asked.state, asked.reason, asked.offer.places_taken) == (S.DECLINED, "too_far", 0)
    with pytest.raises(LinkUnusable):
        requests.accept(token=token, now=LATER)
    with pytest.raises(MoveRefused), attempt():
        requests.accept_signed_in(proposal=asked, now=LATER)
