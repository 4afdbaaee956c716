#!/bin/sh
# Makes .venv from uv.lock; arguments go to uv, `--group benchmark` for instance. Assumes a Python and nothing else: this runs before the project has an environment.
set -eu
cd "$(dirname "$0")/.."
UV_VERSION=0.13.9

new_enough() {  # new_enough PYTHON: is it 3.11 or later, and does it run at all?
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

python=
for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
  if new_enough "$candidate"; then
    python=$("$candidate" -c 'import sys; print(sys.executable)')
    break
  fi
done
if [ -z "$python" ]; then
  echo "make setup needs Python 3.11 or later, and found none on PATH." >&2
  exit 1
fi

# An older uv may not read this lock, so one on PATH counts only when it is at least the pinned one.
uv_fits() {
  "$1" --version 2>/dev/null | "$python" -c '
import re, sys
found = re.search(r"\d+\.\d+\.\d+", sys.stdin.read())
numbers = lambda version: tuple(map(int, version.split(".")))
sys.exit(not (found and numbers(found.group()) >= numbers(sys.argv[1])))' "$UV_VERSION"
}

make_uv() {
  "$python" -m venv .tools/uv && .tools/uv/bin/python -m pip install --quiet "uv==$UV_VERSION"
}

uv=uv
if ! uv_fits uv; then
  uv=.tools/uv/bin/uv
  if ! uv_fits "$uv"; then
    rm -rf .tools/uv
    if ! make_uv; then
      # Debian's Python comes without ensurepip until python3-venv is there.
      [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ] || exit 1
      apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv
      rm -rf .tools/uv
      make_uv
    fi
  fi
fi

UV_PYTHON="$python" UV_PYTHON_DOWNLOADS=never "$uv" sync --frozen --quiet "$@"
