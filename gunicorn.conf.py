"""gunicorn: two processes of four threads, and logs that hold nothing personal."""

import logging
import re
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

wsgi_app = "app:app"
workers = 2
threads = 4
timeout = 30
graceful_timeout = 20
control_socket_disable = True

# The heartbeat file must not wait for a disk: a slow one makes gunicorn kill healthy workers.
if Path("/dev/shm").is_dir():  # noqa: S108 (memory, not a folder for our own temporary files)
    worker_tmp_dir = "/dev/shm"  # noqa: S108

LINK_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,}")


def without_tokens(text: str) -> str:
    """A mailed link opens somebody's page; whoever reads the log must not be able to. One request is one line."""
    shown = LINK_TOKEN.sub("…", text.split("?", 1)[0])
    return "".join(character if character.isprintable() else "?" for character in shown)


class HideTokens(logging.Filter):
    """Also for errors, where gunicorn names the whole address of the request that failed."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(without_tokens(arg) if isinstance(arg, str) else arg for arg in record.args)
        return True


class DiscreetLogger(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """Method, path, status, size and time: no address, no browser, no query string, no token."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.addFilter(HideTokens())

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> Any:
        atoms = super().atoms(resp, req, environ, request_time)
        return {**atoms, "U": without_tokens(atoms["U"] or "-")}


logger_class = DiscreetLogger
accesslog = "-"
access_log_format = "%(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"


def post_worker_init(_worker: Any) -> None:
    """The engine reads its words before the first visitor comes, not while a caseworker waits."""
    from volunteer_match.matching.ranking import Ranker  # noqa: PLC0415 - the master process has no use for it

    Ranker.fit([])
