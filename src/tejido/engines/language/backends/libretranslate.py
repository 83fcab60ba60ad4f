"""Any server with LibreTranslate's interface, at the one address that the keeper configured.

Untested with a real server: the tests hold this client against the interface's published description. It follows no
redirect, asks no proxy, sends nothing but texts and languages, and reads answers of bounded size.
"""

import ipaddress
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from tejido.engines.language.errors import EngineError, EngineFailed, EngineSlow, NoSuchPair
from tejido.engines.language.languages import primary, region
from tejido.engines.language.records import Draft, Pair

MOST_TEXTS, MOST_LETTERS = 40, 5_000
ANSWER_BYTES = 2 << 20
TIMEOUT_S = 60.0


class BadAddress(EngineError):
    """The configured address is none that texts may be sent to."""

    code = "bad_address"
    template = (
        "“{address}” is no address of a translation server. "
        "Give one that begins with https://, or with http:// on this machine alone."
    )


class _NoRedirect(HTTPRedirectHandler):
    """Texts go to the configured address or nowhere."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


def checked(address: str) -> str:
    """The address without a closing slash; raises BadAddress."""
    parts = urlsplit(address)
    safe = parts.scheme == "https" or (parts.scheme == "http" and _here(parts.hostname or ""))
    if not safe or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise BadAddress(address=address)
    return address.rstrip("/")


def _here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class Server:
    """A LibreTranslate-compatible server; `key` where it asks for one."""

    address: str
    key: str = ""
    timeout_s: float = TIMEOUT_S

    @property
    def name(self) -> str:
        """Engine and host, since the words go there."""
        return f"libretranslate {urlsplit(self.address).hostname}"

    def pairs(self) -> Collection[Pair]:
        """What the server says it can; raises an EngineError where it cannot be asked."""
        return self._codes.keys()

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Draft | None]:
        """Drafts of all texts, in requests of bounded size."""
        pair = Pair(primary(source), primary(target))
        if pair not in self._codes:
            raise NoSuchPair(engine=self.name, source=source, target=target)
        ours, theirs = self._codes[pair], region(target)
        codes = next((one for one in ours if theirs and one[1].upper().endswith(f"-{theirs}")), ours[0])
        said = [text for batch in _batches(texts) for text in self._asked(batch, *codes)]
        return [Draft(text, self.name) if text else None for text in said]

    @cached_property
    def _codes(self) -> Mapping[Pair, list[tuple[str, str]]]:
        """The server's own codes for each pair."""
        found: dict[Pair, list[tuple[str, str]]] = {}
        listed = self._ask("GET", "/languages", None)
        for one in listed if isinstance(listed, list) else []:
            code, targets = str(one.get("code", "")), one.get("targets") or []
            for target in map(str, targets):
                if target != code:
                    found.setdefault(Pair(primary(code), primary(target)), []).append((code, target))
        return found

    def _asked(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        body = {"q": list(texts), "source": source, "target": target, "format": "text"}
        answer = self._ask("POST", "/translate", body | ({"api_key": self.key} if self.key else {}))
        said = answer.get("translatedText") if isinstance(answer, dict) else None
        if not isinstance(said, list) or len(said) != len(texts) or not all(isinstance(one, str) for one in said):
            raise EngineFailed(engine=self.name, how="an answer of another form")
        return said

    def _ask(self, method: str, path: str, body: Mapping[str, object] | None) -> Any:
        request = Request(  # noqa: S310 - the scheme is checked
            checked(self.address) + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "tejido"},
            method=method,
        )
        try:
            with _opener().open(request, timeout=self.timeout_s) as response:
                return self._read(response)
        except TimeoutError:
            raise EngineSlow(engine=self.name, limit_s=round(self.timeout_s)) from None
        except HTTPError as error:
            raise EngineFailed(engine=self.name, how=f"HTTP status {error.code}") from None
        except URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise EngineSlow(engine=self.name, limit_s=round(self.timeout_s)) from None
            raise EngineFailed(engine=self.name, how="it cannot be reached") from None
        except (OSError, HTTPException):
            raise EngineFailed(engine=self.name, how="the connection broke") from None

    def _read(self, response: HTTPResponse) -> Any:
        raw = response.read(ANSWER_BYTES + 1)
        if len(raw) > ANSWER_BYTES:
            raise EngineFailed(engine=self.name, how="its answer is too long")
        try:
            return json.loads(raw)
        except ValueError:
            raise EngineFailed(engine=self.name, how="its answer is no JSON") from None


def _opener() -> OpenerDirector:
    return build_opener(ProxyHandler({}), _NoRedirect())


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for text in texts:
        if batch and (len(batch) == MOST_TEXTS or sum(map(len, batch)) + len(text) > MOST_LETTERS):
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch
