"""PSP-1 (Podcast Standards Project) and Apple's rules for serial shows, a function a rule: each gives what breaks it."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import UUID, uuid5

from lxml import etree

NS = {
    "atom": "http://www.w3.org/2005/Atom",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
}
NEWS = {"Business News", "Daily News", "Entertainment News", "News Commentary", "Politics", "Sports News", "Tech News"}
ALLOWED = {"p", "ol", "ul", "li", "a", "b", "i", "strong", "em"}
TRANSCRIPTS = {"application/json", "text/vtt", "application/x-subrip", "text/html"}
ENDINGS = {"audio/mpeg": ".mp3", "audio/x-m4a": ".m4a", "audio/mp4": ".m4a"}
LANGUAGE = r"[a-z]{2,3}(-[a-z0-9]{2,8})*"
SCHEMA = Path(__file__).parent / "podcast.xsd"
Element = etree._Element
Rule = Callable[[Element], Iterator[str]]
RULES: dict[str, Rule] = {}


def rule(function: Rule) -> Rule:
    RULES[function.__name__] = function
    return function


def broken(feed: bytes) -> dict[str, list[str]]:
    """What is wrong with a feed, by rule; empty where nothing is."""
    tree = etree.fromstring(feed)
    found = {name: list(check(tree)) for name, check in RULES.items()}
    return {name: what for name, what in found.items() if what}


def text(where: Element, path: str) -> str:
    found = where.find(path, NS)
    return "" if found is None else found.text or ""


def attribute(where: Element, path: str, name: str) -> str:
    found = where.find(path, NS)
    return "" if found is None else str(found.attrib.get(name, ""))


def items(tree: Element) -> list[Element]:
    return tree.findall("channel/item")


def once(where: Element, *paths: str) -> Iterator[str]:
    for path in paths:
        if len(where.findall(path, NS)) != 1:
            yield f"{path}: {len(where.findall(path, NS))} times"


@rule
def namespaces_are_spelt_exactly(tree: Element) -> Iterator[str]:
    for name, url in NS.items():
        if tree.nsmap.get(name) != url:
            yield name


@rule
def the_channel_has_what_is_required(tree: Element) -> Iterator[str]:
    required = ("title", "description", "link", "language", "itunes:explicit", "itunes:image", "atom:link")
    recommended = ("podcast:locked", "podcast:guid", "itunes:author", "itunes:type")
    yield from once(tree.find("channel"), *required, *recommended)  # type: ignore[arg-type]


@rule
def the_channel_names_its_own_address(tree: Element) -> Iterator[str]:
    if attribute(tree, "channel/atom:link", "rel") != "self" or not attribute(tree, "channel/atom:link", "href"):
        yield "atom:link"


@rule
def the_guid_is_made_of_the_address(tree: Element) -> Iterator[str]:
    bare = re.sub(r"^https?://", "", attribute(tree, "channel/atom:link", "href")).rstrip("/")
    if text(tree, "channel/podcast:guid") != str(uuid5(UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6"), bare)):
        yield bare


@rule
def the_language_is_a_tag(tree: Element) -> Iterator[str]:
    if not re.fullmatch(LANGUAGE, text(tree, "channel/language")):
        yield text(tree, "channel/language")


@rule
def the_category_is_apples(tree: Element) -> Iterator[str]:
    first = attribute(tree, "channel/itunes:category", "text")
    second = attribute(tree, "channel/itunes:category/itunes:category", "text")
    if first != "News" or second not in NEWS:
        yield f"{first}/{second}"


@rule
def explicit_is_true_or_false(tree: Element) -> Iterator[str]:
    yield from (one.text or "" for one in tree.iterfind(".//itunes:explicit", NS) if one.text not in ("true", "false"))


@rule
def images_end_as_their_type_does(tree: Element) -> Iterator[str]:
    for one in tree.iterfind(".//itunes:image", NS):
        if not re.fullmatch(r"https?://\S+\.(png|jpg|jpeg)", str(one.attrib.get("href"))):
            yield str(one.attrib.get("href"))


@rule
def descriptions_are_short(tree: Element) -> Iterator[str]:
    for one in tree.iterfind(".//description"):
        if not 0 < len((one.text or "").strip().encode()) <= 4000:
            yield (one.text or "")[:40]


@rule
def descriptions_of_episodes_use_allowed_elements(tree: Element) -> Iterator[str]:
    for one in items(tree):
        try:
            inside = etree.fromstring(f"<div>{text(one, 'description')}</div>")
        except etree.XMLSyntaxError as error:
            yield str(error)
            continue
        yield from (str(child.tag) for child in inside.iterdescendants() if child.tag not in ALLOWED)


@rule
def values_are_short_and_without_space_at_the_ends(tree: Element) -> Iterator[str]:
    for one in tree.iter("{*}*"):
        value = one.text or ""
        if (
            len(one) == 0
            and etree.QName(one).localname != "description"
            and (value != value.strip() or len(value) > 255)
        ):
            yield f"{one.tag}: {value[:40]!r}"


@rule
def each_episode_has_what_is_required(tree: Element) -> Iterator[str]:
    required = ("title", "enclosure", "guid")
    recommended = ("link", "pubDate", "description", "itunes:duration", "itunes:image", "itunes:explicit")
    for one in items(tree):
        yield from once(one, *required, *recommended)


@rule
def titles_hold_no_episode_number(tree: Element) -> Iterator[str]:
    for one in items(tree):
        if not text(one, "title") or re.match(
            r"(#|s\d|e\d|ep\.?\s*\d|episode|\d+[.:)])", text(one, "title"), re.IGNORECASE
        ):
            yield text(one, "title")


@rule
def enclosures_are_complete(tree: Element) -> Iterator[str]:
    for one in items(tree):
        url, kind = attribute(one, "enclosure", "url"), attribute(one, "enclosure", "type")
        size = attribute(one, "enclosure", "length")
        if not url.endswith(ENDINGS.get(kind, "?")) or not size.isdecimal() or int(size) < 1:
            yield f"{url} {kind} {size}"


@rule
def guids_and_enclosures_are_distinct(tree: Element) -> Iterator[str]:
    guids = Counter(text(one, "guid") for one in items(tree))
    urls = Counter(attribute(one, "enclosure", "url") for one in items(tree))
    yield from (name for name, count in [*guids.items(), *urls.items()] if count > 1 or not name)


@rule
def a_guid_that_is_no_address_says_so(tree: Element) -> Iterator[str]:
    for one in items(tree):
        if not text(one, "guid").startswith("http") and attribute(one, "guid", "isPermaLink") != "false":
            yield text(one, "guid")


@rule
def dates_are_rfc_2822_and_not_to_come(tree: Element) -> Iterator[str]:
    for one in tree.iterfind(".//pubDate"):
        try:
            if parsedate_to_datetime(one.text or "") > datetime.now(UTC):
                yield f"{one.text} is to come"
        except (TypeError, ValueError):
            yield one.text or "none"


@rule
def durations_are_whole_seconds(tree: Element) -> Iterator[str]:
    for one in items(tree):
        if not re.fullmatch(r"[1-9]\d*", text(one, "itunes:duration")):
            yield text(one, "itunes:duration")


@rule
def a_serial_show_numbers_its_episodes(tree: Element) -> Iterator[str]:
    if text(tree, "channel/itunes:type") != "serial":
        yield "itunes:type"
    numbers = Counter((text(one, "itunes:season"), text(one, "itunes:episode")) for one in items(tree))
    for place, count in numbers.items():
        if count > 1 or not all(re.fullmatch(r"[1-9]\d*", number) for number in place):
            yield str(place)


@rule
def transcripts_name_a_type_that_players_know(tree: Element) -> Iterator[str]:
    for one in tree.iterfind(".//podcast:transcript", NS):
        tag = str(one.attrib.get("language", ""))
        if one.attrib.get("type") not in TRANSCRIPTS or not re.fullmatch(LANGUAGE, tag.lower()):
            yield str(sorted(one.attrib.items()))


@rule
def persons_have_names(tree: Element) -> Iterator[str]:
    for one in tree.iterfind(".//podcast:person", NS):
        if not 0 < len((one.text or "").strip()) <= 128:
            yield repr(one.text)


@rule
def nothing_says_where_anybody_is(tree: Element) -> Iterator[str]:
    yield from (str(one.tag) for one in tree.iter("{*}location"))


@rule
def podcast_elements_keep_to_the_schema(tree: Element) -> Iterator[str]:
    schema = etree.XMLSchema(etree.parse(str(SCHEMA)))
    for one in tree.iter(f"{{{NS['podcast']}}}*"):
        if etree.QName(one).localname in ("source", "integrity"):
            continue  # checked within their enclosure
        if not schema.validate(etree.fromstring(etree.tostring(one, with_tail=False))):
            yield str(schema.error_log)
