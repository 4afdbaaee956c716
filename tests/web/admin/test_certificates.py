"""Confirming a child certificate and taking it back."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.factories.cases import ready_need
from tests.factories.organisations import approved_offer, club, sign_up
from tests.factories.people import hire as hire_somebody
from tests.factories.proposals import proposal_in
from tests.visitors.browsing import Visitor
from volunteer_match.organisations.models import CertificateConfirmation
from volunteer_match.organisations.states import OrganisationKind
from volunteer_match.organisations.vetting import confirm_certificate
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role
from volunteer_match.proposals.models import Proposal
from volunteer_match.proposals.states import ProposalState

Arrange = Callable[[Callable[[User], Any]], Any]
Trail = Callable[[], list[tuple[str, str, int | None]]]
Stored = Callable[..., Any]


@pytest.fixture
def contact_id(arrange: Arrange) -> int:
    """A coach whose certificate nobody has confirmed."""
    return int(arrange(lambda _: sign_up(club(organisation_name="Asaa IF")).contact_id))


def write(page: Visitor, contact_id: int, confirmed: str, review: str = "  ") -> Visitor:
    """Types dates as "1 11 2026" and sends them."""
    page.open(f"/admin/kontaktpersoner/{contact_id}/boerneattest")
    for name, written in (("confirmed_on", confirmed), ("next_review_on", review)):
        for part, value in zip(("day", "month", "year"), written.split(" "), strict=True):
            page.fill(**{f"{name}-{part}": value})
    return page.press("Bekræft")


def test_only_dates_are_asked_for(admin: Visitor, contact_id: int) -> None:
    admin.open(f"/admin/kontaktpersoner/{contact_id}/boerneattest")
    assert "Bekræft, at foreningen har indhentet børneattest, og at den var uden anmærkninger." in admin.text
    assert "Skriv kun datoen. Upload aldrig selve attesten." in admin.text
    assert len(admin.form.names - {"csrf_token"}) == 6


@pytest.mark.parametrize(
    ("kind", "words"),
    [(OrganisationKind.CITIZEN, "kommunen eller en forening har"), (OrganisationKind.BUSINESS, "organisationen har")],
)
def test_the_question_fits_who_is_asked_about(
    kind: OrganisationKind, words: str, admin: Visitor, arrange: Arrange
) -> None:
    key = arrange(lambda _: sign_up(club(kind=kind)).contact_id)
    assert words in admin.open(f"/admin/kontaktpersoner/{key}/boerneattest").text


def test_the_next_review_is_24_months_later_unless_told(
    admin: Visitor, contact_id: int, stored: Stored, trail: Trail
) -> None:
    write(admin, contact_id, "1 11 2026")
    line = stored(CertificateConfirmation, 1)
    assert (line.confirmed_on, line.next_review_on) == (date(2026, 11, 1), date(2028, 11, 1))
    assert "Børneattesten er bekræftet." in admin.text
    assert "01.11.2026 01.11.2028 Karin Vestergaard Gælder" in admin.text
    assert ("certificate_confirmed", "contact_person", contact_id) in trail()


def test_the_next_review_can_be_earlier(admin: Visitor, contact_id: int, stored: Stored) -> None:
    write(admin, contact_id, "1 11 2026", "1 2 2027")
    assert stored(CertificateConfirmation, 1).next_review_on == date(2027, 2, 1)


@pytest.mark.parametrize(
    ("confirmed", "review", "complaint"),
    [
        ("  ", "  ", "Skriv datoen, hvor børneattesten blev indhentet"),
        ("22 11 2026", "  ", "Datoen ligger i fremtiden"),
        ("31 2 2026", "  ", "Datoen findes ikke"),
        ("1 11 ", "  ", "Skriv både dag, måned og år"),
        ("21 11 2024", "  ", "Det er over 24 måneder siden"),
        ("1 11 2026", "21 11 2026", "Datoen er passeret"),
        ("1 11 2026", "1 11 2062", "senest fem år efter"),
    ],
)
def test_dates_that_cannot_be_are_handed_back_with_what_to_do(
    confirmed: str, review: str, complaint: str, admin: Visitor, contact_id: int, trail: Trail
) -> None:
    write(admin, contact_id, confirmed, review)
    assert admin.status == 422
    assert complaint in admin.text
    typed = [
        admin.form.values[f"{name}-{part}"]
        for name in ("confirmed_on", "next_review_on")
        for part in ("day", "month", "year")
    ]
    assert typed == [*confirmed.split(" "), *review.split(" ")]
    assert "certificate_confirmed" not in [line[0] for line in trail()]


def test_the_same_is_not_noted_twice(admin: Visitor, contact_id: int, trail: Trail) -> None:
    write(admin, contact_id, "1 11 2026")
    write(admin, contact_id, "1 11 2026")
    assert "bekræftet i forvejen" in admin.text
    assert [line[0] for line in trail()].count("certificate_confirmed") == 1


def test_taking_it_back_is_asked_first(admin: Visitor, contact_id: int, stored: Stored, trail: Trail) -> None:
    write(admin, contact_id, "1 11 2026")
    admin.follow("Træk tilbage 01.11.2026")
    assert "Skal bekræftelsen trækkes tilbage?" in admin.heading
    assert stored(CertificateConfirmation, 1).revoked_on is None
    admin.press("Træk bekræftelsen tilbage", times=2)
    assert "allerede trukket tilbage" in admin.text
    assert stored(CertificateConfirmation, 1).revoked_on == date(2026, 11, 21)
    assert [line[0] for line in trail()].count("certificate_revoked") == 1
    assert "Trukket tilbage 21.11.2026" in admin.text


def test_after_it_is_taken_back_the_same_dates_can_be_noted_again(
    admin: Visitor, contact_id: int, stored: Stored
) -> None:
    write(admin, contact_id, "1 11 2026")
    admin.follow("Træk tilbage 01.11.2026").press("Træk bekræftelsen tilbage")
    write(admin, contact_id, "1 11 2026")
    assert stored(CertificateConfirmation, 2).revoked_on is None


@pytest.mark.parametrize(
    ("another", "then"),
    [(False, ProposalState.PAUSED), (True, ProposalState.ACTIVE)],
    ids=["the only one", "a renewed one"],
)
def test_matches_rest_only_when_no_other_certificate_holds(
    another: bool, then: ProposalState, admin: Visitor, arrange: Arrange, stored: Stored
) -> None:
    def running(karin: User) -> tuple[int, int]:
        caseworker = hire_somebody("Anna", Role.CASEWORKER)
        offer = approved_offer(karin)
        proposal = proposal_in(ProposalState.ACTIVE, need=ready_need(caseworker), offer=offer, by=caseworker)
        if another:
            confirm_certificate(contact=offer.contact, confirmed_on=date(2026, 6, 1), by=karin, now=offer.created_at)
        first = min(line.id for line in offer.contact.certificates)
        return proposal.id, first

    proposal_id, confirmation_id = arrange(running)
    admin.open(f"/admin/boerneattester/{confirmation_id}/traek-tilbage")
    assert "Der er aftaler om 1 barn" in admin.text
    admin.press("Træk bekræftelsen tilbage")
    assert stored(Proposal, proposal_id).state is then


def test_those_that_are_not_there(admin: Visitor) -> None:
    for path in ("kontaktpersoner/99/boerneattest", "boerneattester/99/traek-tilbage"):
        assert admin.client.get(f"/admin/{path}").status_code == 404


def test_a_file_sent_along_goes_nowhere(admin: Visitor, contact_id: int, stored: Stored) -> None:
    admin.open(f"/admin/kontaktpersoner/{contact_id}/boerneattest")
    data = {
        **admin.form.values,
        "confirmed_on-day": "1",
        "confirmed_on-month": "11",
        "confirmed_on-year": "2026",
        "recorded_at": "2020-01-01",
        "confirmed_by_id": "99",
        "contact_id": "99",
    }
    admin.client.post(f"/admin/kontaktpersoner/{contact_id}/boerneattest", data=data)
    line = stored(CertificateConfirmation, 1)
    assert (line.contact_id, line.recorded_at.year) == (contact_id, 2026)
    assert line.confirmed_by_id != 99
