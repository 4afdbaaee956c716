"""`make run`: the app and its mail worker side by side. Ctrl-C stops both, and when one ends the other is stopped."""

import argparse
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
GRACE_SECONDS = 25


def start(program: str, *arguments: str) -> "subprocess.Popen[bytes]":
    """In a session of its own, so that Ctrl-C reaches it once, from us."""
    return subprocess.Popen([BIN / program, *arguments], cwd=ROOT, start_new_session=True)


def stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(timeout=GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=5000)
    port = parser.parse_args().port
    signal.signal(signal.SIGTERM, interrupt)
    (ROOT / "instance").mkdir(mode=0o700, exist_ok=True)
    if subprocess.run([BIN / "flask", "db", "upgrade"], cwd=ROOT, check=False).returncode != 0:
        print("The database could not be brought up to date, so nothing was started.", file=sys.stderr)
        return 1
    processes = [start("gunicorn", "--bind", f"127.0.0.1:{port}"), start("flask", "worker")]
    print(f"http://127.0.0.1:{port}", flush=True)
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
    except KeyboardInterrupt:
        return 0
    finally:
        for process in processes:
            stop(process)
    print("One of the two ended by itself, so the other was stopped.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
