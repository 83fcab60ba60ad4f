"""From a finished chain to all that leaves the node: sound, transcripts, feeds, books.

`encode_x_realtime`: seconds of sound that become MP3 and Opus in a second, with the bounded child process around it; done
once a voice, when it is published. Then a chain of 60 hops of ten minutes in three languages, whose renditions exist, to
all outputs: `seconds`, of which `outputs_s` says what took how long, and `peak_mb` of this process and its children.
A feed of 1,000 episodes: `feed_p95_ms` over whole answers with the page's middleware, as an app asks for them each hour;
`feed_cold_ms` when it has to be written anew, `feed_304_p95_ms` when nothing has changed. `--quick`: ten hops of 70
seconds, 200 episodes.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import _published
from bench._calibration import calibration
from bench._node import fresh_node
from bench.relay import MEGABYTE, Memory

LANGS = ("es", "en", "ar")
HOPS, EPISODES, EACH = 60, 1000, 50
TEN_MINUTES_S, READING_S = 600.0, 70.0
TIMES = 60
SLUG = "benchaaa"
Output = Callable[[str], None]


def run(*, quick: bool, argv: list[str]) -> dict[str, object]:
    """All figures; raises FileNotFoundError without the shared recordings."""
    argparse.ArgumentParser(prog="python -m bench press").parse_args(argv)
    figures: dict[str, object] = dict(calibration())
    with fresh_node(), tempfile.TemporaryDirectory() as name:
        made = _published.node(Path(name), READING_S if quick else TEN_MINUTES_S)
        figures |= encoded(made, Path(name))
        figures |= chain(made, hops=10 if quick else HOPS)
        figures |= feed(made, episodes=200 if quick else EPISODES)
    return figures


def encoded(made: _published.Node, work: Path) -> dict[str, object]:
    """One voice into MP3 and Opus."""
    from tejido.engines.press import sound

    start = time.perf_counter()
    mp3, opus = sound.render(made.sound.preview, work)
    seconds = time.perf_counter() - start
    return {
        "encode_x_realtime": round(made.sound.duration_ms / 1000 / seconds, 1),
        "encode_audio_s": round(made.sound.duration_ms / 1000, 1),
        "mp3_kbit": round(mp3.size * 8 / mp3.duration, 1),
        "opus_kbit": round(opus.size * 8 / opus.duration, 1),
    }


def chain(made: _published.Node, *, hops: int) -> dict[str, object]:
    """A chain whose renditions exist, to all outputs, one after the other."""
    slug = _published.publish(made, SLUG, hops=hops, langs=LANGS, form="whole")
    renditions()
    took: dict[str, float] = {}
    with Memory() as memory:
        for name, output in outputs().items():
            start = time.perf_counter()
            output(slug)
            took[name] = round(time.perf_counter() - start, 2)
    return {
        "hops": hops,
        "seconds": round(sum(took.values()), 2),
        "outputs_s": took,
        "peak_mb": round(memory.peak / MEGABYTE),
    }


def outputs() -> dict[str, Output]:
    """What is made of a publication, by name."""
    return {"sound": whole, "words": words, "feeds": feeds, "books": books, "pages": pages}


def pages(_slug: str) -> None:
    """Everything as static files."""
    from tejido.web.public.exporting import mirror

    with tempfile.TemporaryDirectory() as folder:
        mirror.export(Path(folder) / "site", base="https://bench.example")


def books(slug: str) -> None:
    """PDF, EPUB and HTML in a zip with its sounds, in every language; the pictures."""
    from tejido.practices.relay.press import books as binding
    from tejido.practices.relay.press import reading

    edition = reading.edition_at(slug)
    binding.make.call(edition.key)
    if binding.missing(edition):
        raise RuntimeError(f"not all was made: {binding.missing(edition)}")


def whole(slug: str) -> None:
    """The whole chain as MP3 and Opus."""
    from tejido.practices.relay.press import made, reading, tasks

    key = reading.edition_at(slug).key
    tasks.join.call(key)
    if made.find(key, made.OPUS_WHOLE) is None:
        raise RuntimeError("the whole chain was not made")


def words(slug: str) -> None:
    """Transcripts of every voice and of the whole, in every language and form, and the chapters."""
    from tejido.practices.relay.press import reading, selectors

    edition = reading.edition_at(slug)
    for lang in (*LANGS, "mul"):
        for form in ("vtt", "srt", "json"):
            selectors.text(slug, lang, form)
            for voice in edition.voices:
                if lang in voice.langs:
                    selectors.text(voice.key, lang, form)
    selectors.chapters(slug)


def feeds(_slug: str) -> None:
    """The podcast in every language."""
    from tejido.practices.relay.press import feeds as written

    for lang in LANGS:
        if not written.of(lang, fresh=True).episodes:
            raise RuntimeError(f"the feed in {lang} is empty")


def renditions() -> None:
    """Of every voice; all speak the same words here, so that they are encoded once and kept for each."""
    from tejido.practices.relay.press import made, reading, seasons, tasks

    seasons.give(reading.ours())
    voices = [voice for edition in reading.standing() for voice in edition.voices]
    tasks.render.call(voices[0].key)
    rows = [row for kind in (made.MP3, made.OPUS) if (row := made.find(voices[0].key, kind)) is not None]
    known = made.find_all([voice.key for voice in voices], [made.MP3])
    for voice in voices:
        if (voice.key, made.MP3, "") not in known:
            for row in rows:
                stored = made.Stored(made.ref(row), row.integrity)
                made.keep(
                    voice.key, row.kind, stored, type=row.type, source=row.source, about=[voice.key], duration=row.duration
                )  # fmt: skip


def feed(made: _published.Node, *, episodes: int) -> dict[str, object]:
    """A feed of many episodes, asked for again and again."""
    from django.conf import settings
    from django.test import Client

    from tejido.practices.relay.press import addresses, feeds

    for number in range(episodes // EACH):
        slug = f"bench{chr(97 + number // 26)}{chr(97 + number % 26)}b"
        _published.publish(made, slug, hops=EACH, langs=LANGS, form="each", seed=number, duration=60_000)
    renditions()
    settings.ALLOWED_HOSTS = ["testserver"]
    client, path = Client(headers={"Accept-Encoding": "gzip"}), addresses.feed(LANGS[0])
    start = time.perf_counter()
    first = client.get(path)
    cold = time.perf_counter() - start
    same = {"If-None-Match": first.headers["ETag"]}
    return {
        "feed_episodes": feeds.of(LANGS[0]).episodes,
        "feed_cold_ms": round(cold * 1000, 1),
        "feed_p95_ms": p95(lambda: client.get(path).content),
        "feed_304_p95_ms": p95(lambda: client.get(path, headers=same).content),
        "feed_kb": round(len(first.content) / 1024),
    }


def p95(work: Callable[[], object]) -> float:
    """Milliseconds, of so many times."""
    times = []
    for _ in range(TIMES):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return round(statistics.quantiles(times, n=20)[-1], 1)
