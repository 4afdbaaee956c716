"""The vocabulary is looked up by name, by wording, by sort and by group, with what leads where."""

from hypothesis import given
from hypothesis import strategies as st

from volunteer_match.matching.concepts import concept_book
from volunteer_match.matching.dictionary import Link, Sort, dictionary, search
from volunteer_match.matching.kind_reading import Side, examples
from volunteer_match.matching.wording import fold
from volunteer_match.vocabulary.taxonomy import taxonomy


def test_every_concept_has_one_entry_and_each_sort_its_own() -> None:
    assert set(dictionary()) == set(concept_book().concepts)
    for id_, sort in (
        ("fodbold", Sort.KIND),
        ("need:angst_social", Sort.NEED),
        ("dyr", Sort.TOPIC),
        ("faa_deltagere", Sort.MANNER),
        ("sorg_t", Sort.SITUATION),
    ):
        assert dictionary()[id_].sort is sort


def test_what_leads_there_is_what_leads_here_seen_from_the_other_end() -> None:
    there = {(link, id_, other) for id_, e in dictionary().items() for link in Link for other, _ in e.leads_to[link]}
    here = {(link, other, id_) for id_, e in dictionary().items() for link in Link for other, _ in e.led_from[link]}
    assert there == here
    assert (Link.CALLS, "need:ingen_fritid", "fodbold") in here


def test_the_examples_of_a_kind_are_counted_by_side_and_grade() -> None:
    just_right = [e for e in examples() if e.side is Side.NEED and e.kinds.get("fodbold") == 2]
    assert dictionary()["fodbold"].examples[Side.NEED, 2] == len(just_right)
    assert dictionary()["need:angst_social"].examples == {}


def test_danish_letters_are_found_either_way() -> None:
    assert {found.entry.id for found in search(words="gårdliv")} == {
        found.entry.id for found in search(words="GAARDLIV")
    }
    assert "dyr_gaardliv" in {found.entry.id for found in search(words="gårdliv")}


def test_a_wording_that_was_met_is_named() -> None:
    (found,) = search(words="flikflak")
    assert found.entry.id == "gymnastik"
    assert all("flikflak" in fold(text) for text in found.by)
    assert found.by


@given(sort=st.sampled_from(Sort), group=st.sampled_from(sorted(taxonomy().groups)), words=st.text(max_size=3))
def test_filters_only_leave_out(sort: Sort, group: str, words: str) -> None:
    found = {one.entry.id for one in search(words=words, sort=sort, group=group)}
    for fewer in ({"words": words}, {"sort": sort}, {"group": group}):
        assert found <= {one.entry.id for one in search(**fewer)}


def test_a_kind_belongs_to_its_own_group_and_a_need_to_those_it_calls_for() -> None:
    assert dictionary()["fodbold"].groups == {"idraet"}
    assert "idraet" in dictionary()["need:glad_for_bevaegelse"].groups
