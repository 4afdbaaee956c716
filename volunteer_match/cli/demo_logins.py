"""Who can sign in to the demo, and how. Reads one file and no settings, so the supervisor can print it at once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

# The C parser needs a tenth of the time, and comes with most builds of PyYAML.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TOWN = Path(__file__).parent / "demo_town"
# Known to everybody who reads this, which is why only a demo may be filled with it.
PASSWORD = "varige-spor-demo-2026"  # noqa: S105 - see above
CONTACT_PERSON = "pernille@asaa-if.example"


@dataclass(frozen=True)
class Login:
    """One member of the demo's staff."""

    key: str
    name: str
    email: str
    roles: tuple[str, ...]


def read_town(name: str) -> list[dict[str, Any]]:
    """The list of the file of that name in `demo_town`, whose first lines explain its fields."""
    text = (TOWN / f"{name}.yaml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = yaml.load(text, Loader=_Loader)[name]  # noqa: S506 - a safe loader
    return rows


def staff() -> list[Login]:
    """Everybody who works for the municipality of the demo."""
    return [Login(row["key"], row["name"], row["email"], tuple(row["roles"])) for row in read_town("caseworkers")]


def demo_logins() -> str:
    """What to tell the person who started the demo."""
    people = [f"  {', '.join(login.roles):<12} {login.name:<25} {login.email}" for login in staff()]
    return "\n".join(
        [
            f"Staff sign in at /log-ind with the password {PASSWORD}",
            *people,
            f"A contact person asks for a link at /min-side/link, for instance {CONTACT_PERSON}",
            "Everybody and everything in the demo is made up.",
        ]
    )
