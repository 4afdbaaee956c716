"""The register of organisations, and the decision on each of them."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest

from tests.factories.cases import ready_need
from tests.factories.organisations import GYMNASTICS, approved_offer, club, sign_up
from tests.factories.people import hire as hire_somebody
from tests.factories.proposals import proposal_in
from tests.visitors.browsing import Visitor
from tests.web.conftest import NOW
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.organisations.consent import withdraw_consent
from volunteer_match.organisations.models import Offer, Organisation
from volunteer_match.organisations.states import OrganisationKind, Vetting
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role
from volunteer_match.proposals.models import Proposal
from volunteer_match.proposals.states import ProposalState

Arrange = Callable[[Callable[[User], Any]], Any]
Mails = Callable[[], list[OutboxMail]]
Trail = Callable[[], list[tuple[str, str, int | None]]]
Stored = Callable[..., Any]
SCRIPTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}",
)


def new_organisation(arrange: Arrange, **changes: Any) -> int:
    """The id of an organisation nobody has decided on."""
    return int(arrange(lambda _: sign_up(club(**changes)).organisation_id))


def names(page: Visitor) -> list[str]:
    """The organisations of the list, in order."""
    return [words for words, url in page.page.links if url.rpartition("/")[0] == "/admin/organisationer"]


class TestList:
    def test_names_stand_in_danish_order(self, admin: Visitor, arrange: Arrange) -> None:
        for name in ("Åby IF", "Aabybro IF", "Ørsø IF", "Zebra IF", "Ærø IF"):
            new_organisation(arrange, organisation_name=name)
        shown = names(admin.open("/admin/organisationer"))
        assert shown == ["Zebra IF", "Ærø IF", "Ørsø IF", "Åby IF", "Aabybro IF"]

    def test_a_name_is_found_by_part_of_it_and_never_stands_in_an_address(
        self, admin: Visitor, arrange: Arrange
    ) -> None:
        for name in ("Østervrå Spejderne", "Hallund Kirke"):
            new_organisation(arrange, organisation_name=name)
        admin.open("/admin/organisationer").fill(name="øSTERVRÅ").press("Vis")
        assert names(admin) == ["Østervrå Spejderne"]
        assert admin.answer.request.query_string == b""
        assert admin.form.values["name"] == "øSTERVRÅ"

    def test_kind_and_state_narrow_the_list_and_can_be_kept_as_an_address(
        self, admin: Visitor, arrange: Arrange
    ) -> None:
        new_organisation(arrange, organisation_name="Ny Kirke", kind=OrganisationKind.CHURCH)
        new_organisation(arrange, organisation_name="Ny Klub")
        arrange(
            lambda karin: approved_offer(
                karin, who=club(organisation_name="Gammel Kirke", kind=OrganisationKind.CHURCH)
            )
        )
        admin.open("/admin/organisationer").tick("kind", "church").tick("state", "approved").press("Vis")
        assert names(admin) == ["Gammel Kirke"]
        assert admin.answer.request.args.to_dict() == {"kind": "church", "state": "approved"}

    def test_what_is_not_a_choice_shows_everything(self, admin: Visitor, arrange: Arrange) -> None:
        new_organisation(arrange, organisation_name="Asaa IF")
        for nonsense in ("kind=nope", "state=1", "page=-3", "page=99", "page=x", "page=99999999999999999999"):
            assert names(admin.open(f"/admin/organisationer?{nonsense}")) == ["Asaa IF"]

    def test_who_withdrew_is_only_shown_when_asked_for(self, admin: Visitor, arrange: Arrange) -> None:
        def withdrawn(_: User) -> None:
            contact = sign_up(club(organisation_name="Lise Lund")).contact
            withdraw_consent(contact=contact, by=contact.actor, now=NOW)

        arrange(withdrawn)
        assert "Ingen fundet" in admin.open("/admin/organisationer").text
        assert "Ingen fundet" in admin.fill(name="Lise").press("Vis").text
        admin.open("/admin/organisationer?state=uden-samtykke")
        assert names(admin) == ["Lise Lund"]
        assert "Hent som regneark" not in admin.text
        token = admin.form.values["csrf_token"]
        data = {"csrf_token": token, "state": "uden-samtykke"}
        assert admin.client.post("/admin/organisationer/regneark", data=data).status_code == 400

    def test_long_lists_are_turned_page_by_page_also_when_searched(self, admin: Visitor, arrange: Arrange) -> None:
        for number in range(26):
            new_organisation(arrange, organisation_name=f"Klub {number:02d}")
        assert names(admin.open("/admin/organisationer").follow("Næste")) == ["Klub 25"]
        admin.open("/admin/organisationer").fill(name="klub").press("Vis").press("Næste")
        assert names(admin) == ["Klub 25"]
        assert len(names(admin.press("Forrige"))) == 25

    def test_the_number_of_queries_does_not_grow_with_the_list(
        self, admin: Visitor, arrange: Arrange, queries: Callable[..., int]
    ) -> None:
        def look() -> None:
            admin.open("/admin/organisationer").fill(name="asaa").press("Vis").press("Hent som regneark")

        def more(karin: User) -> None:
            for _number in range(5):
                approved_offer(karin)

        arrange(more)
        few = queries(look)
        for _time in range(9):
            arrange(more)
        assert queries(look) == few


class TestSpreadsheet:
    def download(self, admin: Visitor) -> list[list[str]]:
        answer = admin.open("/admin/organisationer").press("Hent som regneark").answer
        assert answer.mimetype == "text/csv"
        assert answer.headers["Content-Disposition"] == "attachment; filename=organisationer.csv"
        return list(csv.reader(StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))

    def test_it_holds_the_whole_list_and_no_contact_persons(self, admin: Visitor, arrange: Arrange) -> None:
        for number in range(26):
            new_organisation(arrange, organisation_name=f"Å-klubben {number:02d}")
        rows = self.download(admin)
        assert rows[0] == ["Navn", "Slags", "CVR", "Sted", "Tilstand", "Tilmeldt", "Afgjort", "Tilbud"]
        assert rows[1] == [
            *("Å-klubben 00", "Idrætsforening eller klub", "", "9340 Asaa"),
            *("Venter på godkendelse", "21.11.2026", "", "1"),
        ]
        assert len(rows) == 27
        assert "Mette" not in admin.answer.get_data(as_text=True)
        assert "@" not in admin.answer.get_data(as_text=True)

    @pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+45", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
    def test_no_name_is_run_as_a_formula(self, name: str, admin: Visitor, arrange: Arrange) -> None:
        new_organisation(arrange, organisation_name=name)
        assert self.download(admin)[1][0] == f"'{name}"

    def test_it_holds_what_was_searched_for(self, admin: Visitor, arrange: Arrange) -> None:
        for name in ("Asaa IF", "Hals IF"):
            new_organisation(arrange, organisation_name=name)
        answer = admin.open("/admin/organisationer").fill(name="hals").press("Vis").press("Hent som regneark").answer
        assert "Hals IF" in answer.get_data(as_text=True)
        assert "Asaa IF" not in answer.get_data(as_text=True)


class TestPage:
    def test_it_shows_who_to_call_and_that_leaves_a_trace(self, admin: Visitor, arrange: Arrange, trail: Trail) -> None:
        key = new_organisation(arrange, organisation_name="Asaa IF", email="mette@asaa.example", phone="+4512345678")
        text = admin.open(f"/admin/organisationer/{key}").text
        for fact in ("Asaa IF", "Mette Holm", "12 34 56 78", "mette@asaa.example", "I kraft til 21. november 2028"):
            assert fact in text
        assert trail()[-1] == ("organisation_read", "organisation", key)
        assert "Asaa IF" not in admin.title

    def test_a_possible_duplicate_stands_beside_it(self, admin: Visitor, arrange: Arrange, trail: Trail) -> None:
        old = new_organisation(arrange, organisation_name="Asaa IF", email="old@asaa.example")
        new = new_organisation(arrange, organisation_name="ASAA  IF.", email="new@asaa.example")
        text = admin.open(f"/admin/organisationer/{new}").text
        assert "Måske den samme: Asaa IF" in text
        assert "E-mail new@asaa.example old@asaa.example" in text
        assert {("organisation_read", "organisation", key) for key in (old, new)} <= set(trail())
        assert "Måske den samme" in admin.open(f"/admin/organisationer/{old}").text

    def test_one_that_is_not_there(self, admin: Visitor, arrange: Arrange) -> None:
        for path in ("", "/bloker"):
            assert admin.client.get(f"/admin/organisationer/99{path}").status_code == 404

    @pytest.mark.parametrize("script", SCRIPTS)
    def test_nothing_a_visitor_wrote_becomes_part_of_the_page(
        self, script: str, admin: Visitor, arrange: Arrange
    ) -> None:
        who = club({"title": script, "description": script}, organisation_name=script, contact_name=script)
        offer_id, key = arrange(lambda _: ((offer := sign_up(who)).id, offer.organisation_id))
        organisation, offer = f"/admin/organisationer/{key}", f"/admin/tilbud/{offer_id}"
        certificate = f"/admin/kontaktpersoner/{key}/boerneattest"
        organisations = ("/admin/", "/admin/organisationer", organisation, f"{organisation}/bloker", certificate)
        for path in (*organisations, offer, f"{offer}/bloker"):
            html = admin.open(path).answer.get_data(as_text=True)
            assert script in admin.text, path
            assert "<script>alert" not in html, path
            assert "<img src=x" not in html, path
        admin.fill(reason=f"Fordi {script}").press("Se mailen")
        assert "<script>alert" not in admin.answer.get_data(as_text=True)
        assert admin.form.values["reason"] == f"Fordi {script}"

    def test_the_number_of_queries_does_not_grow_with_its_offers(
        self, admin: Visitor, arrange: Arrange, queries: Callable[..., int]
    ) -> None:
        who = club()
        key = arrange(lambda karin: approved_offer(karin, who=who).organisation_id)
        few = queries(lambda: admin.open(f"/admin/organisationer/{key}"))

        def ten_more(_: User) -> None:
            for number in range(10):
                sign_up(replace(who, offer=replace(GYMNASTICS, title=f"Hold {number}")))

        arrange(ten_more)
        assert queries(lambda: admin.open(f"/admin/organisationer/{key}")) == few


class TestApproving:
    def test_the_contact_person_is_told_and_the_offers_still_wait(
        self, admin: Visitor, arrange: Arrange, stored: Stored, mails: Mails, trail: Trail
    ) -> None:
        key = new_organisation(arrange, organisation_name="Asaa IF")
        admin.open(f"/admin/organisationer/{key}").press("Godkend")
        assert "Organisationen er godkendt" in admin.text
        assert stored(Organisation, key).state is Vetting.APPROVED
        assert mails()[-1].template == "organisation_approved"
        assert ("organisation_approved", "organisation", key) in trail()
        assert "1 nye tilbud" in admin.open("/admin/").text

    def test_the_offers_go_along_on_request(
        self, admin: Visitor, arrange: Arrange, stored: Stored, mails: Mails
    ) -> None:
        offer_id, key = arrange(lambda _: ((offer := sign_up(club())).id, offer.organisation_id))
        admin.open(f"/admin/organisationer/{key}").tick("with_offers", "y").press("Godkend")
        assert stored(Offer, offer_id).state is Vetting.APPROVED
        assert mails()[-1].template == "offer_approved"

    def test_an_offer_that_was_not_on_the_page_is_not_approved_unseen(
        self, admin: Visitor, arrange: Arrange, stored: Stored
    ) -> None:
        who = club()
        key = arrange(lambda _: sign_up(who).organisation_id)
        admin.open(f"/admin/organisationer/{key}")
        late = arrange(lambda _: sign_up(replace(who, offer=replace(GYMNASTICS, title="Kom til"))).id)
        admin.tick("with_offers", "y").press("Godkend")
        assert admin.status == 409
        assert "Der er intet godkendt endnu" in admin.text
        assert "Kom til" in admin.text
        assert stored(Organisation, key).state is Vetting.NEW
        admin.tick("with_offers", "y").press("Godkend")
        assert stored(Offer, late).state is Vetting.APPROVED

    def test_a_double_click_approves_once(self, admin: Visitor, arrange: Arrange, mails: Mails) -> None:
        key = new_organisation(arrange)
        admin.open(f"/admin/organisationer/{key}").tick("with_offers", "y").press("Godkend", times=2)
        assert "var allerede godkendt" in admin.text
        assert [mail.template for mail in mails()].count("organisation_approved") == 1
        assert [mail.template for mail in mails()].count("offer_approved") == 1

    def test_nothing_is_sent_to_one_who_has_withdrawn_meanwhile(
        self, admin: Visitor, arrange: Arrange, stored: Stored, mails: Mails
    ) -> None:
        key = new_organisation(arrange)
        admin.open(f"/admin/organisationer/{key}")

        def withdraw(_: User) -> None:
            contact = db.session.get_one(Organisation, key).contacts[0]
            withdraw_consent(contact=contact, by=contact.actor, now=NOW)

        arrange(withdraw)
        admin.press("Godkend")
        assert "intet at godkende" in admin.text
        assert stored(Organisation, key).state is Vetting.NEW
        assert mails()[-1].template == "consent_withdrawn_receipt"

    def test_only_the_decision_is_taken_from_the_form(self, admin: Visitor, arrange: Arrange, stored: Stored) -> None:
        key = new_organisation(arrange, organisation_name="Asaa IF")
        values = dict(admin.open(f"/admin/organisationer/{key}").form.values)
        extra = {"name": "Overtaget", "state_reason": "x", "decided_by_id": "99", "kind": "church", "cvr": "13748136"}
        admin.client.post(f"/admin/organisationer/{key}/godkend", data={**values, **extra})
        row = stored(Organisation, key)
        assert (row.name, row.state_reason, row.kind, row.cvr) == ("Asaa IF", None, OrganisationKind.SPORTS_CLUB, None)
        assert row.decided_by_id != 99

    def test_a_blocked_one_can_be_approved_later(self, admin: Visitor, arrange: Arrange, stored: Stored) -> None:
        key = new_organisation(arrange)
        block(admin.open(f"/admin/organisationer/{key}").follow("Bloker …"), "Ring til os")
        admin.open(f"/admin/organisationer/{key}").press("Godkend")
        assert stored(Organisation, key).state is Vetting.APPROVED


def block(page: Visitor, reason: str) -> Visitor:
    """All the way through: write, read the mail, send."""
    return page.fill(reason=reason).press("Se mailen").press("Bloker, og send mailen")


class TestBlocking:
    def test_the_reason_is_read_as_a_mail_before_it_is_sent(
        self, admin: Visitor, arrange: Arrange, stored: Stored, mails: Mails
    ) -> None:
        key = new_organisation(arrange, organisation_name="Asaa IF")
        admin.open(f"/admin/organisationer/{key}").follow("Bloker …")
        assert "Kontaktpersonen får teksten ordret i en mail" in admin.text
        before = len(mails())
        admin.fill(reason="Vi kender jer ikke endnu. Ring til os.").press("Se mailen")
        assert "Hej Mette Holm" in admin.text
        assert "Vi kender jer ikke endnu. Ring til os." in admin.text
        assert (len(mails()), stored(Organisation, key).state) == (before, Vetting.NEW)

        admin.press("Ret teksten")
        assert admin.form.values["reason"] == "Vi kender jer ikke endnu. Ring til os."
        admin.fill(reason="Ring til os på hverdage.").press("Se mailen").press("Bloker, og send mailen")

        assert stored(Organisation, key).state_reason == "Ring til os på hverdage."
        assert "Ring til os på hverdage." in mails()[-1].text_body
        assert mails()[-1].template == "organisation_blocked"
        assert "Begrundelsen, som kontaktpersonen har fået Ring til os på hverdage." in admin.text

    @pytest.mark.parametrize(
        ("reason", "complaint"),
        [
            ("", "Skriv, hvorfor I siger nej"),
            ("   ", "Skriv, hvorfor I siger nej"),
            ("Nej " * 300, "Begrundelsen må højst være på 1000 tegn"),
            ("Hendes nummer er 010203-1234", "CPR-nummer"),
        ],
    )
    @pytest.mark.parametrize("step", ["check", "send"])
    def test_a_reason_that_will_not_do_is_handed_back_as_it_was_written(
        self, step: str, reason: str, complaint: str, admin: Visitor, arrange: Arrange, stored: Stored
    ) -> None:
        key = new_organisation(arrange)
        admin.open(f"/admin/organisationer/{key}/bloker").fill(reason=reason)
        data = {**admin.form.values, "step": step}
        answer = admin.client.post(f"/admin/organisationer/{key}/bloker", data=data)
        assert answer.status_code == 422
        assert answer.get_data(as_text=True).count(complaint) == 2
        assert reason.strip() in answer.get_data(as_text=True)
        assert stored(Organisation, key).state is Vetting.NEW

    def test_a_double_click_sends_one_mail(self, admin: Visitor, arrange: Arrange, mails: Mails) -> None:
        key = new_organisation(arrange)
        admin.open(f"/admin/organisationer/{key}/bloker").fill(reason="Ring til os").press("Se mailen")
        admin.press("Bloker, og send mailen", times=2)
        assert "var allerede blokeret" in admin.text
        assert [mail.template for mail in mails()].count("organisation_blocked") == 1
        assert "var allerede blokeret" in admin.open(f"/admin/organisationer/{key}/bloker").text

    def test_running_matches_pause_and_the_page_says_so_before(
        self, admin: Visitor, arrange: Arrange, stored: Stored
    ) -> None:
        def running(karin: User) -> tuple[int, int]:
            caseworker = hire_somebody("Anna", Role.CASEWORKER)
            offer = approved_offer(karin)
            proposal = proposal_in(ProposalState.ACTIVE, need=ready_need(caseworker), offer=offer, by=caseworker)
            return offer.organisation_id, proposal.id

        key, proposal_id = arrange(running)
        admin.open(f"/admin/organisationer/{key}/bloker")
        assert "Der er aftaler om 1 barn" in admin.text
        block(admin, "Vi må stoppe nu")
        assert stored(Proposal, proposal_id).state is ProposalState.PAUSED

    def test_how_long_it_has_waited_is_told_in_danish_days(self, admin: Visitor, arrange: Arrange) -> None:
        key = arrange(lambda _: sign_up(club(), now=NOW - timedelta(days=2)).organisation_id)
        assert "19. november 2026, for 2 dage siden" in admin.open(f"/admin/organisationer/{key}").text
