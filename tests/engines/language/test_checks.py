"""Reasons to doubt a draft: each finds what it is for, and leaves people's translations alone."""

import zipfile
from itertools import pairwise
from pathlib import Path

import pytest

from tejido.engines.language import Reason, Term, checks, tmx

SPANISH = "Los trabajadores del almacén pararon el martes."


def codes(source: str, draft: str, languages: tuple[str, str] = ("en", "es"), *terms: Term) -> list[str]:
    """What the draft is suspected of."""
    return [reason.code for reason in checks.reasons(source, draft, languages, terms)]


@pytest.mark.parametrize(
    ("source", "draft", "languages", "code"),
    [
        ("The workers have stopped today", "The workers have stopped today", ("en", "es"), "unchanged"),
        ("the workers have stopped", "The WORKERS have stopped!", ("en", "es"), "unchanged"),
        ("Hello", "Merhaba Merhaba", ("en", "tr"), "repeated"),
        ("We want soup and bread", "ensalada ensalada ensalada ensalada", ("en", "es"), "repeated"),
        ("They clapped", "(掌声)(掌声)(掌声)(掌声)", ("en", "zh"), "repeated"),
        ("We waited at the gate for five hours in the rain", "Esperamos", ("en", "es"), "too-short"),
        (
            "We waited at the gate",
            "Esperamos en la puerta durante muchas horas, y llovía, y nadie vino a decirnos qué pasaba",
            ("en", "es"),
            "too-long",
        ),
        ("We waited at the gate", "Мы ждали у ворот", ("en", "es"), "script"),
        ("We waited at the gate", "We waited at the gate بالأمس", ("en", "ar"), "script"),
        ("Pay rose by 12 in 2025", "El salario subió 12", ("en", "es"), "numbers"),
        ("Pay rose by 1,200 pesos", "El salario subió 1.300 pesos", ("en", "es"), "numbers"),
        ("We met Ibrahim at the gate", "Nos encontramos en la puerta", ("en", "es"), "names"),
    ],
)
def test_what_is_suspect(source: str, draft: str, languages: tuple[str, str], code: str) -> None:
    assert code in codes(source, draft, languages)


@pytest.mark.parametrize(
    ("source", "draft", "languages"),
    [
        ("Chicago", "Chicago", ("en", "es")),
        ("María Pérez", "María Pérez", ("es", "en")),
        ("No, no, no, no, we will not go", "No, no, no, no, no iremos", ("en", "es")),
        ("Pay rose by 1,200.50", "ارتفع الأجر بمقدار ١٬٢٠٠٫٥٠", ("en", "ar")),
        ("In 1404 they came", "در سال ۱۴۰۴ آمدند", ("en", "fa")),
        ("8.3 billion", "8300 millones", ("en", "es")),
        ("In the years 2019-20", "En los años 2019-2020", ("en", "es")),
        ("They came from Germany on a Monday", "Vinieron de Alemania un lunes", ("en", "es")),
        ("She read it in Spanish", "Lo leyó en español", ("en", "es")),
        ("Somebody from the United Kingdom spoke", "Habló alguien del Reino Unido", ("en", "es")),
        ("A note of the WHO", "Una nota de la OMS", ("en", "es")),
        ("We met Ibrahim at the gate", "التقينا إبراهيم عند البوابة", ("en", "ar")),
        ("Die Arbeiter im Lager haben gestreikt", "The workers in the warehouse went on strike", ("de", "en")),
        ("Nous nous sommes assis", "Nos sentamos", ("fr", "es")),
        ("Sí", "Yes, that is so", ("es", "en")),
    ],
)
def test_what_is_not(source: str, draft: str, languages: tuple[str, str]) -> None:
    assert codes(source, draft, languages) == []


def test_a_term_of_the_glossary_is_wanted_in_any_form() -> None:
    term = Term("strike", "huelga")
    assert codes("The strike goes on", "El paro sigue", ("en", "es"), term) == ["term"]
    assert codes("The strike goes on", "Las huelgas siguen", ("en", "es"), term) == []


def test_reasons_say_what_they_mean() -> None:
    (found,) = checks.reasons("Pay rose by 12 in 2025", "El salario subió en el 2025", ("en", "es"))
    assert found == Reason("numbers", {"lost": "12"})
    assert Reason.from_plain(found.plain()) == found


@pytest.mark.data
@pytest.mark.parametrize(("name", "most"), [("en-ar", 20), ("en-es-LA", 90), ("es-LA-ar", 30)])
def test_few_translations_by_people_are_suspected(data_dir: Path, name: str, most: int) -> None:
    """Permille, in the direction of the file. Most of the rest are the file's own faults: “{NS}”, lost clauses."""
    with zipfile.ZipFile(data_dir / "translation" / f"tico19.{name}.tmx.zip") as archive:
        pairs = [pair for unit in tmx.read(archive.open(archive.namelist()[0])) for pair in unit.pairs()]
    suspect = [checks.reasons(ours, theirs, (a, b)) for (a, ours), (b, theirs) in pairs]
    assert sum(map(bool, suspect)) * 1000 / len(pairs) <= most


@pytest.mark.data
def test_translations_of_something_else_are_suspected(data_dir: Path) -> None:
    """Each source beside the next one's translation: more than half are caught, though most are alike in kind."""
    with zipfile.ZipFile(data_dir / "translation" / "tico19.en-es-LA.tmx.zip") as archive:
        pairs = [pair for unit in tmx.read(archive.open(archive.namelist()[0])) for pair in unit.pairs()][:1500]
    shifted = pairwise(pairs)
    caught = sum(bool(checks.reasons(ours[0][1], theirs[1][1], ("en", "es"))) for ours, theirs in shifted)
    assert caught > len(pairs) / 2
