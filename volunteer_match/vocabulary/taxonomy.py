"""The shared language of offers and needs, read once from `data/*.yaml`.

Organisations only ever see `NeedKind.external_wording`; its label, synonyms and sensitivity stay with the staff.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, TypeVar

import yaml

# The law speaks of direct contact with children under this age (LBK 362/2014).
CERTIFICATE_AGE = 15
# Programmes of PPR på sporet: suggested beside the volunteers' offers, registered by professionals only.
PROFESSIONAL_GROUP = "faglige_forloeb"


class Contact(StrEnum):
    """How the person behind an offer meets the child."""

    ONE_TO_ONE = "one_to_one"
    GROUP = "group"
    FAMILY_PRESENT = "family_present"
    WORKPLACE = "workplace"
    REMOTE = "remote"
    GOODS = "goods"
    INDIRECT = "indirect"


class CertificateRule(StrEnum):
    ALWAYS = "always"
    IF_REGULAR_CONTACT_UNDER_15 = "if_regular_contact_u15"
    NOT_NORMALLY = "not_normally"


class Sensitivity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Wording:
    da: str
    en: str

    def in_language(self, language: str) -> str:
        """English on request, otherwise Danish."""
        return self.en if language.startswith("en") else self.da


@dataclass(frozen=True, slots=True)
class OfferGroup:
    id: str
    label: Wording


@dataclass(frozen=True, slots=True)
class OfferKind:
    id: str
    group: str
    label: Wording
    example: Wording
    synonyms_da: tuple[str, ...]
    synonyms_en: tuple[str, ...]
    ics: tuple[str, ...]
    ladder: tuple[int, ...]
    focus: tuple[str, ...]
    age_min: int
    age_max: int
    contact: Contact
    certificate_rule: CertificateRule
    provider_types: tuple[str, ...]
    boundary: Wording | None
    self_revealing: Wording | None
    """What a referral alone discloses about the child; the consent must say so."""
    church_setting: bool


@dataclass(frozen=True, slots=True)
class NeedKind:
    id: str
    label: Wording
    external_wording: Wording
    synonyms_da: tuple[str, ...]
    synonyms_en: tuple[str, ...]
    ics: tuple[str, ...]
    focus: tuple[str, ...]
    sensitivity: Sensitivity
    age_min: int
    age_max: int
    core: tuple[str, ...]
    also: tuple[str, ...]
    boundary: Wording | None


@dataclass(frozen=True, slots=True)
class Role:
    id: str
    label: Wording
    certificate_rule: CertificateRule
    synonyms_da: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IcsDomain:
    """One dimension of the ICS triangle (*Integrated Children's System*)."""

    id: str
    side: str
    label: Wording
    help: Wording


@dataclass(frozen=True, slots=True)
class FocusArea:
    """A theme of PPR på sporet, with what stays with the professionals."""

    id: str
    label: Wording
    civil_society_can: Wording
    stays_professional: Wording
    advice: tuple[Wording, ...]
    core_offers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AgeBand:
    """The only age an organisation sees before both sides have said yes."""

    id: str
    age_min: int
    age_max: int
    label: Wording


@dataclass(frozen=True, slots=True)
class AvoidTerm:
    avoid: str
    use: str
    where: str


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    da: str
    en: str
    note: str


@dataclass(frozen=True, slots=True)
class Taxonomy:
    version: str
    groups: Mapping[str, OfferGroup]
    offers: Mapping[str, OfferKind]
    needs: Mapping[str, NeedKind]
    roles: Mapping[str, Role]
    ladder: Mapping[int, Wording]
    ics_sides: Mapping[str, Wording]
    ics_domains: Mapping[str, IcsDomain]
    focus_areas: Mapping[str, FocusArea]
    provider_types: Mapping[str, Wording]
    contacts: Mapping[Contact, Wording]
    certificate_rules: Mapping[CertificateRule, Wording]
    age_bands: tuple[AgeBand, ...]
    avoid_terms: tuple[AvoidTerm, ...]
    glossary: tuple[GlossaryEntry, ...]

    def civil_society_groups(self) -> list[OfferGroup]:
        """The groups an organisation or a citizen chooses from."""
        return [group for group in self.groups.values() if group.id != PROFESSIONAL_GROUP]

    def offers_in_group(self, group: str) -> list[OfferKind]:
        return [kind for kind in self.offers.values() if kind.group == group]


def certificate_needed(kind: str, age_min: int | None) -> bool:
    """Whether direct contact with under-15s calls for a child certificate in this kind of offer.

    Unknown kinds and unknown ages count as needing one.
    """
    if age_min is not None and age_min >= CERTIFICATE_AGE:
        return False
    known = taxonomy().offers.get(kind)
    return known is None or known.certificate_rule is not CertificateRule.NOT_NORMALLY


def needs_certificate(kinds: Iterable[str], age_min: int | None) -> bool:
    """Whether any kind of the offer calls for a child certificate; an offer of no named kind does."""
    chosen = list(kinds)
    return certificate_needed("", age_min) if not chosen else any(certificate_needed(k, age_min) for k in chosen)


def age_band(age: int) -> AgeBand:
    """The band to show instead of the exact age; ages outside take the nearest band."""
    bands = taxonomy().age_bands
    return next((band for band in bands if age <= band.age_max), bands[-1])


@cache
def taxonomy() -> Taxonomy:
    frame, offers, needs, roles = (_read(name) for name in ("frame", "offers", "needs", "roles"))
    reveals = {entry["id"]: _wording(entry["label"]) for entry in frame["self_revealing"]}
    return Taxonomy(
        version=frame["version"],
        groups=_by_id(OfferGroup(entry["id"], _wording(entry["label"])) for entry in offers["groups"]),
        offers=_by_id(_offer(entry, reveals) for entry in offers["offers"]),
        needs=_by_id(_need(entry) for entry in needs["needs"]),
        roles=_by_id(_role(entry) for entry in roles["roles"]),
        ladder=MappingProxyType({entry["step"]: _wording(entry["label"]) for entry in frame["ladder"]}),
        ics_sides=_labels(frame["ics_sides"]),
        ics_domains=_by_id(_ics_domain(entry) for entry in frame["ics_domains"]),
        focus_areas=_by_id(_focus_area(entry) for entry in frame["focus_areas"]),
        provider_types=_labels(frame["provider_types"]),
        contacts=MappingProxyType({Contact(key): label for key, label in _labels(frame["contacts"]).items()}),
        certificate_rules=MappingProxyType(
            {CertificateRule(key): label for key, label in _labels(frame["certificate_rules"]).items()}
        ),
        age_bands=tuple(_age_band(entry) for entry in frame["age_bands"]),
        avoid_terms=tuple(AvoidTerm(**entry) for entry in frame["avoid_terms"]),
        glossary=tuple(GlossaryEntry(entry["da"], entry["en"], entry.get("note", "")) for entry in frame["glossary"]),
    )


Entry = dict[str, Any]
Kind = TypeVar("Kind", OfferGroup, OfferKind, NeedKind, Role, IcsDomain, FocusArea)


def _read(name: str) -> Entry:
    source = files("volunteer_match.vocabulary").joinpath(f"data/{name}.yaml").read_bytes()
    # The C loader has the safety of SafeLoader and a tenth of its time.
    read: Entry = yaml.load(source, Loader=yaml.CSafeLoader)
    return read


def _offer(entry: Entry, reveals: Mapping[str, Wording]) -> OfferKind:
    revealing = entry.get("self_revealing", [])
    return OfferKind(
        id=entry["id"],
        group=entry["group"],
        label=_wording(entry["label"]),
        example=_wording(entry["example"]),
        synonyms_da=tuple(entry["synonyms_da"]),
        synonyms_en=tuple(entry["synonyms_en"]),
        ics=tuple(entry["ics"]),
        ladder=tuple(entry["ladder"]),
        focus=tuple(entry["focus"]),
        age_min=entry["age"][0],
        age_max=entry["age"][1],
        contact=Contact(entry["contact"]),
        certificate_rule=CertificateRule(entry["certificate"]),
        provider_types=tuple(entry["provider_types"]),
        boundary=_optional_wording(entry, "boundary"),
        self_revealing=_joined([reveals[key] for key in revealing]) if revealing else None,
        church_setting="church_setting" in revealing,
    )


def _need(entry: Entry) -> NeedKind:
    return NeedKind(
        id=entry["id"],
        label=_wording(entry["label"]),
        external_wording=_wording(entry["external_wording"]),
        synonyms_da=tuple(entry["synonyms_da"]),
        synonyms_en=tuple(entry["synonyms_en"]),
        ics=tuple(entry["ics"]),
        focus=tuple(entry["focus"]),
        sensitivity=Sensitivity(entry["sensitivity"]),
        age_min=entry["age"][0],
        age_max=entry["age"][1],
        core=tuple(entry["core"]),
        also=tuple(entry["also"]),
        boundary=_optional_wording(entry, "boundary"),
    )


def _role(entry: Entry) -> Role:
    rule = CertificateRule(entry["certificate"])
    return Role(entry["id"], _wording(entry["label"]), rule, tuple(entry["synonyms_da"]))


def _ics_domain(entry: Entry) -> IcsDomain:
    return IcsDomain(entry["id"], entry["side"], _wording(entry["label"]), _wording(entry["help"]))


def _focus_area(entry: Entry) -> FocusArea:
    return FocusArea(
        id=entry["id"],
        label=_wording(entry["label"]),
        civil_society_can=_wording(entry["civil_society_can"]),
        stays_professional=_wording(entry["stays_professional"]),
        advice=tuple(_wording(line) for line in entry["advice"]),
        core_offers=tuple(entry["core_offers"]),
    )


def _age_band(entry: Entry) -> AgeBand:
    youngest, oldest = entry["age"]
    return AgeBand(entry["id"], youngest, oldest, _wording(entry["label"]))


def _wording(entry: Entry) -> Wording:
    return Wording(da=entry["da"], en=entry["en"])


def _optional_wording(entry: Entry, key: str) -> Wording | None:
    return _wording(entry[key]) if key in entry else None


def _joined(wordings: list[Wording]) -> Wording:
    return Wording(da=". ".join(wording.da for wording in wordings), en=". ".join(wording.en for wording in wordings))


def _labels(entries: list[Entry]) -> Mapping[str, Wording]:
    return MappingProxyType({entry["id"]: _wording(entry["label"]) for entry in entries})


def _by_id(kinds: Iterable[Kind]) -> Mapping[str, Kind]:
    return MappingProxyType({kind.id: kind for kind in kinds})
