"""A browser that speaks real HTTP and tries again when nobody answers, as people do."""

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from werkzeug.test import EnvironBuilder, TestResponse

PATIENCE_SECONDS = 90
BUSY = 503


@dataclass
class HttpClient:
    """What `Visitor` needs of a client. `cut_off` counts the requests that were never answered."""

    port: int
    address: str = "192.0.2.1"
    cookies: dict[str, str] = field(default_factory=dict)
    cut_off: int = 0
    statuses: list[int] = field(default_factory=list)

    def get(self, path: str, query_string: str = "") -> TestResponse:
        return self._ask("GET", f"{path}?{query_string}" if query_string else path)

    def post(self, path: str, data: "MultiDict[str, str] | None" = None) -> TestResponse:
        pairs = list(data.items(multi=True)) if data is not None else []
        return self._ask("POST", path, body=urlencode(pairs))

    def _ask(self, method: str, path: str, body: str | None = None) -> TestResponse:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                answer = self._once(method, path, body)
            except (OSError, http.client.HTTPException):
                self.cut_off += 1
            else:
                self.statuses.append(answer.status_code)
                if answer.status_code != BUSY:
                    return answer
            time.sleep(0.1)
        raise TimeoutError(path)

    def _once(self, method: str, path: str, body: str | None) -> TestResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body=body, headers=self._headers(body))
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        request = EnvironBuilder(path, method=method).get_request()
        return TestResponse([content], f"{answer.status} X", answer.getheaders(), request)  # type: ignore[arg-type]

    def _headers(self, body: str | None) -> Mapping[str, str]:
        headers = {"Host": "localhost", "X-Forwarded-For": self.address, "Connection": "close"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return headers
