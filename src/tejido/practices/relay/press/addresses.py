"""Where the public part of a node lies, as paths, and what makes of a path an address that others can open.

Feeds, books and static copies name absolute addresses. Their beginning is the setting `public_address`; an export says by
`told` where its files will lie.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings

_TOLD: ContextVar[str] = ContextVar("public_address", default="")
ROOT = "/p/"
_BENEATH: ContextVar[str] = ContextVar("public_beneath", default="")
GIVEN = "m4a"


def base() -> str:
    """Beginning of every absolute address, without a slash at its end: told, else set, else how this node is reached."""
    node = settings.NODE
    said = _TOLD.get() or node.public_address
    if said:
        return str(said).rstrip("/")
    scheme = "https" if node.https else "http"
    return f"{scheme}://{node.hosts[0]}" if node.hosts else f"http://localhost:{node.port}"


@contextmanager
def told(address: str) -> Iterator[None]:
    """Within this block absolute addresses begin with `address`: where an export's files will lie."""
    token = _TOLD.set(address)
    try:
        yield
    finally:
        _TOLD.reset(token)


def absolute(path: str) -> str:
    """An address for others, of one of the paths below."""
    return f"{base()}{path}"


@contextmanager
def beneath(prefix: str) -> Iterator[None]:
    """Within this block publications and what belongs to them have their paths below `prefix`: in proofs."""
    token = _BENEATH.set(prefix)
    try:
        yield
    finally:
        _BENEATH.reset(token)


def _root() -> str:
    return f"{_BENEATH.get()}{ROOT}"


def index() -> str:
    """The first page."""
    return ROOT


def about() -> str:
    """Who this is."""
    return f"{ROOT}about/"


def held() -> str:
    """What this node holds about whom."""
    return f"{ROOT}held/"


def take_part() -> str:
    """How to join in."""
    return f"{ROOT}take-part/"


def publication(slug: str, lang: str = "") -> str:
    """A publication's page; without a language the one that lets the reader's browser choose."""
    return f"{_root()}{slug}/{lang}/" if lang else f"{_root()}{slug}/"


def voice(slug: str, lang: str, number: int) -> str:
    """The page of one voice of a publication."""
    return f"{_root()}{slug}/{lang}/{number}/"


def dossier(slug: str, lang: str, form: str) -> str:
    """`form`: pdf, epub or zip."""
    return f"{_root()}{slug}/{lang}/dossier.{form}"


def cover(slug: str) -> str:
    """A publication's picture, square, PNG."""
    return f"{_root()}{slug}/cover.png"


def given_cover(slug: str, tag: str, *, small: bool = False) -> str:
    """The picture that somebody gave a publication, square, JPEG; `small`: for pages. Another picture has another name."""
    return f"{ROOT}{slug}/cover-{tag}{'-small' if small else ''}.jpg"


def feed(lang: str) -> str:
    """The podcast in a language."""
    return f"{ROOT}feed/{lang}.xml"


def feed_cover(lang: str) -> str:
    """The podcast's own picture, square, PNG."""
    return f"{ROOT}feed/{lang}.png"


def atom() -> str:
    """The feed of editions."""
    return f"{ROOT}atom.xml"


def sound(subject: str, form: str) -> str:
    """`subject`: a voice's row key, or a publication's slug for all of it; `form`: mp3, opus, or m4a (a voice as it came)."""
    return f"{_root()}sound/{subject}.{form}"


def text(subject: str, lang: str, form: str) -> str:
    """A transcript in `lang` (`mul`: as spoken, in several languages); `form`: vtt, srt or json."""
    return f"{_root()}text/{subject}.{lang}.{form}"


def chapters(slug: str) -> str:
    """The chapters of a publication that is one episode."""
    return f"{_root()}chapters/{slug}.json"
