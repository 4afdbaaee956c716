"""Who may open which page: written out by hand, so that a slip in a view's own declaration is seen.

A page that is not here fails the tests, and so does one that is here and no longer exists.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from flask import Flask, url_for
from werkzeug.routing import Rule as Route

from tests.security.town import Blueprint, Persona, Town

P = Persona


class Outcome(StrEnum):
    """What the door does."""

    OPEN = "open"
    SIGN_IN = "sent to sign-in"
    ASK_FOR_LINK = "sent to ask for a link"
    REFUSED = "403"
    HIDDEN = "404"


Rule = Mapping[Persona, Outcome]
WITHOUT_ACCOUNT = (P.VISITOR, P.CONTACT, P.OTHER_CONTACT, P.CLOSED)
STAFF = (P.OWNER, P.OTHER_CASEWORKER, P.LEADER, P.ADMIN, P.PROFESSIONAL, P.INTAKE)
CASEWORKERS = (P.OWNER, P.OTHER_CASEWORKER)


def _staff_page(*, opens: Iterable[Persona], hides: Iterable[Persona] = ()) -> Rule:
    return {
        **dict.fromkeys(STAFF, Outcome.REFUSED),
        **dict.fromkeys(WITHOUT_ACCOUNT, Outcome.SIGN_IN),
        **dict.fromkeys(opens, Outcome.OPEN),
        **dict.fromkeys(hides, Outcome.HIDDEN),
    }


EVERYBODY: Rule = dict.fromkeys(P, Outcome.OPEN)
ONLY_IN_THE_DEMO: Rule = dict.fromkeys(P, Outcome.HIDDEN)
ANY_CONTACT: Rule = {
    **dict.fromkeys(P, Outcome.ASK_FOR_LINK),
    P.CONTACT: Outcome.OPEN,
    P.OTHER_CONTACT: Outcome.OPEN,
}
CONTACT_THEMSELVES: Rule = {**ANY_CONTACT, P.OTHER_CONTACT: Outcome.HIDDEN}
ANY_STAFF = _staff_page(opens=STAFF)
ANY_CASEWORKER = _staff_page(opens=CASEWORKERS)
CASEWORKER_OR_LEADER = _staff_page(opens=(*CASEWORKERS, P.LEADER))
LEADER = _staff_page(opens=(P.LEADER,))
ADMIN = _staff_page(opens=(P.ADMIN,))
ADMIN_OR_LEADER = _staff_page(opens=(P.ADMIN, P.LEADER))
WHO_SIT_AT_CONSULTATIONS = _staff_page(opens=(*CASEWORKERS, P.PROFESSIONAL))
WHO_SIT_THERE_THAT_DAY = _staff_page(opens=(P.OWNER, P.PROFESSIONAL), hides=(P.OTHER_CASEWORKER,))
# Ticked off by the one who took it on, and nobody has.
NOBODY_TOOK_IT_ON = _staff_page(opens=(), hides=(*CASEWORKERS, P.PROFESSIONAL))
# Somebody else's case is not there at all.
CASE_OWNER = _staff_page(opens=(P.OWNER,), hides=(P.OTHER_CASEWORKER,))
CASE_OWNER_OR_LEADER = _staff_page(opens=(P.OWNER, P.LEADER), hides=(P.OTHER_CASEWORKER,))

WHO_MAY: Mapping[str, Rule] = {
    "static": EVERYBODY,
    "security.static": EVERYBODY,
    "public.front_page": EVERYBODY,
    "public.registration_start": EVERYBODY,
    "public.registration_step": EVERYBODY,
    "public.registration_check": EVERYBODY,
    "public.registration_receipt": EVERYBODY,
    "public.registration_reopen": EVERYBODY,
    "public.registration_anew": EVERYBODY,
    "public.confirm_registration": EVERYBODY,
    "public.registration_confirmed": EVERYBODY,
    "public.events": EVERYBODY,
    "public.event": EVERYBODY,
    "public.event_link_sent": EVERYBODY,
    "public.event_calendar_file": EVERYBODY,
    "public.consultations": EVERYBODY,
    "public.consultation": EVERYBODY,
    "public.consultation_day": EVERYBODY,
    "public.consultation_receipt": EVERYBODY,
    "public.consultation_booking": EVERYBODY,
    "public.consultation_change": EVERYBODY,
    "public.consultation_cancel": EVERYBODY,
    "public.consultation_calendar_file": EVERYBODY,
    "public.staff_calendar": EVERYBODY,
    "public.event_code": EVERYBODY,
    "public.event_poster": EVERYBODY,
    "public.event_offer": EVERYBODY,
    "public.event_offer_code": EVERYBODY,
    "public.offer_after_event": EVERYBODY,
    "public.no_more_after_event": EVERYBODY,
    "public.unsubscribe_after_event": EVERYBODY,
    "public.registration_code": EVERYBODY,
    "public.privacy": EVERYBODY,
    "public.accessibility": EVERYBODY,
    "public.choose_language": EVERYBODY,
    "public.health": EVERYBODY,
    "public.demo_mails": ONLY_IN_THE_DEMO,
    "public.demo_mail": ONLY_IN_THE_DEMO,
    "security.login": EVERYBODY,
    "security.logout": ANY_STAFF,
    "security.forgot_password": EVERYBODY,
    "security.reset_password": EVERYBODY,
    "security.change_password": ANY_STAFF,
    "security.verify": ANY_STAFF,
    "selfservice.ask_for_link": EVERYBODY,
    "selfservice.link_sent": EVERYBODY,
    "selfservice.open_own_page": EVERYBODY,
    "selfservice.answer_request": EVERYBODY,
    "selfservice.answer_invitation": EVERYBODY,
    "selfservice.want_no_invitations": EVERYBODY,
    "selfservice.unsubscribe": EVERYBODY,
    "selfservice.leave": EVERYBODY,
    "selfservice.own_page": ANY_CONTACT,
    "selfservice.own_request": CONTACT_THEMSELVES,
    "selfservice.change_offer": CONTACT_THEMSELVES,
    "selfservice.pause_offer": CONTACT_THEMSELVES,
    "selfservice.reopen_offer": CONTACT_THEMSELVES,
    "selfservice.withdraw_offer": CONTACT_THEMSELVES,
    "selfservice.give_consent": CONTACT_THEMSELVES,
    "selfservice.withdraw_consent": CONTACT_THEMSELVES,
    "staff.home": ANY_STAFF,
    "staff.joint_plan": LEADER,
    "staff.lay_joint_plan_before": LEADER,
    "staff.today": CASEWORKER_OR_LEADER,
    "staff.task_done": CASE_OWNER,
    "staff.cases": CASEWORKER_OR_LEADER,
    "staff.open_own_case": ANY_CASEWORKER,
    "staff.open_case_for_colleague": LEADER,
    "staff.case": CASE_OWNER_OR_LEADER,
    "staff.case_change": CASE_OWNER,
    "staff.case_close": CASE_OWNER,
    "staff.need_new": CASE_OWNER,
    "staff.need": CASE_OWNER_OR_LEADER,
    "staff.need_change": CASE_OWNER,
    "staff.need_close": CASE_OWNER,
    "staff.child_view": CASE_OWNER,
    "staff.guardian_consent": CASE_OWNER,
    "staff.guardian_consent_asked": CASE_OWNER,
    "staff.guardian_consent_text": CASE_OWNER_OR_LEADER,
    # A family's no is taken down by the leader too when the caseworker is away.
    "staff.guardian_consent_withdrawn": CASE_OWNER_OR_LEADER,
    "staff.suggestions": CASE_OWNER,
    "staff.confirm_choice": CASE_OWNER,
    "staff.approve_choice": CASE_OWNER,
    "staff.reject_choice": CASE_OWNER,
    "staff.say_lesson": CASE_OWNER,
    "staff.take_back_lesson": CASE_OWNER,
    "staff.compare": CASE_OWNER,
    "staff.find_by_hand": CASE_OWNER,
    "staff.search_by_hand": CASE_OWNER,
    "staff.export_found": CASE_OWNER,
    "staff.proposal": CASE_OWNER_OR_LEADER,
    "staff.introduce_proposal": CASE_OWNER,
    "staff.start_proposal": CASE_OWNER,
    "staff.resume_proposal": CASE_OWNER,
    "staff.cancel_proposal": CASE_OWNER,
    "staff.pause_proposal": CASE_OWNER,
    "staff.end_proposal": CASE_OWNER,
    "staff.follow_up": CASE_OWNER,
    "staff.calendar": ANY_STAFF,
    "staff.calendar_list": ANY_STAFF,
    "staff.consultations": WHO_SIT_AT_CONSULTATIONS,
    "staff.consultation_day": WHO_SIT_THERE_THAT_DAY,
    "staff.consultation_outcome": WHO_SIT_THERE_THAT_DAY,
    "staff.consultation_followed_up": NOBODY_TOOK_IT_ON,
    "staff.own_calendar": WHO_SIT_AT_CONSULTATIONS,
    "staff.own_calendar_made": WHO_SIT_AT_CONSULTATIONS,
    "staff.own_calendar_closed": WHO_SIT_AT_CONSULTATIONS,
    "admin.queue": ADMIN,
    "admin.organisations": ADMIN,
    "admin.search_organisations": ADMIN,
    "admin.export_organisations": ADMIN,
    "admin.organisation": ADMIN,
    "admin.approve_organisation": ADMIN,
    "admin.block_organisation": ADMIN,
    "admin.offer": ADMIN,
    "admin.approve_offer": ADMIN,
    "admin.block_offer": ADMIN,
    "admin.confirm_certificate": ADMIN,
    "admin.revoke_certificate": ADMIN,
    "admin.consultations": ADMIN_OR_LEADER,
    "admin.consultation_new": ADMIN_OR_LEADER,
    "admin.consultation_series": ADMIN_OR_LEADER,
    "admin.consultation_change": ADMIN_OR_LEADER,
    "admin.consultation_roster": ADMIN_OR_LEADER,
    "admin.consultation_day": ADMIN_OR_LEADER,
    "admin.consultation_day_move": ADMIN_OR_LEADER,
    "admin.consultation_day_cancel": ADMIN_OR_LEADER,
    "admin.consultation_day_resume": ADMIN_OR_LEADER,
    "admin.consultation_absence": ADMIN_OR_LEADER,
    "admin.consultation_absence_over": ADMIN_OR_LEADER,
    "admin.school_holidays": ADMIN_OR_LEADER,
    "admin.school_year_added": ADMIN_OR_LEADER,
    "admin.school_holiday_removed": ADMIN_OR_LEADER,
    "admin.models": ADMIN,
    "admin.model": ADMIN,
    "admin.prior_serves_again": ADMIN,
    "admin.fairness": ADMIN,
    "admin.concepts": ADMIN,
    "admin.concept": ADMIN,
    "admin.vocabulary_findings": ADMIN,
    "admin.try_sentence": ADMIN,
    "admin.events": ADMIN,
    "admin.event_new": ADMIN,
    "admin.event": ADMIN,
    "admin.event_change": ADMIN,
    "admin.event_preview": ADMIN,
    "admin.event_open": ADMIN,
    "admin.event_cancel": ADMIN,
    "admin.event_hold": ADMIN,
    "admin.event_copy": ADMIN,
    "admin.event_guests": ADMIN,
    "admin.event_guests_add": ADMIN,
    "admin.event_addresses_add": ADMIN,
    "admin.event_listed_add": ADMIN,
    "admin.contact_list_index": ADMIN,
    "admin.contact_list_columns": ADMIN,
    "admin.contact_list_remove": ADMIN,
    "admin.event_answers": ADMIN,
    "admin.event_guest_remove": ADMIN,
    "admin.event_door": ADMIN,
    "admin.event_tick": ADMIN,
    "admin.event_presence": ADMIN,
    "admin.event_walk_in": ADMIN,
    "admin.event_walk_in_undo": ADMIN,
    "admin.event_door_list": ADMIN,
    "admin.event_thanks": ADMIN,
    "admin.event_thanks_test": ADMIN,
    "admin.event_thanks_send": ADMIN,
    "admin.event_figures": ADMIN,
    "admin.event_figures_file": ADMIN,
    "admin.events_figures": ADMIN,
    "admin.events_figures_file": ADMIN,
    "admin.event_invitation": ADMIN,
    "admin.event_invitation_test": ADMIN,
    "admin.event_invitation_send": ADMIN,
    "admin.event_invitation_stop": ADMIN,
    "admin.trail": ADMIN,
    "admin.check_trail": ADMIN,
}


def values_for(endpoint: str, arguments: Iterable[str], built: Blueprint) -> dict[str, Any]:
    """What stands in the address: always something of the first contact person or the first caseworker."""
    known: dict[str, Any] = {
        "case_id": built.ids["case"],
        "need_id": built.ids["need"],
        "offer_id": built.ids["offer"],
        "proposal_id": built.ids["active"],
        "follow_up_id": built.ids["follow_up"],
        "task_id": built.ids["task"],
        "contact_id": built.ids["contact"],
        "organisation_id": built.ids["organisation"],
        "confirmation_id": built.ids["certificate"],
        "model_id": built.ids["model"],
        "series_id": built.ids["series"],
        "day_id": built.ids["consultation_day"],
        "duty_id": built.ids["duty"],
        "holiday_id": built.ids["holiday"],
        "booking_id": built.ids["booking"],
        "event_id": built.ids["event"],
        "invitation_id": built.ids["invitation"],
        "check_in_id": 1,
        "mail_id": 1,
        "list_id": built.ids["contact_list"],
        "concept_id": "fodbold",
        "party": "custody_holder_1",
        "slug": "hvem",
        **OTHERWISE.get(endpoint, {}),
    }
    if endpoint in HOLDS_TOKEN:
        known["token"] = built.tokens[HOLDS_TOKEN[endpoint]]
    if endpoint.startswith("public.event"):
        known["slug"] = built.event_slug
    if endpoint.startswith("public.consultation"):
        known["slug"] = "asaa-skole"  # as the factory names it
    if endpoint == "admin.event_listed_add":
        known["list_id"] = built.ids["list_taken_in"]
    if endpoint == "selfservice.own_request":
        known["proposal_id"] = built.ids["asked"]
    return {name: known[name] for name in arguments}


# Pages that open to whoever was mailed their link.
HOLDS_TOKEN: Mapping[str, str] = {
    "public.confirm_registration": "registration",
    "selfservice.open_own_page": "own_page",
    "selfservice.answer_request": "request",
    "selfservice.answer_invitation": "invitation",
    "selfservice.want_no_invitations": "invitation",
    "selfservice.unsubscribe": "invitation",
    "public.offer_after_event": "thanks",
    "public.no_more_after_event": "thanks",
    "public.unsubscribe_after_event": "thanks",
    "public.consultation_booking": "booking",
    "public.consultation_change": "booking",
    "public.consultation_cancel": "booking",
    "public.consultation_calendar_file": "booking",
    "public.staff_calendar": "calendar",
    "security.reset_password": "reset",
}
OTHERWISE: Mapping[str, Mapping[str, Any]] = {
    "static": {"filename": "css/varige-spor.css"},
    "security.static": {"filename": "js/webauthn.js"},
}


def addresses(town: Town, method: str) -> Iterator[tuple[str, str]]:
    """Each endpoint that answers this method, with an address that leads to something that exists."""
    for route in routes(town.app):
        if method in (route.methods or ()):
            yield (
                route.endpoint,
                address(town, route.endpoint, values_for(route.endpoint, route.arguments, town.built)),
            )


def routes(app: Flask) -> list[Route]:
    """The map of addresses."""
    return sorted(app.url_map.iter_rules(), key=lambda route: route.endpoint)


def address(town: Town, endpoint: str, values: dict[str, object]) -> str:
    """Where a page is."""
    with town.app.test_request_context():
        return url_for(endpoint, **values)  # type: ignore[arg-type]  # names come from the map of addresses
