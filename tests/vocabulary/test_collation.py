from volunteer_match.vocabulary.collation import danish_sort_key


def test_the_last_letters_of_the_alphabet_and_double_a() -> None:
    towns = ["Aalborg", "Åbybro", "Østervrå", "Zealand", "Ærø", "Asaa", "Agersted", "Voerså", "Vrå"]
    assert sorted(towns, key=danish_sort_key) == [
        "Agersted",
        "Asaa",
        "Voerså",
        "Vrå",
        "Zealand",
        "Ærø",
        "Østervrå",
        "Åbybro",
        "Aalborg",
    ]


def test_case_and_foreign_accents_hardly_count() -> None:
    names = ["bo", "Adèle", "Bo", "Adele B", "anna", "Müller", "Myrup"]
    assert sorted(names, key=danish_sort_key) == ["Adèle", "Adele B", "anna", "Bo", "bo", "Müller", "Myrup"]


def test_decomposed_letters_sort_as_composed_ones() -> None:
    assert danish_sort_key("A\u030angstro\u0308m")[0] == danish_sort_key("Ångström")[0]
