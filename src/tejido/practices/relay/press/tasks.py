"""Sound in the background: each published voice is made into MP3 and Opus once, whole publications by joining them.

The state is the truth: `lacking` compares what is published with what is made, so nothing is lost wherever a process ends,
and what was restored without its files is made again.
"""

import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tejido.engines import speech
from tejido.engines.faults import catalogued
from tejido.engines.press import sound
from tejido.ground import blobs, work
from tejido.ground.erasures.leftovers import before_receipts
from tejido.ground.store.models import Own
from tejido.ground.store.public import writing
from tejido.practices.relay import recordings
from tejido.practices.relay.press import feeds, made, reading, seasons
from tejido.practices.relay.press.models import Made
from tejido.practices.relay.publishing.public import Edition, Item, PublicVoice

BOTH = (made.MP3, made.OPUS)
_settled: str = ""


def claim_key(voice: str) -> str:
    """The name of the work on a voice's files."""
    return f"sound:{voice}"


def whole_key(edition: str) -> str:
    """The name of the work on a whole edition's files."""
    return f"whole:{edition}"


@work.task()
def render(voice: str) -> None:
    """MP3 and Opus of a voice; whoever else holds it goes on undisturbed."""
    work.alone(claim_key(voice), lambda held: run(voice, held))


def run(voice: str, held: work.Held) -> None:
    """One attempt. What no further attempt would cure is kept and shown; the rest is raised."""
    found = reading.voice_of(voice)
    if found is None or found.audio is None or not _lacking([found]):
        return
    held.beat(permille=50)
    with _folder() as folder:
        try:
            mp3, opus = sound.render(_opened(found.audio, folder), folder)
        except speech.SpeechError as fault:
            _failed(found, fault)
            return
        held.beat(permille=900)
        _keep_both(found, mp3, opus)


def _lacking(voices: Iterable[PublicVoice]) -> list[str]:
    """Row keys of the voices whose files are not here, made of another recording, or left out by a restore."""
    known = {voice.key: voice for voice in voices}
    files = made.find_all(known, (made.MP3, made.OPUS))
    return [key for key, voice in known.items() if not all(_is_of(voice, files.get((key, kind, ""))) for kind in BOTH)]


def _is_of(voice: PublicVoice, row: Made | None) -> bool:
    return row is not None and row.source == reading.source_of(voice) and blobs.has(row.blob)


def _failed(voice: PublicVoice, fault: speech.SpeechError) -> None:
    for kind in BOTH:
        made.failed(
            voice.key, kind, fault=fault.code, message=catalogued(fault.template), params=dict(fault.params),
            source=reading.source_of(voice),
        )  # fmt: skip


def _keep_both(voice: PublicVoice, mp3: sound.Rendition, opus: sound.Rendition) -> None:
    """Unless the voice was taken back meanwhile: what is written in the same transaction cannot miss that."""
    files = {kind: (made.store(one.path, one.type), one) for kind, one in ((made.MP3, mp3), (made.OPUS, opus))}
    with writing():
        stands = reading.voice_of(voice.key) is not None
        for kind, (stored, one) in files.items():
            if not stands:
                made.discard(stored)
                continue
            source = reading.source_of(voice)
            made.keep(voice.key, kind, stored, type=one.type, source=source, about=[voice.key], duration=one.duration)


def _opened(ref: blobs.BlobRef, folder: Path) -> Path:
    """A file of the vault in the open."""
    path = folder / "source"
    with path.open("wb") as file:
        for chunk in blobs.open_range(ref):
            file.write(chunk)
    return path


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder of its own that goes with the block."""
    folder = recordings.work_folder() / secrets.token_hex(8)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@work.task()
def join(edition: str) -> None:
    """The files of a whole edition (row key), once all its voices have theirs."""
    work.alone(whole_key(edition), lambda held: run_whole(edition, held))


def run_whole(edition: str, held: work.Held) -> None:
    """One attempt, without decoding anything: files are put one behind the other, a megabyte at a time."""
    found = next((one for one in reading.standing() if one.key == edition), None)
    parts = _parts(found) if found is not None else ()
    if found is None or not parts or _whole(found):
        return
    with _folder() as folder:
        for step, (kind, media_type) in enumerate(
            ((made.MP3_WHOLE, sound.MP3_TYPE), (made.OPUS_WHOLE, sound.OPUS_TYPE))
        ):
            held.beat(permille=500 * step)
            path = folder / kind
            _write(path, parts, kind, held, 500 * step)
            _keep_whole(found, kind, made.store(path, media_type), sum(mp3.duration for _item, mp3, _opus in parts))
            path.unlink()


Part = tuple[Item, Made, Made]


def _parts(edition: Edition) -> tuple[Part, ...]:
    """Each place with sound and its two files; nothing until all are there."""
    items = reading.heard(edition)
    files = made.find_all([voice.key for voice in reading.voices(items)], [made.MP3, made.OPUS])
    found = []
    for item in items:
        key = item.voice.key if item.voice else ""
        mp3, opus = files.get((key, made.MP3, "")), files.get((key, made.OPUS, ""))
        if mp3 is None or opus is None:
            return ()
        found.append((item, mp3, opus))
    return tuple(found)


def _write(path: Path, parts: Sequence[Part], kind: str, held: work.Held, before: int) -> None:
    with path.open("wb") as file:
        for chunk in _joined(parts, kind, held, before):
            file.write(chunk)


def _joined(parts: Sequence[Part], kind: str, held: work.Held, before: int) -> Iterator[bytes]:
    def told(place: int, row: Made) -> Iterator[bytes]:
        held.beat(permille=before + 400 * place // len(parts))
        yield from made.stream(row)

    if kind == made.MP3_WHOLE:
        return sound.joined_mp3(told(place, mp3) for place, (_item, mp3, _opus) in enumerate(parts))
    begins = sound.starts([mp3.duration for _item, mp3, _opus in parts])
    return sound.joined_opus(
        (start, told(place, opus)) for place, (start, (_item, _mp3, opus)) in enumerate(zip(begins, parts, strict=True))
    )


def _keep_whole(edition: Edition, kind: str, stored: made.Stored, duration: int) -> None:
    """Unless a voice in it was taken back meanwhile."""
    items = reading.heard(edition)
    source = reading.source_of_whole(items)
    with writing():
        now = next((one for one in reading.standing() if one.key == edition.key), None)
        if now is None or reading.source_of_whole(reading.heard(now)) != source:
            made.discard(stored)
            return
        about = [voice.key for voice in reading.voices(items)]
        made.keep(edition.key, kind, stored, type=stored.ref.type, source=source, about=about, duration=duration)


def _whole(edition: Edition) -> bool:
    """Whether its files are here, or it has no sound."""
    items = reading.heard(edition)
    source = reading.source_of_whole(items)
    rows = [made.find(edition.key, kind, source=source) for kind in (made.MP3_WHOLE, made.OPUS_WHOLE)]
    return not items or all(row is not None and blobs.has(row.blob) for row in rows)


@work.sweeper
def lacking() -> None:
    """Queue what is published and not made; erase what is made and no longer published. Quiet while nothing changes."""
    global _settled  # noqa: PLW0603 - looked at again when something changes, and once in each process
    now = reading.stamp() if Own.objects.exists() else ""
    if now and now != _settled and reconcile():
        _settled = now
        for lang in feeds.languages():  # so that the first app to ask does not wait for a thousand episodes
            feeds.of(lang)


def reconcile() -> bool:
    """One look at everything; whether nothing is lacking that could be made."""
    editions = reading.standing()
    seasons.give(reading.ours())
    clear(editions)
    voices = {voice.key: voice for one in editions for voice in reading.voices(reading.heard(one))}
    lacking = _lacking(voices.values())
    vain = {
        row.subject for row in made.faults(lacking, [made.MP3]) if row.source == reading.source_of(voices[row.subject])
    }
    wanted = [key for key in lacking if key not in vain]
    wholes = [one for one in editions if one.form == reading.WHOLE and not _whole(one) and not _named(one) & vain]
    _queue(render, [claim_key(key) for key in wanted])
    _queue(join, [whole_key(one.key) for one in wholes if not _named(one) & set(lacking)])
    return not wanted and not wholes


def _named(edition: Edition) -> set[str]:
    return {voice.key for voice in reading.voices(reading.heard(edition))}


def _queue(task: "work.Task[..., None]", keys: Sequence[str]) -> None:
    for key in work.due(keys):
        work.enqueue_once(task, key.partition(":")[2])


def clear(editions: Sequence[Edition]) -> None:
    """Erase the files of voices and editions that are not published any more, and wholes of editions that were replaced."""
    known = {one.key for one in editions} | {voice.key for one in editions for voice in one.voices}
    rows = list(Made.objects.filter(kind__in=made.SOUNDS).exclude(subject__in=known))
    made.remove([row for row in rows if row.kind in (made.MP3_WHOLE, made.OPUS_WHOLE)])
    for key in made.subjects() & reading.withdrawn():
        made.forget(key)
    for key in {row.subject for row in rows if row.kind in (made.MP3, made.OPUS)}:
        if reading.voice_of(key) is None:
            taken_back(key)


def taken_back(voice: str) -> None:
    """Erase everything made of a voice."""
    made.forget(voice)
    work.forget([claim_key(voice)])


def followed(keys: Sequence[str]) -> None:
    """Voices came or were taken back: told after the commit. What is to be made, the sweeper finds."""
    for key in made.known(keys):
        if reading.voice_of(key) is None:
            taken_back(key)


@before_receipts
def finished(keys: Sequence[str]) -> None:
    """No receipt says that a voice is erased here while a file made of it is left."""
    followed(keys)
    followed_editions(keys)


def followed_editions(keys: Sequence[str]) -> None:
    """Editions came, were corrected or withdrawn: told after the commit."""
    known = made.known(keys)
    for key in known & reading.withdrawn() if known else ():
        made.forget(key)
        work.forget([whole_key(key)])
