"""Translations: `.po` in the repository, `.mo` made from them where they are missing or older.

Made at start-up, so that a fresh clone speaks all its languages without gettext's tools and without a step to forget.
"""

from pathlib import Path

DOMAIN = "django"


def stale(locale: Path) -> list[Path]:
    """The catalogues beneath `locale` whose compiled form is missing or older."""
    found = sorted(locale.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    return [po for po in found if not _made(po).exists() or _made(po).stat().st_mtime < po.stat().st_mtime]


def compile_stale(locale: Path) -> list[Path]:
    """Compile the stale catalogues; returns the files written. Doubtful (fuzzy) entries are left out."""
    return [_compile(po) for po in stale(locale)]


def _made(po: Path) -> Path:
    return po.with_suffix(".mo")


def _compile(po: Path) -> Path:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with po.open("rb") as source:
        catalogue = read_po(source, locale=po.parent.parent.name, domain=DOMAIN, abort_invalid=True)
    made, part = _made(po), po.with_suffix(".mo.part")
    with part.open("wb") as target:
        write_mo(target, catalogue)
    part.replace(made)
    return made
