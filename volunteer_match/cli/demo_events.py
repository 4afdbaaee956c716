"""The demo's events: the meeting at Asaa Skole with its guests, a small one that is full, one held and a draft."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy import select

from volunteer_match.calendars.copenhagen import wall_moment
from volunteer_match.events import answers, check_in, due, inviting, planning, thanks
from volunteer_match.events.answers import Answer, Coming
from volunteer_match.events.audience import Wanted, find_audience
from volunteer_match.events.event_details import EventDetails
from volunteer_match.events.event_mail import ABOUT
from volunteer_match.events.mailed_back import came_back
from volunteer_match.events.models import Event, Invitation
from volunteer_match.events.offer_origins import note_origin
from volunteer_match.events.states import InvitationState, QuestionKind, Visibility
from volunteer_match.foundation.clock import danish_date
from volunteer_match.foundation.database import db
from volunteer_match.notifications.incoming import Bounce
from volunteer_match.organisations.models import Registration

from .demo_story import Story, Town, mailed_token

AT_LEAST_AHEAD = timedelta(weeks=3)
INVITED_DAYS_AGO = 9
# What one guest in so many says; the others have not answered yet.
SAID = (Coming.YES, Coming.YES, None, Coming.NO, Coming.YES, None, Coming.MAYBE, Coming.YES, None, None)
# A guest, by number, who has not answered: the mail came back.
CAME_BACK = 2
# Came to the meeting that was held, two of them without being asked, and offered something in the weeks after.
OFFERED_AFTERWARDS = {
    "preben-hundetur": ("Preben Dahl", "preben.dahl@post.example"),
    "vand-familie": ("Rikke Sig", "rikke@vandhundene.example"),
    "kringlen-bagning": ("Thomas Wulff", "thomas@bageriet-kringlen.example"),
}
WITHOUT_ADDRESS = (("Birthe Lund", 2), ("Svend Aage Krogh", 1))
# One in so many who said yes stayed away all the same.
STAYED_AWAY = 6
FOOD = ("Spiser ikke svinekød", "Vegetar", "Ingen nødder")


def plan_events(story: Story, town: Town) -> None:
    """Everything that concerns events, on its day."""
    meeting = _meeting(danish_date(story.now))
    story.add(INVITED_DAYS_AGO, 10, partial(_hold_open, story, town, meeting, Wanted()))
    small = _workshop(danish_date(story.now))
    story.add(INVITED_DAYS_AGO - 1, 11, partial(_hold_open, story, town, small, Wanted(postcodes=frozenset({"9340"}))))
    held = _first_meeting(danish_date(story.now))
    story.add(75, 10, partial(_hold_open, story, town, held, Wanted(postcodes=frozenset({"9700"}))))
    story.add_at(held.starts_at, partial(_come, town, held.title))
    story.add_at(held.ends_at, partial(_end, town, held.title))
    story.add_at(held.ends_at + timedelta(hours=15), partial(_thank, town, held.title))
    story.add(2, 14, lambda now: planning.plan_event(details=_spring(now), by=town.admin, now=now))


def _hold_open(story: Story, town: Town, details: EventDetails, wanted: Wanted, now: datetime) -> None:
    """Opened, everybody who fits invited, and what they answer in the days after."""
    event = planning.plan_event(details=details, by=town.admin, now=now)
    planning.open_event(event, by=town.admin, now=now)
    inviting.add_guests(event, find_audience(event, wanted, now=now).guests, by=town.admin, now=now)
    inviting.send_invitations(event, at=now, by=town.admin, now=now)
    due.run_due(now=now)
    guests = db.session.scalars(select(Invitation.id).where(Invitation.event_id == event.id).order_by(Invitation.id))
    for number, guest_id in enumerate(guests):
        coming = SAID[number % len(SAID)]
        if number == CAME_BACK:
            story.add_at(now + timedelta(hours=1), partial(_come_back, guest_id))
        if coming is not None:
            answered_at = now + timedelta(hours=5 + (number * 7) % (24 * (INVITED_DAYS_AGO - 3)))
            story.add_at(answered_at, partial(_answer, event, guest_id, coming, number))


def _come_back(guest_id: int, now: datetime) -> None:
    """An address that does not exist, as the mail server of its end says of it."""
    mail = db.session.get_one(Invitation, guest_id).mail
    if mail is not None:
        came_back(Bounce(mail.message_id, "5.1.1"), now=now)


def _answer(event: Event, guest_id: int, coming: Coming, number: int, now: datetime) -> None:
    """By the link in the mail, as everybody does; whose mail was not written stays away."""
    invitation = db.session.get_one(Invitation, guest_id)
    if invitation.mail_id is None or not answers.can_answer(event, now=now):
        return
    token = mailed_token((ABOUT, guest_id), leads_to="answer_invitation")
    replies = {question.id: _reply(question.kind, number) for question in event.questions}
    said = Answer(coming=coming, people=1 + number % 3, replies=replies)
    answers.answer(answers.find_invitation(token, now=now), said=said, now=now)


def _called(title: str) -> Event:
    return db.session.scalars(select(Event).where(Event.title == title)).one()


def _come(town: Town, title: str, now: datetime) -> None:
    """Most of those who said yes, those who said maybe, and some whom nobody had asked."""
    event = _called(title)
    guests = db.session.scalars(
        select(Invitation)
        .where(Invitation.event_id == event.id, Invitation.state.in_((InvitationState.YES, InvitationState.MAYBE)))
        .order_by(Invitation.id)
    )
    for number, guest in enumerate(guests.all(), start=1):
        if number % STAYED_AWAY:
            check_in.note_presence(event, guest, is_here=True, by=town.admin, now=now)
    for name, email in OFFERED_AFTERWARDS.values():
        check_in.walk_in(event, name=name, email=email, people=1, by=town.admin, now=now)
    for name, people in WITHOUT_ADDRESS:
        check_in.walk_in(event, name=name, email="", people=people, by=town.admin, now=now)


def _end(town: Town, title: str, now: datetime) -> None:
    planning.hold_event(_called(title), by=town.admin, now=now)


def _thank(town: Town, title: str, now: datetime) -> None:
    thanks.say_thanks(_called(title), by=town.admin, now=now)


def note_what_came_of_it(story: Story, town: Town) -> None:
    """The offers that were signed up by the link in the thanks, once they are there."""
    event = _called(_first_meeting(danish_date(story.now)).title)
    for key in OFFERED_AFTERWARDS:
        registration = db.session.get_one(Registration, town.offers[key].registration_id)
        note_origin(registration, event=event, came=None, now=registration.created_at)


def _reply(kind: QuestionKind, number: int) -> str:
    if kind is QuestionKind.FOOD:
        return FOOD[number // 4 % len(FOOD)] if number % 4 == 0 else ""
    if kind is QuestionKind.CHILDCARE:
        return str(number % 3) if number % 5 == 0 and number % 3 else ""
    return "yes" if number % 11 == 0 else ""


def _meeting(today: date) -> EventDetails:
    """The tenth of January that is next, and not too soon to be invited to."""
    day = date(today.year, 1, 10)
    while day < today + AT_LEAST_AHEAD:
        day = day.replace(year=day.year + 1)
    return EventDetails(
        title="Møde om Varige Spor, netværk og frivillighed",
        description=(
            "Hvad kan en plads på holdet, en eftermiddag i værkstedet eller en kop kakao betyde for et barn? "
            "Kom og hør, mød andre her fra egnen, og fortæl, hvad du kan tænke dig. Du behøver ikke være med "
            "i en forening."
        ),
        programme=(
            "14.00 Velkomst og kaffe\n14.15 Hvad er Varige Spor?\n14.45 To fortællinger fra foreningslivet\n"
            "15.15 Ved bordene: Hvad kan vi gøre her?\n16.00 Tak for i dag"
        ),
        place="Asaa Skole, multisalen",
        address="Skolegade 12",
        postcode="9340",
        access_notes="Indgang fra parkeringspladsen. Der er elevator og handicaptoilet.",
        starts_at=wall_moment(day, time(14)),
        ends_at=wall_moment(day, time(16)),
        reply_on=day - timedelta(days=7),
        capacity=120,
        language="da",
        visibility=Visibility.PUBLIC,
        contact_name="Torben Pedersen",
        contact_email="torben.pedersen@brslev.example",
        contact_phone="12 34 56 78",
        questions=(QuestionKind.FOOD, QuestionKind.CHILDCARE, QuestionKind.LIFT),
    )


def _workshop(today: date) -> EventDetails:
    """Few seats, so that there is a waiting list."""
    day = today + timedelta(days=18)
    return replace(
        _meeting(today),
        title="Åbent værksted: se, hvad I kan gøre sammen med et barn",
        description="Vi bygger en fuglekasse sammen og taler om, hvordan det er at have en gæst i værkstedet.",
        programme="",
        place="Asaa Havns Værksted",
        address="Havnevej 8",
        starts_at=wall_moment(day, time(19)),
        ends_at=wall_moment(day, time(21)),
        reply_on=day - timedelta(days=4),
        capacity=6,
        visibility=Visibility.BY_INVITATION,
        questions=(QuestionKind.LIFT,),
    )


def _first_meeting(today: date) -> EventDetails:
    """Held some weeks ago."""
    day = today - timedelta(days=50)
    return replace(
        _meeting(today),
        title="Opstartsmøde for foreninger i Brønderslev",
        place="Brønderslev Bibliotek",
        address="Bredgade 1",
        postcode="9700",
        starts_at=wall_moment(day, time(17)),
        ends_at=wall_moment(day, time(19)),
        reply_on=day - timedelta(days=5),
        capacity=60,
    )


def _spring(now: datetime) -> EventDetails:
    """Only written so far."""
    day = danish_date(now) + timedelta(days=120)
    return replace(
        _meeting(danish_date(now)),
        title="Forårsmøde i Dronninglund",
        place="Dronninglund Idrætscenter",
        address="Stadionvej 2",
        postcode="9330",
        starts_at=wall_moment(day, time(19)),
        ends_at=wall_moment(day, time(21)),
        reply_on=day - timedelta(days=10),
    )
