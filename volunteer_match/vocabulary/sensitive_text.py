"""What must not stand in a text: CPR numbers, words that give a child away, and words that call for a concern.

The CPR check stops a save. The two word lists only warn: a person reads the sentence and decides, so rather
one word too many than one too few.
"""

import re
import unicodedata
from collections.abc import Iterable

_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")
_DAY = r"(?:0[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0[1-9]|1[0-2])"
_DASH = r"[-\u2010-\u2015\u2212]"

# Without the check digit: numbers given out since 2007 need not have a right one.
_CPR = re.compile(
    rf"""
    (?<!\d)(?:
        {_DAY}{_MONTH}\d\d [ ]?(?:{_DASH}|[./])?[ ]? \d{{4}}                # 010203-1234
      | {_DAY}{_MONTH}(?:18|19|20)\d\d {_DASH}? \d{{4}}                     # 01022003-1234
      | {_DAY}[ ]{_MONTH}[ ]\d\d [ ]?{_DASH}?[ ]? \d{{4}}                   # 01 02 03 1234
      | {_DAY}(?P<dot>[./-]){_MONTH}(?P=dot)\d\d (?:(?P=dot)|[ ]?{_DASH}[ ]?) \d{{4}}   # 01.02.03-1234
      | {_DAY}[./-]{_MONTH}[./-](?:18|19|20)\d\d {_DASH} (?!19|20)\d{{4}}     # 01.02.2003-1234, no span of years
      | (?<!\d[ ]){_DAY}[ ]{_MONTH}[ ]\d\d[ ]\d\d[ ]\d\d (?![ ]?\d)         # 01 02 03 12 34
    )(?!\d)
    """,
    re.VERBOSE,
)
_FOREIGN_PREFIX = re.compile(r"(?:\+|(?<!\d)00)(?:\d{1,3} ?)?$")

# Long stems are found inside compounds too ("skolefravær"); short ones only where a word starts.
_LEAKS_ANYWHERE = (
    *("flygtning", "traume", "trauma", "depress", "anbragt", "anbring", "skilsmisse", "misbrug", "alkohol", "fravær"),
    *("diagnos", "overvægt", "sårbar", "højkonflikt", "selvmord", "selvskad", "overgreb", "fængsel", "handicap"),
    *(
        "plejefamilie",
        "plejebarn",
        "plejebørn",
        "krisecenter",
        "kontanthjælp",
        "spiseforstyr",
        "tvangsfjern",
        "kriminel",
    ),
    *("fraskilt", "refugee", "divorce", "diagnosis", "suicid", "alcoholi"),
)
_LEAKS_AT_START = (
    *(
        "angst",
        "adhd",
        "autis",
        "udsat",
        "ssp",
        "psyk",
        "tvang",
        "vold",
        "incest",
        "asyl",
        "krig",
        "religion",
        "religiøs",
    ),
    *("muslim", "kristen", "etnisk", "ptsd", "ocd", "tourette", "narko", "fængslet"),
    *("anxiety", "prison", "violen", "asylum", "ethnic", "truan", "abuse", "psych"),
)
# Words that only look like a leak.
_NO_LEAK = re.compile(
    r"voldsom\w*|voldgrav\w*|voldsted\w*|kristensen\w*|udsat(?= til\b)|psykedelisk\w*|krigsspil\w*",
    re.IGNORECASE,
)
_LEAK = re.compile(
    rf"\b\w*(?:{'|'.join(_LEAKS_ANYWHERE)})\w*|\b(?:{'|'.join(_LEAKS_AT_START)})\w*",
    re.IGNORECASE,
)

# "slår kolbøtter" and "fuld af energi" are no danger.
_PLAY = "kolbøtte|vejrmølle|flikflak|salto|smut|bold|græs|søm|ring|rekord|følge|takt|rod"
_SET_PHRASE = r"til\b|op\b|fast\b|sammen\b|et slag|sig (?:løs|ned|sammen)"
_FULL_OF = "af|fart|gang|gas|tid|skrue|størrelse|plads|kontakt|opmærksomhed|stop|tryk|program|støtte|knald|enighed|ud"
_DANGERS = (
    rf"(?:slår|slået)\b(?! (?:{_PLAY}|{_SET_PHRASE}))",
    *("tæsk", r"(?:får|fik) (?:bank|klø)\b", r"vold(?!som|grav|sted)\w*", "blå mærker", r"overgreb\w*"),
    *(r"r(?:ører?|ørte|ørt) ved", r"tru(?:er|ede|et)\b", r"bange for at (?:gå|komme|tage|skulle) hjem"),
    *(r"(?:låst|låses|låser \w+) inde", r"alene (?:hjemme )?(?:om|hele) natten", r"sult(?:er|ede|et)\b"),
    *(r"selvmord\w*", r"selvskad\w*", r"sk(?:ære|ærer|ar|året) (?:i )?(?:sig|mig) selv", r"cutte[rt]?\b"),
    *(r"vil(?:le)? (?:gerne )?dø\b", "ikke lyst til at leve", r"ikke leve (?:mere|længere)", "tage livet af"),
    *(r"stoffer\b", r"narko\w*", rf"fulde?\b(?! (?:{_FULL_OF})\b)"),
    *(r"(?:hits?|beats?) (?:me|him|her|them|us)\b", "bruises?", "(?:sexual|physical) abuse", "abused"),
    *(r"suicid\w*", r"self[- ]harm\w*", r"(?:wants?|wish(?:es)?) to die", "afraid to go home", r"locked in\b"),
    *(r"starv(?:ing|es)\b", r"threaten\w*", r"drunk\b", "on drugs"),
)
_DANGER = re.compile(rf"\b(?:{'|'.join(_DANGERS)})", re.IGNORECASE)


# Danish writes only names with a capital inside a sentence; these are capitals all the same.
_NO_NAME = re.compile(
    "I|De|Dem|Deres|PC|TV|IT|AI|DK|EU|Aula|Teams|Facebook|Instagram|Snapchat|TikTok|YouTube|Jul|Påske"
    "|Danmark|Jylland|Nordjylland|Vendsyssel|Brønderslev|Varige|Spor"
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE_STARTS = re.compile(r"(?:^|[.!?:;–•]\s|\n)[\s\"»”'(-]*$")
# A first word before one of these is who it is about …
_SAYS_OF = re.compile("er|har|vil|kan|skal|går|bliver|kommer|siger|slår|synes|føler|bor|savner|is|has|was|wants")
# … and most often one of these, or a noun with its article at the end (drengen, barnet, forældrene).
_WHO = re.compile(
    "de[tnr]?|han|hun|vi|jeg|man|du|nogen|ingen|alle|andre|hv[aeo]r?[dmr]?|hvornår|hvorfor|mor|far|børn|eleven|eleverne"
    "|it|s?he|they|there|this|that|who|what|how|where|why|we|you|mum|dad",
    re.IGNORECASE,
)
_DEFINITE = ("en", "et", "ne", "erne")
_INITIALS = 2
_SHORT_NAME = 5  # "Helen" ends like a noun with its article, but such nouns are longer


def contains_cpr(text: str) -> bool:
    """Whether something in the text reads as a CPR number, however it is spaced.

    A production unit's P number can look like one and is stopped too: none has any business here.
    """
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return any(not _FOREIGN_PREFIX.search(plain, 0, found.start()) for found in _CPR.finditer(plain))


def leak_words(text: str) -> list[str]:
    """The words that may tell an outsider more about the child than they need, as written, each once."""
    harmless = {found.start() for found in _NO_LEAK.finditer(text)}
    return _each_once(found[0] for found in _LEAK.finditer(text) if found.start() not in harmless)


def name_like_words(text: str) -> list[str]:
    """The words that look like somebody's name or initials, as written, each once. For texts that must hold none.

    Takes a place for a name now and then, and misses names in small letters: it asks a writer to look again.
    """
    words = list(_WORD.finditer(text))
    following = [*(word[0] for word in words[1:]), ""]
    return _each_once(
        word[0]
        for word, after in zip(words, following, strict=False)  # one longer where there are no words
        if not _NO_NAME.fullmatch(word[0])
        and _looks_like_name(word[0], after, first=_starts_sentence(text, word.start()))
    )


def _starts_sentence(text: str, at: int) -> bool:
    return _SENTENCE_STARTS.search(text[:at]) is not None


def _looks_like_name(word: str, after: str, *, first: bool) -> bool:
    if not word[0].isupper() or _NO_NAME.fullmatch(word):
        return False
    if word.isupper():
        return len(word) <= _INITIALS and not (first and len(word) == 1)
    if not first:
        return True
    if after[:1].isupper() and not after.isupper() and not _NO_NAME.fullmatch(after):
        return True
    plain_noun = word.endswith(_DEFINITE) and len(word) > _SHORT_NAME
    return bool(_SAYS_OF.fullmatch(after)) and not _WHO.fullmatch(word) and not plain_noun


def danger_words(text: str) -> list[str]:
    """The words that should make a reader ask whether this is a concern to report, as written, each once."""
    return _each_once(found[0] for found in _DANGER.finditer(text))


def _each_once(words: Iterable[str]) -> list[str]:
    seen: dict[str, str] = {}
    for word in words:
        seen.setdefault(word.casefold(), word)
    return list(seen.values())
