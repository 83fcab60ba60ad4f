"""Folding: what a reader takes for the same word becomes the same token, in any script.

All of it happens here, so that the index of every database holds the same tokens and only splits at spaces. The
built-in tokenizers disagree: none of them finds الوزارة by وزارة, or 監査 inside a longer run of characters.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain, islice

MAX_TOKEN = 64
MAX_TOKENS = 50_000
"""Tokens of one document that are indexed: PostgreSQL holds at most 1 MiB in a text vector."""

# Letters that no decomposition makes alike. Arabic and Persian forms of one letter; Latin letters with a stroke.
_ALIKE = {
    **dict.fromkeys("ىیے", "ي"),
    **dict.fromkeys("ةۃہھەۀ", "ه"),
    **dict.fromkeys("کڪ", "ك"),
    "ٱ": "ا",
    "ı": "i",
    "đ": "d",
    "ð": "d",
    "ø": "o",
    "ł": "l",
    "ħ": "h",
    "ŧ": "t",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ʼ": "",
}
# Marks that a reader leaves out. In Indic and South-East Asian scripts marks are vowels, in Japanese they change
# the letter: those stay.
_OPTIONAL = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640"
    "\u08d3-\u08ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
# The article, alone or after a one-letter preposition or conjunction, where enough of a word remains.
_ARTICLE = re.compile(r"(?:ال(?=.{3})|لل(?=.{3})|[وفبك]ال(?=.{4}))")
# Scripts written without spaces (Han, kana, Hangul, Thai, Lao, Myanmar, Khmer).
_UNSPACED = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af]+)"
)


class _Table(dict[int, str]):
    """Per code point: itself, its plain form, nothing, or a space; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _plain(chr(code))
        return found


def _plain(char: str) -> str:
    category = unicodedata.category(char)
    if char in _ALIKE:
        return _ALIKE[char]
    if _OPTIONAL.match(char) or category == "Cf":
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    return char if category[0] in "LMN" else " "


_TABLE = _Table()


def plain(text: str) -> str:
    """Letters, digits and spaces only: without case, optional marks and variants of letters."""
    if text.isascii():
        return text.lower().translate(_TABLE)
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKD", text).casefold().translate(_TABLE))


def words(text: str) -> Iterator[str]:
    """Folded words; a run without spaces is one word."""
    text = plain(text)
    if _UNSPACED.search(text):
        text = _UNSPACED.sub(r" \1 ", text)
    return map(_bare, text.split()) if "ل" in text else iter(text.split())


def _bare(word: str) -> str:
    article = _ARTICLE.match(word)
    return word[article.end() :] if article else word


def is_run(word: str) -> bool:
    """Whether the word belongs to a script written without spaces."""
    return bool(_UNSPACED.fullmatch(word))


def bigrams(run: str) -> list[str]:
    """Each two neighbours of a run; a single character stays as it is."""
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def fold_text(text: str) -> str:
    """The tokens to be indexed, separated by single spaces.

    Of a run without spaces: its bigrams and its last character, so that each character begins some token.
    """
    tokens = chain.from_iterable(map(_tokens, words(text)))
    return " ".join(islice(tokens, MAX_TOKENS))


def _tokens(word: str) -> list[str]:
    if word.isascii() or not is_run(word):
        return [word[:MAX_TOKEN]]
    return [*bigrams(word), word[-1]] if len(word) > 1 else [word]
