"""Copy what the pages use out of node_modules into static/vendor, and nothing more (38 MB there, under 2 MB here)."""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"

DESIGN_SYSTEM = MODULES / "dkfds" / "dist"
STYLESHEET = Path("css/dkfds.min.css")
FONT_LICENCE = Path("fonts/IBMPlexSans/complete/woff2/license.txt")
# Of this one weight the stylesheet names woff before woff2, so browsers ask for it first.
REGULAR = Path("fonts/IBMPlexSans/complete/woff/IBMPlexSans-Regular.woff")
# The sprite is what templates refer to; the single icons are what the stylesheet refers to.
ALWAYS_WANTED = (
    STYLESHEET,
    Path("js/dkfds.min.js"),
    Path("img/all-svg-icons.svg"),
    Path("LICENSE.md"),
    FONT_LICENCE,
    REGULAR,
)


def referred_files(stylesheet: Path) -> list[Path]:
    """Icons and fonts named by the stylesheet; every browser we support reads woff2, so older fonts stay behind."""
    addresses = set(re.findall(r"url\(\.\./([^)?#]+)\)", stylesheet.read_text(encoding="utf-8")))
    return sorted(Path(address) for address in addresses if address.endswith((".woff2", ".svg")))


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def main() -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    for path in (*ALWAYS_WANTED, *referred_files(DESIGN_SYSTEM / STYLESHEET)):
        copy(DESIGN_SYSTEM / path, VENDOR / "dkfds" / path)
    copy(MODULES / "htmx.org" / "dist" / "htmx.min.js", VENDOR / "htmx" / "htmx.min.js")
    copy(MODULES / "htmx.org" / "LICENSE", VENDOR / "htmx" / "LICENSE")


if __name__ == "__main__":
    main()
