"""Finding, ordering, replacing: the same on every engine, shown against an oracle without a database."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from tejido.ground.search import Doc, Piece, clear, remove, replace, search
from tests.ground.search.oracle import expected

pytestmark = pytest.mark.django_db


def doc(
    key: str, text: str, title: str = "", *, source: str = "", space: str = "s", day: str = "", kind: str = "report"
) -> Doc:
    return Doc(key, source or key, space, kind, "", title, text, day)


def keys(query: str, *, spaces: tuple[str, ...] = ("s",), kinds: tuple[str, ...] | None = None) -> list[str]:
    page = search(query, spaces=spaces, kinds=kinds, limit=200)
    assert page.total == len(page.hits)
    return [hit.key for hit in page.hits]


def put(*docs: Doc) -> None:
    replace({d.source for d in docs}, docs)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("اجتمعت الوزارة أمس", "وزارة"),
        ("اجتمعت وزارة العمل", "الوزارة"),
        ("الحَمْدُ لله", "الحمد"),
        ("أجور العمّال", "اجور العمال"),
        ("کارگران ایران", "كارگران"),
        ("東京の監査役会が開かれた", "監査"),
        ("東京の監査役会が開かれた", "監査役会"),
        ("東京の監査役会が開かれた", "会"),
        ("未払い賃金", "賃金"),
        ("最低工资标准", "工资"),
        ("노동조합의 파업", "노동조합"),
        ("ค่าแรงขั้นต่ำ", "ค่าแรง"),
        ("la grève générale", "greve generale"),
        ("l'été dernier", "ete"),
        ("tiền lương của người lao động", "nguoi lao dong"),
        ("die Straße gesperrt", "STRASSE"),
        ("Löhne in Köln", "lohne koln"),
        ("İstanbul'da grev", "istanbul"),
        ("ISPARTA işçileri", "ısparta iscileri"),
        ("warehouse workers", "wareh"),
        ("warehouse workers", "workers ware"),
        ("price 1e5 at 007, v1.2.3", "1e5"),
        ("price 1e5 at 007, v1.2.3", "007"),
        ("see https://example.org/a-b?c=d_e", "example org"),
        ("mail me@example.org", "example"),
        ("well-known co-op", "known"),
        ("ٱلعمل ١٩٤٨", "العمل 1948"),
    ],
)
def test_probes(text: str, query: str) -> None:
    put(doc("a", text), doc("b", "something else entirely"))
    assert keys(query) == ["a"]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("warehouse workers", "ware workers"),
        ("warehouse workers", "warehouses"),
        ("warehouse", "warehouse workers"),
        ("監査", "監役"),
        ("監査と査役", "監査役"),
        ("カス料金", "ガス"),
    ],
)
def test_what_is_not_there(text: str, query: str) -> None:
    put(doc("a", text))
    assert keys(query) == []


@pytest.mark.parametrize(
    "query",
    ["", " ", '"', "'", "''", '"a', "\\", "a\\", "*", "a*", "a AND", "NEAR(a b)", "a OR b", "a:b", "(", "a & | !b",
     "%", "_", "\0", "a'; DROP TABLE search_document; --", "'a':*", "a^2", "-a", "+a", "<a>", "\ud800", "😀", "ʼ", "ّ"],
)  # fmt: skip
def test_signs_in_a_query_are_harmless(query: str) -> None:
    put(doc("a", "alpha beta"))
    assert set(keys(query)) <= {"a"}


def test_words_that_engines_take_for_operators_are_words() -> None:
    put(doc("a", "this and that or not near"), doc("b", "nothing"))
    assert keys("and or not near") == ["a"]


def test_order_is_title_then_newest_then_key() -> None:
    put(
        doc("e", "rent", day="2026-11-01"),
        doc("d", "rent", day="2026-11-01"),
        doc("c", "rent", day="2026-11-02"),
        doc("b", "x", "Rent strike", day="2020-01-01"),
        doc("a", "strike", "rent", day=""),
        doc("f", "rent"),
    )
    assert keys("rent") == ["b", "a", "c", "d", "e", "f"]
    assert keys("rent strike") == ["b", "a"]


def test_spaces_and_kinds_bound_what_is_found() -> None:
    put(doc("a", "rent", space="own"), doc("b", "rent", space="net", kind="chain"), doc("c", "rent", space="net"))
    assert keys("rent", spaces=()) == []
    assert keys("rent", spaces=("own",)) == ["a"]
    assert keys("rent", spaces=("own", "net")) == ["a", "b", "c"]
    assert keys("rent", spaces=("own", "net"), kinds=("chain",)) == ["b"]
    assert keys("rent", spaces=("own", "net"), kinds=()) == []


def test_pages() -> None:
    put(*(doc(f"{i:03}", "rent") for i in range(45)))
    first, second = search("rent", spaces=["s"]), search("rent", spaces=["s"], limit=20, offset=40)
    assert ([hit.key for hit in first.hits], first.total) == ([f"{i:03}" for i in range(20)], 45)
    assert ([hit.key for hit in second.hits], second.total) == (["040", "041", "042", "043", "044"], 45)
    assert search("rent", spaces=["s"], limit=0).hits == ()
    assert search("rent", spaces=["s"], offset=99).hits == ()
    assert len(search("rent", spaces=["s"], limit=-5, offset=-5).hits) == 0


def test_replacing_takes_out_what_derived_from_the_source() -> None:
    put(doc("a", "old words", source="x"), doc("b", "old words", source="x"), doc("c", "old words", source="y"))
    replace(["x"], [doc("a", "new words", source="x")])
    assert keys("old") == ["c"]
    assert keys("words") == ["a", "c"]
    remove(["y"])
    assert keys("words") == ["a"]
    clear()
    assert keys("words") == []


def test_one_key_in_several_languages() -> None:
    replace(["x"], [Doc("k", "x", "s", "report", lang, "", "strike") for lang in ("en", "ar", "")])
    assert [hit.lang for hit in search("strike", spaces=["s"]).hits] == ["", "ar", "en"]


def test_bulk_takes_few_queries(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    docs = [doc(f"{i:04}", f"rent number {i}", source=f"src{i:04}") for i in range(1200)]
    with django_assert_max_num_queries(40):
        put(*docs)
    with django_assert_max_num_queries(40):
        put(*docs)
    assert search("rent", spaces=["s"]).total == 1200
    with django_assert_max_num_queries(10):
        remove(d.source for d in docs)
    assert search("rent", spaces=["s"]).total == 0


def test_a_search_takes_two_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    put(*(doc(f"{i:03}", "rent " * i) for i in range(50)))
    with django_assert_num_queries(2):
        search("rent", spaces=["s"], limit=50)


def test_original_text_comes_back_with_the_place() -> None:
    text = "Before. " * 30 + "The Straße was closed by the الوزارَة today. " + "After. " * 30
    put(doc("a", text, "A title"))
    for query, found in (("strasse", "Straße"), ("وزارة", "وزارَة")):
        hit = search(query, spaces=["s"]).hits[0]
        assert hit.title == "A title"
        assert Piece(found, found=True) in hit.snippet
        assert "".join(piece.text for piece in hit.snippet) in text


def test_a_null_character_is_a_space() -> None:
    put(doc("a", "rent\0strike", "ti\0tle"))
    assert [hit.title for hit in search("rent", spaces=["s"]).hits] == ["ti tle"]


def test_a_long_document() -> None:
    put(doc("a", " ".join(f"w{i}" for i in range(80_000))))
    assert keys("w49000") == ["a"]


WORDS = st.sampled_from(
    ["rent", "Rents", "strike", "Straße", "strasse", "été", "ete", "nguoi", "người", "007", "7", "1e5", "x-y",
     "الوزارة", "وزارة", "أجور", "اجور", "監査", "監査役", "役会", "ガス"]
)  # fmt: skip
TEXTS = st.lists(WORDS, max_size=6).map(" ".join)
DOCS = st.lists(
    st.tuples(TEXTS, TEXTS, st.sampled_from(["s", "t"]), st.sampled_from(["", "2026-01-01", "2026-02-02"])), max_size=12
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=DOCS, query=TEXTS, spaces=st.sampled_from([("s",), ("s", "t")]))
def test_any_documents_as_the_oracle_says(
    rows: list[tuple[str, str, str, str]], query: str, spaces: tuple[str, ...]
) -> None:
    clear()
    docs = [doc(f"k{i}", text, title, space=space, day=day) for i, (text, title, space, day) in enumerate(rows)]
    put(*docs)
    assert keys(query, spaces=spaces) == expected(docs, query, spaces)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec="utf-8"), max_size=80), query=st.text(max_size=12))
def test_any_text_and_query_as_the_oracle_says(text: str, query: str) -> None:
    clear()
    docs = [doc("a", text), doc("b", query.encode("utf-8", "replace").decode())]
    put(*docs)
    assert keys(query) == expected(docs, query, ["s"])
