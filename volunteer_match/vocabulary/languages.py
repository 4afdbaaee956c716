"""The languages families and volunteers here are likely to share (ISO 639-1 codes)."""

from types import MappingProxyType

from volunteer_match.vocabulary.taxonomy import Wording

# Danish and its nearest first, then by how common they are among families in Northern Jutland.
LANGUAGES = MappingProxyType(
    {
        "da": Wording("Dansk", "Danish"),
        "en": Wording("Engelsk", "English"),
        "de": Wording("Tysk", "German"),
        "uk": Wording("Ukrainsk", "Ukrainian"),
        "ar": Wording("Arabisk", "Arabic"),
        "pl": Wording("Polsk", "Polish"),
        "ro": Wording("Rumænsk", "Romanian"),
        "so": Wording("Somali", "Somali"),
        "fa": Wording("Farsi og dari", "Farsi and Dari"),
        "ps": Wording("Pashto", "Pashto"),
        "ti": Wording("Tigrinya", "Tigrinya"),
        "ku": Wording("Kurdisk", "Kurdish"),
        "tr": Wording("Tyrkisk", "Turkish"),
        "ru": Wording("Russisk", "Russian"),
        "bs": Wording("Bosnisk, kroatisk og serbisk", "Bosnian, Croatian and Serbian"),
        "th": Wording("Thai", "Thai"),
        "vi": Wording("Vietnamesisk", "Vietnamese"),
        "ta": Wording("Tamil", "Tamil"),
        "tl": Wording("Filippinsk (tagalog)", "Filipino (Tagalog)"),
        "ur": Wording("Urdu", "Urdu"),
        "bg": Wording("Bulgarsk", "Bulgarian"),
        "lt": Wording("Litauisk", "Lithuanian"),
        "lv": Wording("Lettisk", "Latvian"),
        "hu": Wording("Ungarsk", "Hungarian"),
        "es": Wording("Spansk", "Spanish"),
        "fr": Wording("Fransk", "French"),
        "sv": Wording("Svensk", "Swedish"),
        "no": Wording("Norsk", "Norwegian"),
        "is": Wording("Islandsk", "Icelandic"),
        "kl": Wording("Grønlandsk", "Greenlandic"),
        "fo": Wording("Færøsk", "Faroese"),
        "zh": Wording("Kinesisk", "Chinese"),
    }
)


def language_name(code: str, language: str = "da") -> str:
    """The name of a language; a code we don't know is shown as it is."""
    known = LANGUAGES.get(code)
    return known.in_language(language) if known else code
