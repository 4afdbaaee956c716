"""The plan on paper."""

import csv
import re
from datetime import timedelta
from io import StringIO

from tests.factories.cases import ready_need
from tests.factories.organisations import approved_offer, club
from tests.factories.people import NOW
from tests.proposals.test_joint_plan import plan_now
from volunteer_match.people.models import User
from volunteer_match.proposals.plan_report import COLUMNS, as_csv, as_html, as_text


def test_who_gets_what_and_who_stays_without(anna: User, admin: User) -> None:
    offer = approved_offer(admin, capacity=1)
    first, second = ready_need(anna, now=NOW - timedelta(weeks=2)), ready_need(anna, now=NOW - timedelta(days=1))
    text = as_text(plan_now())
    assert "1 behov kan få et forslag, 1 står uden." in text
    assert f"{first.case.pseudonym} (behov {first.id}, Anna) – ventet 14 dage" in text
    assert f"{offer.title}, {offer.organisation.name} (tilbud {offer.id})" in text
    assert (
        f"{second.case.pseudonym} (behov {second.id}) – ventet 1 dag: alle pladser gik til andre: {offer.title}" in text
    )
    rows = list(csv.reader(StringIO(as_csv(plan_now())), delimiter=";"))
    assert tuple(rows[0]) == COLUMNS
    assert [row[0] for row in rows[1:]] == [str(first.id), str(second.id)]
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert rows[2][-1] == "alle pladser gik til andre"


def test_the_reasons_are_told_and_the_needs_own_words_are_not(anna: User, admin: User) -> None:
    approved_offer(admin)
    need = ready_need(anna)
    for paper in (as_text(plan_now()), as_csv(plan_now()), as_html(plan_now(), now=NOW)):
        assert "under 1 km" in paper
        assert "ymnastik" in paper.replace("Gymnastik for begyndere", "")
        assert need.text not in paper
        assert "kolbøtter" not in paper


def test_the_page_says_what_the_text_says_and_asks_nobody_for_anything(anna: User, admin: User) -> None:
    offer = approved_offer(admin, capacity=1)
    first, second = ready_need(anna, now=NOW - timedelta(weeks=2)), ready_need(anna, now=NOW - timedelta(days=1))
    page = as_html(plan_now(), now=NOW)
    for said in (first.case.pseudonym, second.case.pseudonym, offer.title, "14 dage", "alle pladser gik til andre"):
        assert said in page
    assert "21. november 2026 kl. 11.00" in page
    assert re.findall(r"src=|href=|url\(|@import|<script", page) == []


def test_without_any_need_the_page_says_so(admin: User) -> None:
    approved_offer(admin)
    page = as_html(plan_now(), now=NOW)
    assert "Ingen behov venter på et forslag." in page
    assert "<table" not in page


def test_what_people_wrote_is_text_on_the_page(anna: User, admin: User) -> None:
    approved_offer(admin, who=club(organisation_name="<script>alert(1)</script>"))
    ready_need(anna)
    assert "&lt;script&gt;" in as_html(plan_now(), now=NOW)


def test_a_spreadsheet_runs_nothing(anna: User, admin: User) -> None:
    approved_offer(admin, who=club(organisation_name='=HYPERLINK("http://ond.example")'))
    ready_need(anna)
    (row,) = list(csv.reader(StringIO(as_csv(plan_now())), delimiter=";"))[1:]
    assert row[6].startswith("'=")
