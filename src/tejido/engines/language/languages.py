"""Tags of languages, and the scripts they are written in (CLDR, by babel)."""

import unicodedata
from functools import cache

from babel import Locale
from babel.core import get_global

# The first word of a character's Unicode name, and the ISO 15924 code of its script.
_NAMED = {
    "ARABIC": "Arab", "ARMENIAN": "Armn", "BENGALI": "Beng", "BOPOMOFO": "Bopo", "CANADIAN": "Cans", "CHEROKEE": "Cher",
    "CJK": "Hani", "COPTIC": "Copt", "CYRILLIC": "Cyrl", "DEVANAGARI": "Deva", "ETHIOPIC": "Ethi", "GEORGIAN": "Geor",
    "GREEK": "Grek", "GUJARATI": "Gujr", "GURMUKHI": "Guru", "HANGUL": "Hang", "HEBREW": "Hebr", "HIRAGANA": "Hira",
    "IDEOGRAPHIC": "Hani", "KANNADA": "Knda", "KATAKANA": "Kana", "KHMER": "Khmr", "LAO": "Laoo", "LATIN": "Latn",
    "MALAYALAM": "Mlym", "MONGOLIAN": "Mong", "MYANMAR": "Mymr", "NKO": "Nkoo", "OL": "Olck", "ORIYA": "Orya",
    "ADLAM": "Adlm", "SINHALA": "Sinh", "SYRIAC": "Syrc", "TAMIL": "Taml", "TELUGU": "Telu", "THAANA": "Thaa",
    "THAI": "Thai", "TIBETAN": "Tibt", "TIFINAGH": "Tfng", "VAI": "Vaii", "YI": "Yiii",
}  # fmt: skip
# A script code that stands for several.
_JOINT = {
    "Jpan": {"Hani", "Hira", "Kana"},
    "Kore": {"Hang", "Hani"},
    "Hans": {"Hani"},
    "Hant": {"Hani"},
    "Hrkt": {"Hira", "Kana"},
    "Aran": {"Arab"},
}
RTL = frozenset(
    {"Adlm", "Arab", "Aran", "Armi", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"}
)  # fmt: skip
"""Living scripts written from right to left."""
UNSPACED = frozenset({"Hani", "Hira", "Kana", "Thai", "Laoo", "Khmr", "Mymr"})
"""Scripts that put no space between words."""
# Languages that people write in more scripts than the likely one.
_ALSO = {
    "sr": {"Latn"}, "bs": {"Cyrl"}, "az": {"Cyrl", "Arab"}, "uz": {"Cyrl", "Arab"}, "kk": {"Latn", "Arab"},
    "ku": {"Arab"}, "ha": {"Arab"}, "pa": {"Arab"}, "tg": {"Arab"}, "ms": {"Arab"}, "yo": {"Arab"}, "ug": {"Latn", "Cyrl"},
    "tk": {"Cyrl", "Arab"}, "ky": {"Latn", "Arab"}, "sd": {"Deva"}, "ks": {"Deva"}, "mn": {"Mong"}, "zgh": {"Latn", "Arab"},
    "ber": {"Latn", "Arab"}, "ff": {"Adlm"},
}  # fmt: skip


def primary(tag: str) -> str:
    """The language of a tag in its shortest code: `es-LA` → `es`, `spa` → `es`, `prs` → `fa`."""
    first = tag.strip().replace("_", "-").partition("-")[0].lower()
    known: dict[str, str] = get_global("language_aliases")  # type: ignore[assignment]
    return str(known.get(first, first)).partition("_")[0]


def region(tag: str) -> str:
    """The region of a tag in capitals: `pt-BR` → `BR`; empty where it names none."""
    parts = tag.strip().replace("_", "-").split("-")[1:]
    return next((part.upper() for part in parts if len(part) == 2 and part.isalpha()), "")


@cache
def scripts(tag: str) -> frozenset[str]:
    """ISO 15924 codes of the scripts in which the language is written; empty where CLDR does not know it."""
    named = [part.title() for part in tag.replace("_", "-").split("-")[1:] if len(part) == 4 and part.isalpha()]
    code = primary(tag)
    likely: dict[str, str] = get_global("likely_subtags")  # type: ignore[assignment]
    found = named or [likely[code].split("_")[1]] if named or code in likely else []
    also = _ALSO.get(code, set()) if not named else set()
    return frozenset().union(also, *(_JOINT.get(one, {one}) for one in found))


@cache
def script(tag: str) -> str:
    """ISO 15924 code of the script in which a text in this language most likely is; empty where CLDR does not know it."""
    parts = tag.strip().replace("_", "-").split("-")
    named = next((part.title() for part in parts[1:] if len(part) == 4 and part.isalpha()), "")
    known: dict[str, str] = get_global("language_aliases")  # type: ignore[assignment]
    likely: dict[str, str] = get_global("likely_subtags")  # type: ignore[assignment]
    first = parts[0].lower()
    codes = [f"{first}_{region(tag)}", first, known.get(first, ""), primary(tag)]
    return named or next((likely[code].split("_")[1] for code in codes if code in likely), "")


def direction(tag: str) -> str:
    """`rtl` or `ltr`: which way a text in this language is written. The only such rule in the project."""
    return "rtl" if script(tag) in RTL else "ltr"


@cache
def script_of(char: str) -> str:
    """The script of a letter; empty for digits, signs and letters of every script."""
    if not char.isalpha():
        return ""
    return _NAMED.get(unicodedata.name(char, "").partition(" ")[0].partition("-")[0], "")


@cache
def locale(tag: str) -> Locale | None:
    """CLDR's data of the language, or None."""
    try:
        return Locale.parse(primary(tag))
    except (ValueError, LookupError):
        return None
