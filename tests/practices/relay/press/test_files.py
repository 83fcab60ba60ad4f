"""Files as players fetch them, and what becomes of them when a voice or a publication is taken back."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from tejido.engines.press import sound as engine
from tejido.ground import blobs, work
from tejido.ground.blobs import rebuildable
from tejido.ground.people import OPERATOR
from tejido.practices.relay import actions
from tejido.practices.relay.press import addresses, feeds, made, reading, seasons, selectors, tasks
from tejido.practices.relay.press.hooks import to_everybody
from tejido.practices.relay.press.models import Feed, Made
from tejido.practices.relay.publishing import actions as publishing
from tejido.practices.relay.publishing.choice import Choice
from tests.ground.people.builders import signed_in
from tests.practices.relay.builders import Node
from tests.practices.relay.press.builders import Told, make, told
from tests.practices.relay.press.test_made import bytes_in

Commits = DjangoCaptureOnCommitCallbacks


def status(client: Client, path: str, **headers: str) -> int:
    answer = client.get(path, headers=headers)
    assert answer.getvalue() is not None
    return answer.status_code


def test_players_ask_for_heads_ranges_and_changes(each: Told, client: Client) -> None:
    voice = each.edition.voices[0]
    path = addresses.sound(voice.key, "mp3")
    row = made.find(voice.key, made.MP3)
    assert row is not None
    whole = client.get(path)
    data = whole.getvalue()
    head = client.head(path)
    assert (head.status_code, head.getvalue(), head["Content-Length"]) == (200, b"", str(row.size))
    assert (head["Content-Type"], head["Accept-Ranges"]) == ("audio/mpeg", "bytes")
    assert head["Content-Disposition"] == f'inline; filename="{voice.key}.mp3"'
    part = client.get(path, headers={"Range": "bytes=192-383"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 192-383/{row.size}")
    assert part.getvalue() == data[192:384]
    last = client.get(path, headers={"Range": "bytes=-192"})
    assert (last.status_code, last.getvalue()) == (206, data[-192:])
    assert status(client, path, Range=f"bytes={row.size}-") == 416
    for again in ({"If-None-Match": whole["ETag"]}, {"If-Modified-Since": whole["Last-Modified"]}):
        same = client.get(path, headers=again)
        assert (same.status_code, same.getvalue(), same["Cache-Control"]) == (304, b"", "public, max-age=3600")
    assert client.get(path, headers={"Range": "bytes=0-9", "If-Range": '"other"'}).status_code == 200
    assert client.post(path).status_code == 405


def test_a_feed_is_written_once_and_answered_from_what_was_kept(
    each: Told, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    path = addresses.feed("es")
    first = client.get(path)
    with django_assert_max_num_queries(8):
        again = client.get(path)
    assert again.content == first.content
    assert (first["Content-Type"], first["Cache-Control"]) == (
        "application/rss+xml; charset=utf-8",
        "public, max-age=300",
    )
    assert status(client, path, **{"If-None-Match": first["ETag"]}) == 304
    assert status(client, path, **{"If-Modified-Since": first["Last-Modified"]}) == 304
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(first.content) / 3
    assert client.get(addresses.feed("fr")).status_code == 404


def test_a_voice_without_files_is_not_in_the_feed(node: Node, at_home: None, client: Client, tmp_path: Path) -> None:
    found = told(node, tmp_path)
    tasks.reconcile()
    voices = found.edition.voices
    assert work.waiting_for(tasks.render) == {voice.key for voice in voices}
    assert b"<item>" not in client.get(addresses.feed("es")).content
    assert status(client, addresses.sound(voices[0].key, "mp3")) == 404
    tasks.render.call(voices[0].key)
    assert client.get(addresses.feed("es")).content.count(b"<item>") == 1
    assert selectors.progress(found.edition).percent == 33
    make()
    assert client.get(addresses.feed("es")).content.count(b"<item>") == 3
    assert selectors.progress(found.edition) == selectors.Progress(3, 3)


def test_each_voice_is_made_once(each: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {row.pk for row in Made.objects.all()}
    monkeypatch.setattr(engine, "render", lambda *_given: pytest.fail("made twice"))
    make()
    assert {row.pk for row in Made.objects.all()} == before
    assert tasks.reconcile()


def test_an_erased_voice_is_gone_from_everywhere(
    whole: Told, client: Client, tmp_path: Path, django_capture_on_commit_callbacks: Commits
) -> None:
    voice = next(one for one in whole.edition.voices if one.lang == "ar")
    rows = [made.find(voice.key, kind) for kind in (made.MP3, made.OPUS)]
    heard = [b"".join(made.stream(row))[1920:2500] for row in rows if row]
    said = "نعمل اثنتي عشرة ساعة"
    assert said in client.get(addresses.text(whole.slug, "mul", "vtt")).content.decode()
    assert all(bytes_in(tmp_path, needle) for needle in heard)
    feeds.of("es")
    with django_capture_on_commit_callbacks(execute=True):
        actions.withdraw(viewer=OPERATOR, report=whole.reports[1])
    assert not any(bytes_in(tmp_path / "blobs", needle) for needle in heard)
    assert not Made.objects.filter(about__contains=voice.key).exists()
    assert not any(bytes(row.body) for row in Feed.objects.all())
    for path in (
        addresses.sound(voice.key, "mp3"),
        addresses.sound(voice.key, "opus"),
        addresses.text(voice.key, "ar", "vtt"),
    ):
        assert status(client, path) == 410, path
    assert status(client, addresses.sound(whole.slug, "mp3")) == 404  # it is being made without her
    assert b"<item>" not in client.get(addresses.feed("es")).content
    make()
    (item,) = [client.get(addresses.feed("es")).content.decode()]
    assert item.count("<item>") == 1
    assert said not in client.get(addresses.text(whole.slug, "mul", "vtt")).content.decode()
    assert client.get(addresses.chapters(whole.slug)).json()["chapters"][1]["startTime"] > 0
    assert status(client, addresses.sound(whole.slug, "mp3")) == 200


def test_an_unpublished_podcast_stays_empty_for_its_subscribers(
    each: Told, client: Client, django_capture_on_commit_callbacks: Commits
) -> None:
    voice = each.edition.voices[0]
    with django_capture_on_commit_callbacks(execute=True):
        publishing.unpublish(viewer=OPERATOR, slug=each.slug)
    tasks.reconcile()
    answer = client.get(addresses.feed("es"))
    assert (answer.status_code, b"<item>" in answer.content) == (200, False)
    assert status(client, addresses.sound(voice.key, "mp3")) == 410
    assert status(client, addresses.sound(each.slug, "mp3")) == 410
    assert not Made.objects.exists()
    assert list(blobs.ids()) == [one for one in blobs.ids() if one not in rebuildable.ids()]


def test_numbers_are_given_once(
    each: Told, tmp_path: Path, client: Client, django_capture_on_commit_callbacks: Commits
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        publishing.unpublish(viewer=OPERATOR, slug=each.slug)
    again = publishing.publish(viewer=OPERATOR, choice=Choice(chains=(each.node.chain,), langs=("es", "ar")))
    make()
    assert {slug: one.number for slug, one in seasons.of().items()} == {each.slug: 1, again: 2}
    text = client.get(addresses.feed("es")).content.decode()
    assert text.count("<itunes:season>2</itunes:season>") == 3
    assert f'<guid isPermaLink="false">{again}-es-1</guid>' in text


def test_a_correction_does_not_make_an_episode_new(each: Told, client: Client) -> None:
    before = client.get(addresses.feed("es")).content.decode()
    choice = Choice(chains=(each.node.chain,), langs=("es", "ar"), titles={"es": "Mucho calor"}, changes=("Title",))
    publishing.correct(viewer=OPERATOR, slug=each.slug, choice=choice)
    make()
    after = client.get(addresses.feed("es")).content.decode()
    assert "Mucho calor" in after
    for name in ("guid", "pubDate", "itunes:episode", "itunes:season"):
        assert [line for line in after.split("\n") if f"<{name}" in line] == [
            line for line in before.split("\n") if f"<{name}" in line
        ]


def test_what_a_restore_left_out_is_made_again(whole: Told, client: Client) -> None:
    left_out = rebuildable.ids()
    assert {row.blob for row in Made.objects.all()} == left_out
    for blob in left_out:
        blobs.vault().storage.delete(blob)
    assert not tasks.reconcile()
    make()
    assert rebuildable.ids() == left_out
    assert all(map(blobs.has, left_out))
    assert status(client, addresses.sound(whole.slug, "opus")) == 200


def test_a_recording_that_cannot_be_read_is_told_and_not_tried_for_ever(
    node: Node, at_home: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tejido.engines.speech.errors import NothingDecoded

    found = told(node, tmp_path)

    def unreadable(*_given: object) -> None:
        raise NothingDecoded(container="mp4", skipped=3)

    with monkeypatch.context() as patch:
        patch.setattr(engine, "render", unreadable)
        make()
    assert tasks.reconcile()
    progress = selectors.progress(found.edition)
    assert (progress.total, progress.done, len(progress.faults)) == (3, 0, 3)
    assert progress.faults[0].message % progress.faults[0].params == (
        "This mp4 file announces sound, but none of it can be decoded (3 damaged packets). Export or record it again."
    )


def test_a_voice_taken_back_while_it_is_encoded_leaves_nothing(
    node: Node,
    at_home: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Commits,
) -> None:
    found = told(node, tmp_path)
    voice = next(one for one in found.edition.voices if one.lang == "ar")
    render = engine.render

    def meanwhile(source: Path, folder: Path) -> object:
        done = render(source, folder)
        actions.withdraw(viewer=OPERATOR, report=found.reports[1])
        return done

    monkeypatch.setattr(engine, "render", meanwhile)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.render.call(voice.key)
    assert not Made.objects.exists()
    assert reading.voice_of(voice.key) is None
    assert not rebuildable.ids()
    assert not bytes_in(tmp_path / "blobs", b"OpusTags")


def test_the_publications_page_says_how_far_the_sound_is(node: Node, at_home: None, tmp_path: Path) -> None:
    found = told(node, tmp_path, form="whole")
    client = signed_in("layla", "keeper")
    tasks.reconcile()
    tasks.render.call(found.edition.voices[0].key)
    text = client.get(reverse("publishing_one", args=[found.slug])).content.decode()
    assert '<progress max="100" value="33">' in text
    assert "Sound files" in text
    make()
    text = client.get(reverse("publishing_one", args=[found.slug])).content.decode()
    assert "Sound files" not in text
    assert text.count("<progress") == 1  # the books are not made yet
    assert "https://voices.example/p/feed/es.xml" in text
    shown = {one.path for one in to_everybody()}
    assert {addresses.feed("ar"), addresses.sound(found.slug, "opus")} <= shown


def test_whoever_asks_for_what_is_not_here_is_nobody(each: Told, client: Client) -> None:
    nothing = "a" * 26
    for path in (
        addresses.sound(nothing, "mp3"),
        addresses.text(nothing, "es", "vtt"),
        addresses.feed("fr"),
        addresses.chapters(each.slug),
        addresses.dossier(each.slug, "fr", "pdf"),
        addresses.dossier(each.slug, "es", "pdf"),
        addresses.cover("zzzzzzzz"),
    ):
        answer = client.get(path)
        assert answer.status_code in {404, 503}, path
        assert not answer.cookies, path
        assert b"<form" not in answer.content, path
