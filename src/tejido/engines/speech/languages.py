"""The languages that Whisper knows, and the other codes people write for them."""

from tejido.engines.speech.errors import UnknownLanguage

KNOWN = frozenset(
    """
    af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy
    id is it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru
    sa sd si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo yue zh
    """.split()  # noqa: SIM905
)
ALIASES = {
    "ara": "ar", "arb": "ar", "cmn": "zh", "deu": "de", "eng": "en", "fas": "fa", "fil": "tl", "fra": "fr",
    "hau": "ha", "iw": "he", "jv": "jw", "nb": "no", "pes": "fa", "por": "pt", "prs": "fa", "pus": "ps",
    "som": "so", "spa": "es", "swa": "sw", "swh": "sw", "tur": "tr", "urd": "ur", "yor": "yo", "zho": "zh",
}  # fmt: skip


def recognisable(code: str) -> bool:
    """Whether the recogniser knows the language of this BCP 47 tag (`es-MX` counts as `es`)."""
    return _primary(code) in KNOWN


def whisper_code(code: str | None) -> str | None:
    """Whisper's code for a BCP 47 tag; None stays None (to be detected); raises UnknownLanguage."""
    if code is None:
        return None
    if not recognisable(code):
        raise UnknownLanguage(language=code)
    return _primary(code)


def tag(code: str) -> str:
    """The language tag of Whisper's code."""
    return "jv" if code == "jw" else code


def same(one: str, other: str) -> bool:
    """Whether two tags name one language for the recogniser (`es-MX` and `es`)."""
    return _primary(one) == _primary(other)


def _primary(code: str) -> str:
    first = code.strip().lower().replace("_", "-").partition("-")[0]
    return ALIASES.get(first, first)
