"""Opening and closing cases, and writing down what a child needs and what the child says."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.foundation.clock import danish_date
from volunteer_match.foundation.database import attempt, db
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Permission
from volunteer_match.vocabulary.contact_forms import ContactForm
from volunteer_match.vocabulary.places import lookup
from volunteer_match.vocabulary.sensitive_text import contains_cpr, leak_words
from volunteer_match.vocabulary.slots import in_week_order
from volunteer_match.vocabulary.taxonomy import taxonomy

from .caseload import CaseloadLimits, open_case_count
from .models import Case, Need
from .pseudonyms import free_pseudonym, in_use
from .responsibility import NotResponsible, must_be_responsible
from .states import CaseState, ChildViewSource, NeedState, OverLimitReason

OLDEST = 18
# The second press of a button comes within this time; nobody fills in another form as fast.
DOUBLE_CLICK = timedelta(seconds=10)


class CaseloadFull(Exception):
    """The caseworker has as many cases as the limit allows; only a team leader may add one, with a reason."""


class UnknownPostcode(Exception):
    """The table of places has no such postcode."""


class UnlikelyBirthYear(Exception):
    """Not the year of birth of a child or young person."""


class Closed(Exception):
    """The case or the need is closed, and what is closed is read-only."""


class CprInText(Exception):
    """Something typed reads as a CPR number; `field` says where."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class TextMissing(Exception):
    """A text that must be there is empty; `field` says which."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class LeakWordsNotAcknowledged(Exception):
    """The external wording holds words that may give the child away, and nobody has said they may stay."""

    def __init__(self, words: list[str]) -> None:
        super().__init__("leak words")
        self.words = words


class DateAhead(Exception):
    """Nobody has spoken with the child in the future."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """All that is known of the child and the family in this system."""

    birth_year: int
    postcode: str
    ladder_step: int
    custody_holders: int


@dataclass(frozen=True, slots=True)
class NeedDraft:
    """What the caseworker has written. Only `external_wording` is ever read outside the municipality."""

    text: str
    external_wording: str
    codes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("da",)
    contact_form: ContactForm = ContactForm.EITHER
    slots: tuple[str, ...] = ()
    max_km: int | None = None
    transport_agreed: bool = False


@dataclass(frozen=True, slots=True)
class ChildView:
    """What the child says about it, how we know, and when."""

    text: str
    source: ChildViewSource
    on: date


def open_case(
    *,
    facts: CaseFacts,
    caseworker: User,
    by: User,
    limits: CaseloadLimits,
    random: Random,
    now: datetime,
    over_limit_reason: OverLimitReason | None = None,
) -> Case:
    """A case under a new pseudonym, for oneself or, by a team leader, for a caseworker."""
    _may_open_for(caseworker, by)
    _check(facts, now=now)
    reason = _reason_to_exceed(caseworker, by=by, limits=limits, reason=over_limit_reason)
    case = _under_a_free_name(facts, caseworker=caseworker, random=random, now=now)
    details: dict[str, object] = {"caseworker": caseworker.id, "ladder_step": facts.ladder_step}
    if reason is not None:
        details["over_limit_reason"] = reason.value
    record(AuditAction.CASE_OPENED, by=by.actor, now=now, subject=("case", case.id), details=details)
    return case


def just_opened(*, facts: CaseFacts, caseworker: User, now: datetime) -> Case | None:
    """The case that a second press of the button would open once more. Whoever asks waits for the first press."""
    db.session.execute(select(User.id).where(User.id == caseworker.id).with_for_update())
    newest = db.session.scalars(
        select(Case).where(Case.caseworker_id == caseworker.id, Case.opened_at > now - DOUBLE_CLICK).order_by(Case.id)
    )
    wanted = asdict(facts)
    return next((case for case in newest if {name: getattr(case, name) for name in wanted} == wanted), None)


def change_case(*, case: Case, facts: CaseFacts, by: User, now: datetime) -> Case:
    """Families move, custody changes, the ladder is climbed up or down."""
    must_be_responsible(case, by)
    _must_be_open(case)
    _check(facts, now=now)
    before = {field.name: getattr(case, field.name) for field in fields(facts)}
    changed = sorted(name for name, value in before.items() if getattr(facts, name) != value)
    if not changed:
        return case
    details: dict[str, object] = {"fields": changed}
    if "ladder_step" in changed:
        details["ladder_step"] = [case.ladder_step, facts.ladder_step]
    for name in changed:
        setattr(case, name, getattr(facts, name))
    record(AuditAction.CASE_CHANGED, by=by.actor, now=now, subject=("case", case.id), details=details)
    return case


def close_case(*, case: Case, by: User, now: datetime) -> None:
    """Closes the case and whatever it is still looking for. Closed already is closed enough."""
    must_be_responsible(case, by)
    if case.state is CaseState.CLOSED:
        return
    for need in case.needs:
        close_need(need=need, by=by, now=now)
    case.state, case.closed_at = CaseState.CLOSED, now
    record(AuditAction.CASE_CLOSED, by=by.actor, now=now, subject=("case", case.id))


def write_need(
    *,
    case: Case,
    draft: NeedDraft,
    by: User,
    now: datetime,
    child_view: ChildView | None = None,
    leak_words_accepted: bool = False,
) -> Need:
    """A new need in the case, with the child's own view where it is known already."""
    must_be_responsible(case, by)
    _must_be_open(case)
    leaks = _read_through(draft, leak_words_accepted=leak_words_accepted)
    need = Need(
        case=case,
        **_columns(draft),
        state=NeedState.OPEN,
        created_at=now,
        changed_at=now,
        written_by_id=by.id,
    )
    db.session.add(need)
    db.session.flush()
    details = {"case": case.id, "codes": list(need.codes), "leak_words_accepted": leaks}
    record(AuditAction.NEED_WRITTEN, by=by.actor, now=now, subject=("need", need.id), details=details)
    if child_view is not None:
        record_child_view(need=need, view=child_view, by=by, now=now)
    return need


def just_written(*, case: Case, draft: NeedDraft, now: datetime) -> Need | None:
    """The need that a second press of the button would write once more. Whoever asks waits for the first press."""
    db.session.execute(select(Case.id).where(Case.id == case.id).with_for_update())
    newest = db.session.scalars(
        select(Need).where(Need.case_id == case.id, Need.created_at > now - DOUBLE_CLICK).order_by(Need.id)
    )
    wanted = _columns(draft)
    return next((need for need in newest if {name: getattr(need, name) for name in wanted} == wanted), None)


def change_need(
    *,
    need: Need,
    draft: NeedDraft,
    by: User,
    now: datetime,
    child_view: ChildView | None = None,
    leak_words_accepted: bool = False,
) -> Need:
    """A need written better. New external words need a new yes from the family (`guardian_consent`)."""
    must_be_responsible(need.case, by)
    _must_be_open(need)
    leaks = _read_through(draft, leak_words_accepted=leak_words_accepted)
    columns = _columns(draft)
    changed = sorted(name for name, value in columns.items() if getattr(need, name) != value)
    if changed:
        for name in changed:
            setattr(need, name, columns[name])
        need.changed_at = now
        if "external_wording" in changed:
            need.wording_changed_at = now
        details = {"case": need.case_id, "fields": changed, "leak_words_accepted": leaks}
        record(AuditAction.NEED_CHANGED, by=by.actor, now=now, subject=("need", need.id), details=details)
    if child_view is not None:
        record_child_view(need=need, view=child_view, by=by, now=now)
    return need


def record_child_view(*, need: Need, view: ChildView, by: User, now: datetime) -> None:
    """What the child says (Barnets lov § 5): without it no proposal can be approved."""
    must_be_responsible(need.case, by)
    _must_be_open(need)
    text = _guarded("child_view", view.text)
    if view.on > danish_date(now):
        raise DateAhead
    if (need.child_view, need.child_view_source, need.child_view_on) == (text, view.source, view.on):
        return
    need.child_view, need.child_view_source, need.child_view_on = text, view.source, view.on
    details = {"case": need.case_id, "source": view.source.value}
    record(AuditAction.CHILD_VIEW_RECORDED, by=by.actor, now=now, subject=("need", need.id), details=details)


def close_need(*, need: Need, by: User, now: datetime) -> None:
    """No longer looking. Closed already is closed enough."""
    must_be_responsible(need.case, by)
    if need.state is NeedState.CLOSED:
        return
    need.state, need.changed_at = NeedState.CLOSED, now
    record(AuditAction.NEED_CLOSED, by=by.actor, now=now, subject=("need", need.id), details={"case": need.case_id})


def _may_open_for(caseworker: User, by: User) -> None:
    if not caseworker.may(Permission.WORK_ON_OWN_CASES):
        raise NotResponsible
    if caseworker.id != by.id and not by.may(Permission.READ_TEAM_CASES):
        raise NotResponsible


def _reason_to_exceed(
    caseworker: User, *, by: User, limits: CaseloadLimits, reason: OverLimitReason | None
) -> OverLimitReason | None:
    # The caseworker's row is locked, so that two cases opened at once are counted one after the other.
    db.session.execute(select(User.id).where(User.id == caseworker.id).with_for_update())
    if open_case_count(caseworker.id) < limits.limit:
        return None
    if reason is None or not by.may(Permission.READ_TEAM_CASES):
        raise CaseloadFull
    return reason


def _under_a_free_name(facts: CaseFacts, *, caseworker: User, random: Random, now: datetime) -> Case:
    while True:
        name = free_pseudonym(random=random)
        case = Case(
            pseudonym=name,
            birth_year=facts.birth_year,
            postcode=facts.postcode,
            ladder_step=facts.ladder_step,
            custody_holders=facts.custody_holders,
            caseworker_id=caseworker.id,
            state=CaseState.OPEN,
            opened_at=now,
        )
        try:
            with attempt():
                db.session.add(case)
                db.session.flush()
        except IntegrityError:
            # Somebody else took the name a moment ago: try another. Anything else is a fault to be seen.
            if not in_use(name):
                raise
        else:
            return case


def _check(facts: CaseFacts, *, now: datetime) -> None:
    this_year = danish_date(now).year
    if not this_year - OLDEST <= facts.birth_year <= this_year:
        raise UnlikelyBirthYear
    if lookup(facts.postcode) is None:
        raise UnknownPostcode


def _must_be_open(thing: Case | Need) -> None:
    if thing.state in (CaseState.CLOSED, NeedState.CLOSED):
        raise Closed


def _read_through(draft: NeedDraft, *, leak_words_accepted: bool) -> int:
    _guarded("text", draft.text)
    leaks = leak_words(_guarded("external_wording", draft.external_wording))
    if leaks and not leak_words_accepted:
        raise LeakWordsNotAcknowledged(leaks)
    return len(leaks)


def _guarded(field: str, text: str) -> str:
    if not text.strip():
        raise TextMissing(field)
    if contains_cpr(text):
        raise CprInText(field)
    return text.strip()


def _columns(draft: NeedDraft) -> dict[str, object]:
    chosen = set(draft.codes)
    return {
        "text": draft.text.strip(),
        "external_wording": draft.external_wording.strip(),
        "codes": tuple(code for code in taxonomy().needs if code in chosen),
        "languages": tuple(dict.fromkeys(draft.languages)) or ("da",),
        "contact_form": draft.contact_form,
        "slots": tuple(in_week_order(list(draft.slots))),
        "max_km": draft.max_km,
        "transport_agreed": draft.transport_agreed,
    }
