from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_match.vocabulary.sensitive_text import contains_cpr, danger_words, leak_words, name_like_words

births = st.dates(min_value=date(1950, 1, 1), max_value=date(2026, 12, 31))
serials = st.integers(0, 9999).map("{:04}".format)


@pytest.mark.parametrize(
    "text",
    [
        "010203-1234",
        "Hun er født 0102031234.",
        "cpr:010203 1234",
        "cpr010203-1234",
        "311299 - 4321",
        "010203–1234",
        "01 02 03 1234",
        "01 02 03-1234",
        "01.02.03-1234",
        "01/02/03 - 1234",
        "01-02-2013-1234",
        "01022013-1234",
        "01 02 03 12 34",
        "010203\u00a01234",
        "0102\u200b031234",
        "０１０２０３－１２３４",
        "tlf. 20123456 og 010203-1234",
    ],
)
def test_cpr_numbers_are_found(text: str) -> None:
    assert contains_cpr(text)


@pytest.mark.parametrize(
    "text",
    [
        "20 12 12 34",
        "Ring 20121234 eller 2012 1234",
        "+45 20 12 12 34",
        "+4520121234",
        "0045 20 12 12 34",
        "4520121234",
        "20 10 12 34 20 10 12 35",
        "20102012 9700 Brønderslev",
        "+31 06 12 34 5678",
        "21.11.2026 kl. 14.30",
        "21.11.2026 14.30",
        "2026-11-21",
        "10.01.2026-2027",
        "den 10. januar kl. 17",
        "CVR 13748136",
        "EAN 5798001234567",
        "320199-1234",
        "011399-1234",
        "9700 Brønderslev",
        "U8, U10 og 12 børn på 7-9 år",
    ],
)
def test_other_numbers_pass(text: str) -> None:
    assert not contains_cpr(text)


@given(births, serials, st.sampled_from(["", "-", " ", " - ", "–", "/"]), st.sampled_from(["", "CPR: ", "nr"]))
def test_any_date_and_four_digits_are_a_cpr_number(born: date, serial: str, joint: str, lead: str) -> None:
    assert contains_cpr(f"Barnet {lead}{born:%d%m%y}{joint}{serial}, 3. klasse")


@given(st.integers(20_00_00_00, 99_99_99_99))
def test_no_danish_phone_number_is_a_cpr_number(number: int) -> None:
    digits = str(number)
    pairs = " ".join(digits[i : i + 2] for i in range(0, 8, 2))
    for written in (digits, pairs, f"{digits[:4]} {digits[4:]}", f"+45 {pairs}", f"0045{digits}", f"+45{digits}"):
        assert not contains_cpr(f"Ring til os på {written} om aftenen.")


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 1, 1)), st.times())
def test_no_moment_is_a_cpr_number(day: date, clock: object) -> None:
    for written in (f"{day:%d.%m.%Y}", f"{day:%d-%m-%Y}", f"{day:%Y-%m-%d}", f"{day:%d/%m %Y}", f"{day:%d.%m.%y}"):
        assert not contains_cpr(f"Vi ses {written} kl. {clock:%H.%M}.")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("En dreng med skolefravær og Angst", ["skolefravær", "Angst"]),
        ("Hun er flygtningebarn fra krigen", ["flygtningebarn", "krigen"]),
        ("Forældrenes skilsmisse var hård. Skilsmisse!", ["skilsmisse"]),
        ("SSP er med, og psykiatrien også", ["SSP", "psykiatrien"]),
        ("Han bor i en plejefamilie", ["plejefamilie"]),
        ("A refugee with anxiety", ["refugee", "anxiety"]),
        ("et udsat barn", ["udsat"]),
        ("Mødet er udsat til mandag", []),
        ("Hun glæder sig voldsomt", []),
        ("Træneren hedder Mette Kristensen", []),
        ("Et barn vil gerne lære at spille guitar i en lille gruppe.", []),
        ("", []),
    ],
)
def test_leak_words(text: str, found: list[str]) -> None:
    assert leak_words(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hun lyser op, når hun slår kolbøtter", []),
        ("Han er fuld af energi og slår sig løs", []),
        ("Far slår ham", ["slår"]),
        ("Mor er ofte fuld om aftenen", ["fuld"]),
        ("Hun har blå mærker og er bange for at gå hjem", ["blå mærker", "bange for at gå hjem"]),
        ("Han skærer i sig selv og siger, at han vil dø", ["skærer i sig selv", "vil dø"]),
        ("Der er vold i hjemmet. VOLD.", ["vold"]),
        ("He hits me and I am afraid to go home", ["hits me", "afraid to go home"]),
        ("Hun elsker vandet og voldsomme bølger", []),
    ],
)
def test_danger_words(text: str, found: list[str]) -> None:
    assert danger_words(text) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Vi vil gerne tale om Emma fra 3. b", ["Emma"]),
        ("Emma er ked af det", ["Emma"]),
        ("Det handler om E.K. i klassen", ["E", "K"]),
        ("Det handler om EK i klassen", ["EK"]),
        ("Emma Hansen sover dårligt", ["Emma", "Hansen"]),
        ("Ring til mor. Noah siger ikke noget", ["Noah"]),
        ("Hvordan taler vi med forældrene? Eleven bliver hjemme om mandagen", []),
        ("Drengen er ofte alene i frikvartererne, og PPR er inde over", []),
        ("Kan I hjælpe os? Vi har brug for råd om IT og TV derhjemme", []),
        ("How do we talk about a move to another school?", []),
        ("", []),
    ],
)
def test_words_that_look_like_names(text: str, words: list[str]) -> None:
    assert name_like_words(text) == words
