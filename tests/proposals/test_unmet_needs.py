"""What waiting needs lack is told by area and by kind, and by nothing else."""

from tests.factories.cases import open_case_for, ready_need, write_need_in
from tests.factories.organisations import approved_offer
from tests.factories.people import NOW
from tests.factories.proposals import proposal_in
from volunteer_match.organisations.models import Offer
from volunteer_match.people.models import User
from volunteer_match.proposals.states import ProposalState
from volunteer_match.proposals.unmet_needs import MOST_KINDS, Lacking, find_lacking
from volunteer_match.vocabulary.taxonomy import taxonomy

NOTHING = Lacking((), ())


def _code() -> str:
    """A need that one kind of help of civil society answers first."""
    return next(need.id for need in taxonomy().needs.values() if need.core)


def _wait(caseworker: User, *, postcode: str = "9340") -> tuple[str, ...]:
    write_need_in(open_case_for(caseworker, postcode=postcode), by=caseworker, codes=(_code(),))
    return taxonomy().needs[_code()].core


def test_a_need_without_an_offer_in_reach_names_its_area_and_kinds(anna: User) -> None:
    assert find_lacking(now=NOW) == NOTHING
    core = _wait(anna)
    found = find_lacking(now=NOW)
    assert found.postcodes == ("9340",)
    assert found.kinds
    assert set(found.kinds) <= set(core)
    assert len(found.kinds) <= MOST_KINDS


def test_a_free_place_in_reach_is_enough_and_one_far_off_is_not(anna: User, admin: User) -> None:
    first, *others = _wait(anna)
    approved_offer(admin, kinds=(first,), postcode="2100", radius_km=10)
    assert first in find_lacking(now=NOW).kinds
    approved_offer(admin, kinds=(first,), postcode="9340", radius_km=10)
    assert set(find_lacking(now=NOW).kinds) == set(others)
    approved_offer(admin, kinds=tuple(others), postcode="9340", radius_km=10)
    assert find_lacking(now=NOW) == NOTHING


def test_most_lacked_comes_first(anna: User) -> None:
    _wait(anna, postcode="9700")
    for _time in range(2):
        _wait(anna)
    assert find_lacking(now=NOW).postcodes == ("9340", "9700")


def test_a_need_whose_offer_is_asked_is_not_waiting(anna: User, offer: Offer) -> None:
    need = ready_need(anna, codes=(_code(),))
    proposal_in(ProposalState.ASKED, need=need, offer=offer, by=anna)
    assert find_lacking(now=NOW) == NOTHING
