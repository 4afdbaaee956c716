"""Signing up: four steps, "Tjek dine svar", and the receipt."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_match.events.models import Event
from volunteer_match.events.offer_origins import note_origin
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.organisations import registration as rules
from volunteer_match.organisations.consent import TEXT_VERSION
from volunteer_match.organisations.models import Registration
from volunteer_match.organisations.sign_up import SignUp
from volunteer_match.organisations.states import RegistrationState
from volunteer_match.people.throttle import note_attempt, too_many
from volunteer_match.web.shared.access import Audience, open_to
from volunteer_match.web.shared.fields import Form
from volunteer_match.web.shared.language import LANGUAGES, choose_language, current_language
from volunteer_match.web.shared.offer_fields import boundaries

from . import sign_up_steps as steps
from .blueprint import blueprint
from .forms.registration import OfferTextStep, SendForm
from .sign_up_summary import summary_of

Page = str | Response | tuple[str, int]
KEY_COOKIE = "sign_up"
MEND_COOKIE = "sign_up_mend"
RECEIPT_COOKIE = "sign_up_receipt"
EVENT_COOKIE = "sign_up_event"
# Nobody reads and answers four pages faster; a program does.
FASTEST_PERSON = timedelta(seconds=1)
HOUR = timedelta(hours=1)
# A whole meeting may sign up from the school's one address; one mailbox is not to be filled.
SENT_FROM_ONE_ADDRESS = 30
MAILED_TO_ONE_ADDRESS = 3


@blueprint.get("/tilmeld")
@open_to(Audience.PUBLIC)
def registration_start() -> Response:
    """Where every link to the sign-up leads."""
    return redirect(_url(steps.WHO))


@blueprint.route("/tilmeld/<any(hvem,tilbud,'tid-og-sted',samtykke):slug>", methods=["GET", "POST"])
@open_to(Audience.PUBLIC)
def registration_step(slug: str) -> Page:
    """One of the four steps; what is typed is kept before it is judged."""
    step = steps.STEP_BY_SLUG[slug]
    draft = current_draft()
    if draft is not None and draft.state is not RegistrationState.DRAFT:
        return redirect(url_for("public.registration_receipt"))
    if draft is None and step is not steps.WHO:
        return _start_over()
    return _receive(step, draft) if request.method == "POST" else _show(step, draft)


@blueprint.route("/tilmeld/tjek", methods=["GET", "POST"])
@open_to(Audience.PUBLIC)
def registration_check() -> Page:
    """ "Tjek dine svar", and sending them."""
    draft = current_draft()
    if draft is None:
        return _start_over()
    if draft.state is not RegistrationState.DRAFT:
        return redirect(url_for("public.registration_receipt"))
    answers = rules.typed(draft)
    unfinished = steps.first_unfinished(answers)
    if unfinished is not None:
        session[MEND_COOKIE] = unfinished.id
        return redirect(_url(unfinished))
    forms = steps.valid_forms(answers)
    form = SendForm()
    if form.validate_on_submit():
        return _send(draft, steps.as_sign_up(forms), is_robot=bool(form.homepage.data) or _is_robot(draft))
    return render_template("public/registration/check.html", form=form, sections=summary_of(forms), steps=_steps())


@blueprint.get("/tilmeld/tak")
@open_to(Audience.PUBLIC)
def registration_receipt() -> Page:
    """What happens now; the same whoever signed up."""
    draft = current_draft()
    if draft is None or RECEIPT_COOKIE not in session:
        return redirect(url_for("public.registration_start"))
    email = rules.typed(draft).get(steps.WHO.id, {}).get("email", [""])[0]
    return render_template("public/registration/receipt.html", email=email)


@blueprint.post("/tilmeld/ret")
@open_to(Audience.PUBLIC)
def registration_reopen() -> Response:
    """Back to the answers, as when the address was mistyped."""
    draft = current_draft()
    if draft is not None and draft.state is RegistrationState.SUBMITTED:
        rules.reopen(registration=draft, now=utc_now())
    session.pop(RECEIPT_COOKIE, None)
    return redirect(_url(steps.WHO))


@blueprint.post("/tilmeld/ny")
@open_to(Audience.PUBLIC)
def registration_anew() -> Response:
    """An empty first page: for one more offer, or when somebody else sits down at the screen."""
    forget_registration()
    return redirect(_url(steps.WHO))


def begin_registration(answers: rules.Typed) -> Registration:
    """A new draft in this browser, with what is known of the first step in it."""
    forget_registration()
    now = utc_now()
    draft, session[KEY_COOKIE] = rules.start(language=current_language(), now=now)
    if answers:
        rules.save_answers(registration=draft, step=steps.WHO.id, answers=answers, now=now)
    return draft


def forget_registration() -> None:
    """Nothing in the browser leads to the draft any more."""
    for cookie in (KEY_COOKIE, MEND_COOKIE, RECEIPT_COOKIE):
        session.pop(cookie, None)


def current_draft() -> Registration | None:
    """What this browser has begun and not confirmed."""
    key = session.get(KEY_COOKIE)
    found = rules.find(key) if key else None
    return None if found is None or found.state is RegistrationState.CONFIRMED else found


def _start_over() -> Response:
    forget_registration()
    flash(
        _("Vi kunne ikke finde det, du var i gang med. Det sker, når browseren har været lukket. Begynd her."), "info"
    )
    return redirect(_url(steps.WHO))


def _show(step: steps.Step, draft: Registration | None) -> str:
    form = steps.form_for(step, rules.typed(draft) if draft else {})
    if session.pop(MEND_COOKIE, None) == step.id:
        form.validate()
    return _page(step, form)


def _receive(step: steps.Step, draft: Registration | None) -> Page:
    whole_offer = step is not steps.OFFER or "whole" in request.form
    form = steps.prepared(step.form() if whole_offer else OfferTextStep())
    going = request.form.get("go", "next")
    draft = _keep(step, form, draft)
    if going in LANGUAGES:
        choose_language(going)
        return redirect(_url(step))
    if going == "back" and steps.was_kept_whole(form):
        before = steps.preceding(step)
        return redirect(_url(before) if before else url_for("public.front_page"))
    if not form.validate_on_submit():
        return _ask_again(step, form)
    if not whole_offer or going == "suggest":
        return redirect(_url(step) + "#kinds")
    return redirect(_after(step, draft))


def _ask_again(step: steps.Step, form: Form) -> Page:
    """The step with what is wrong in it, as a page of its own: the browser's back button then has somewhere to go."""
    if not steps.was_kept_whole(form):
        return _page(step, form)
    session[MEND_COOKIE] = step.id
    return redirect(_url(step))


def _keep(step: steps.Step, form: Form, draft: Registration | None) -> Registration:
    now = utc_now()
    if draft is None:
        draft = begin_registration({})
        _note_event(draft)
    answers = {**rules.typed(draft).get(step.id, {}), **steps.storable(form)}
    if step is steps.OFFER and isinstance(form, OfferTextStep) and form.validate():
        answers["described"] = ["yes"]
    rules.save_answers(registration=draft, step=step.id, answers=answers, now=now)
    return draft


def _note_event(draft: Registration) -> None:
    """Signed up after the code at the door, or one more after the link in the thanks."""
    event = db.session.get(Event, session.get(EVENT_COOKIE, 0))
    if event is not None:
        note_origin(draft, event=event, came=None, now=utc_now())


def _after(step: steps.Step, draft: Registration) -> str:
    """On to the next step – or back to "Tjek dine svar" for those who came from there to mend something."""
    after = steps.following(step)
    if after is None or steps.first_unfinished(rules.typed(draft)) is None:
        return url_for("public.registration_check")
    return _url(after)


def _send(draft: Registration, sign_up: SignUp, *, is_robot: bool) -> Page:
    if is_robot:  # it gets the same answer, so that it learns nothing
        session[RECEIPT_COOKIE] = True
        return redirect(url_for("public.registration_receipt"))
    now = utc_now()
    network = request.remote_addr or ""
    if too_many("sign_up", network, now=now, limit=SENT_FROM_ONE_ADDRESS, window=HOUR) or too_many(
        "sign_up_mail", sign_up.email, now=now, limit=MAILED_TO_ONE_ADDRESS, window=HOUR
    ):
        return render_template("public/registration/too_many.html"), 429
    if rules.submit(registration=draft, sign_up=sign_up, language=current_language(), now=now):
        note_attempt("sign_up", network, now=now)
        note_attempt("sign_up_mail", sign_up.email, now=now)
    session[RECEIPT_COOKIE] = True
    return redirect(url_for("public.registration_receipt"))


def _is_robot(draft: Registration) -> bool:
    return steps.fell_into_trap(rules.typed(draft)) or utc_now() - draft.created_at < FASTEST_PERSON


def _page(step: steps.Step, form: Form) -> str:
    return render_template(
        f"public/registration/{step.id}.html",
        form=form,
        step=step,
        steps=_steps(),
        number=steps.STEPS.index(step) + 1,
        boundaries=boundaries() if step is steps.OFFER else {},
        text_version=TEXT_VERSION,
    )


def _steps() -> list[Any]:
    return [str(step.short) for step in steps.STEPS] + [_("Tjek dine svar")]


def _url(step: steps.Step) -> str:
    return url_for("public.registration_step", slug=step.slug)
