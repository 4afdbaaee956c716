"""The demo's cases: opened, their needs, what families say, and the matches that came of them."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from random import Random
from typing import Any

from sqlalchemy import select

from volunteer_match.cases import guardian_consent
from volunteer_match.cases.intake import (
    CaseFacts,
    ChildView,
    NeedDraft,
    open_case,
    record_child_view,
    write_need,
)
from volunteer_match.cases.pseudonyms import suggestions
from volunteer_match.cases.states import ChildViewSource, ConsentParty, OverLimitReason
from volunteer_match.cases.tasks import finish_tasks_about
from volunteer_match.foundation.clock import danish_date
from volunteer_match.foundation.database import db
from volunteer_match.proposals import lifecycle, requests, withdrawal
from volunteer_match.proposals.candidates import list_by_hand, suggest
from volunteer_match.proposals.follow_ups import record_follow_up
from volunteer_match.proposals.models import FollowUp
from volunteer_match.proposals.states import (
    DeclineReason,
    EndedBy,
    EndReason,
    HowItGoes,
    PauseReason,
    RejectReason,
)
from volunteer_match.vocabulary.contact_forms import ContactForm

from .demo_logins import read_town
from .demo_story import Story, Town, mailed_token

YEAR_OF_FILE = 2026
Row = dict[str, Any]
Step = Callable[[Town, Row, datetime], object]


def plan_cases(story: Story, town: Town) -> None:
    """Everything that concerns cases, on its day."""
    for row in read_town("cases"):
        birth_year = _birth_year(row, today=danish_date(story.now))
        story.add(row["opened_days_ago"], 8, partial(_open, town, row, birth_year))
        if "need" in row:
            _plan_need(story, town, row)
        if "match" in row:
            _plan_match(story, town, row)


def _birth_year(row: Row, *, today: date) -> int:
    """So that the age is the one told in the year in which it was told."""
    told_days_ago = row["need"]["written_days_ago"] if "need" in row else 0
    age = YEAR_OF_FILE - int(row["birth_year"])
    return (today - timedelta(days=told_days_ago)).year - age


def _open(town: Town, row: Row, birth_year: int, now: datetime) -> None:
    reason = row.get("over_limit_reason")
    caseworker = town.staff[row["caseworker"]]
    town.cases[row["key"]] = open_case(
        facts=CaseFacts(
            birth_year=birth_year,
            postcode=row["postcode"],
            ladder_step=row["ladder_step"],
            custody_holders=row["custody_holders"],
        ),
        caseworker=caseworker,
        by=town.leader if reason else caseworker,
        limits=town.limits,
        random=_leading_to(row["pseudonym"]) if "pseudonym" in row else town.random,
        now=now,
        over_limit_reason=OverLimitReason(reason) if reason else None,
    )


def _leading_to(pseudonym: str) -> Random:
    """A random source from which the system would make this very pseudonym."""
    seed = next(seed for seed in count() if next(suggestions(Random(seed))) == pseudonym)  # noqa: S311 - no secret
    return Random(seed)  # noqa: S311 - as above


def _plan_need(story: Story, town: Town, row: Row) -> None:
    need = row["need"]
    story.add(need["written_days_ago"], 9, partial(_write_need, town, row))
    story.add(need["child_view"]["days_ago"], 12, partial(_record_child_view, town, row))
    for name, answer in need["guardian_consents"].items():
        party = ConsentParty(name)
        asked_days_ago = answer.get("asked_days_ago", need["written_days_ago"])
        if answer["status"] != "missing":
            story.add(asked_days_ago, 13, partial(_ask_party, town, row, party))
        if "given_days_ago" in answer:
            story.add(answer["given_days_ago"], 14, partial(_party_says_yes, town, row, party))
        if "withdrawn_days_ago" in answer:
            story.add(answer["withdrawn_days_ago"], 12, partial(_party_withdraws, town, row, party))


def _write_need(town: Town, row: Row, now: datetime) -> None:
    need = row["need"]
    case = town.cases[row["key"]]
    draft = NeedDraft(
        text=need["text"],
        external_wording=need["external_wording"],
        codes=tuple(need["codes"]),
        languages=tuple(need["languages"]),
        contact_form=ContactForm(need["contact_form"]),
        slots=tuple(need["slots"]),
        max_km=need["max_distance_km"],
        transport_agreed=need["transport_agreed"],
    )
    town.needs[row["key"]] = write_need(case=case, draft=draft, by=case.caseworker, now=now)


def _record_child_view(town: Town, row: Row, now: datetime) -> None:
    told = row["need"]["child_view"]
    view = ChildView(text=told["text"], source=ChildViewSource(told["source"]), on=danish_date(now))
    need = town.needs[row["key"]]
    record_child_view(need=need, view=view, by=need.case.caseworker, now=now)


def _ask_party(town: Town, row: Row, party: ConsentParty, now: datetime) -> None:
    need = town.needs[row["key"]]
    guardian_consent.ask(need=need, party=party, by=need.case.caseworker, now=now)


def _party_says_yes(town: Town, row: Row, party: ConsentParty, now: datetime) -> None:
    need = town.needs[row["key"]]
    recipients = row["need"]["consent_recipients"]
    guardian_consent.record_given(need=need, party=party, recipients=recipients, by=need.case.caseworker, now=now)


def _party_withdraws(town: Town, row: Row, party: ConsentParty, now: datetime) -> None:
    need = town.needs[row["key"]]
    consent = next(line for line in need.consents if line.party is party)
    withdrawal.withdraw_guardian_consent(consent=consent, by=need.case.caseworker, now=now)


def _plan_match(story: Story, town: Town, row: Row) -> None:
    match = row["match"]
    for name, (hour, step) in STEPS.items():
        if f"{name}_days_ago" in match:
            story.add(match[f"{name}_days_ago"], hour, partial(step, town, row))
    for follow_up in match.get("follow_ups", ()):
        story.add(follow_up["done_days_ago"], 14, partial(_follow_up, town, row, follow_up))


def _propose(town: Town, row: Row, now: datetime) -> None:
    """From the list the caseworker is shown; from the long one by distance where the short one lacks the offer."""
    need, offer = town.needs[row["key"]], town.offers[row["match"]["offer"]]
    caseworker = need.case.caseworker
    shown = suggest(need=need, by=caseworker, now=now)
    if offer not in [candidate.offer for candidate in shown.suggestions]:
        shown = list_by_hand(need=need, by=caseworker, now=now)
    town.proposals[row["key"]] = lifecycle.propose(
        need=need, offer=offer, by=caseworker, now=now, suggestion_list_id=shown.list_id
    )


def _reject(town: Town, row: Row, now: datetime) -> None:
    proposal = town.proposals[row["key"]]
    lifecycle.reject(
        need=proposal.need,
        offer=proposal.offer,
        reason=RejectReason(row["match"]["reason"]),
        by=proposal.need.case.caseworker,
        now=now,
        suggestion_list_id=proposal.suggestion_list_id,
    )


def _approve(town: Town, row: Row, now: datetime) -> None:
    proposal = town.proposals[row["key"]]
    lifecycle.approve(proposal, by=proposal.need.case.caseworker, now=now)


def _accept(town: Town, row: Row, now: datetime) -> None:
    requests.accept(token=_opened_request(town, row, now), now=now)


def _decline(town: Town, row: Row, now: datetime) -> None:
    reason = DeclineReason(row["match"]["reason"])
    requests.decline(token=_opened_request(town, row, now), reason=reason, now=now)


def _opened_request(town: Town, row: Row, now: datetime) -> str:
    token = mailed_token(("proposal", town.proposals[row["key"]].id), leads_to="answer_request")
    requests.read_request(token, now=now)
    return token


def _introduce(town: Town, row: Row, now: datetime) -> None:
    proposal = town.proposals[row["key"]]
    caseworker = proposal.need.case.caseworker
    lifecycle.introduce(proposal, by=caseworker, now=now)
    finish_tasks_about(proposal_id=proposal.id, by=caseworker, now=now)


def _start(town: Town, row: Row, now: datetime) -> None:
    proposal = town.proposals[row["key"]]
    lifecycle.start(proposal, by=proposal.need.case.caseworker, now=now)


def _follow_up(town: Town, row: Row, told: Row, now: datetime) -> None:
    proposal = town.proposals[row["key"]]
    waiting = select(FollowUp).where(FollowUp.proposal_id == proposal.id, FollowUp.done_at.is_(None))
    record_follow_up(
        db.session.scalars(waiting.order_by(FollowUp.due_on).limit(1)).one(),
        how_it_goes=HowItGoes(told["how_it_goes"]),
        child_voice=told["child"],
        guardian_voice=told["guardian"],
        volunteer_voice=told["volunteer"],
        by=proposal.need.case.caseworker,
        now=now,
    )


def _pause(town: Town, row: Row, now: datetime) -> None:
    proposal = town.proposals[row["key"]]
    reason = PauseReason(row["match"]["reason"])
    lifecycle.pause(proposal, reason=reason, by=proposal.need.case.caseworker, now=now)


def _end(town: Town, row: Row, now: datetime) -> None:
    match, proposal = row["match"], town.proposals[row["key"]]
    caseworker = proposal.need.case.caseworker
    reason = EndReason(match["reason"])
    lifecycle.end(
        proposal,
        reason=reason,
        ended_by=EndedBy(match["ended_by"]),
        ever_met=match["ever_met"],
        by=caseworker,
        now=now,
    )
    if reason is EndReason.GOAL_REACHED:
        withdrawal.close_need(need=proposal.need, by=caseworker, now=now)


# What the files date, in the order of a day. A cancelled or expired proposal has no step of its own: it follows from
# a consent withdrawn, or from the days that pass.
STEPS: dict[str, tuple[int, Step]] = {
    "proposed": (10, _propose),
    "asked": (11, _approve),
    "rejected": (11, _reject),
    "introduced": (15, _introduce),
    "paused": (15, _pause),
    "ended": (15, _end),
    "started": (16, _start),
    "accepted": (18, _accept),
    "declined": (18, _decline),
}
