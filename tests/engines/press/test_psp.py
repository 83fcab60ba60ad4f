"""The checklist itself: a good feed passes every rule, and each rule finds the fault that it is there for."""

from dataclasses import replace

import pytest

from tejido.engines.press import feed
from tests.engines.press import psp
from tests.engines.press.shows import FIRST, SECOND, SHOW

GOOD = feed.rss(SHOW, [FIRST, replace(SECOND, season=2, image=FIRST.image)])
FAULTS = {
    "namespaces_are_spelt_exactly": ("podcastindex.org/namespace/1.0", "podcastindex.org/Namespace/1.0"),
    "the_channel_has_what_is_required": ("<podcast:locked>yes</podcast:locked>", ""),
    "the_channel_names_its_own_address": ('rel="self"', 'rel="alternate"'),
    "the_guid_is_made_of_the_address": ("<podcast:guid>", "<podcast:guid>0"),
    "the_language_is_a_tag": ("<language>es</language>", "<language>Spanish</language>"),
    "the_category_is_apples": ('text="Politics"', 'text="Politica"'),
    "explicit_is_true_or_false": ("<itunes:explicit>false", "<itunes:explicit>no"),
    "images_end_as_their_type_does": ("show-3f.png", "show-3f"),
    "descriptions_are_short": ("<description>Reports", f"<description>{'x' * 4000}Reports"),
    "descriptions_of_episodes_use_allowed_elements": ("&lt;p&gt;Respuesta&lt;/p&gt;", "&lt;h1&gt;Respuesta&lt;/h1&gt;"),
    "values_are_short_and_without_space_at_the_ends": ("<title>Una", "<title> Una"),
    "each_episode_has_what_is_required": ("<itunes:duration>12</itunes:duration>", ""),
    "titles_hold_no_episode_number": ("<title>Una", "<title>Ep. 2: Una"),
    "enclosures_are_complete": ('length="99000"', 'length="0"'),
    "guids_and_enclosures_are_distinct": (">hop-90bb<", ">hop-7f3a<"),
    "a_guid_that_is_no_address_says_so": ('isPermaLink="false">hop-90bb', ">hop-90bb"),
    "dates_are_rfc_2822_and_not_to_come": ("<pubDate>Fri, 14 Nov 2025", "<pubDate>Wed, 14 Nov 2125"),
    "durations_are_whole_seconds": ("<itunes:duration>12<", "<itunes:duration>12.4<"),
    "a_serial_show_numbers_its_episodes": ("<itunes:episode>2<", "<itunes:episode>0<"),
    "transcripts_name_a_type_that_players_know": ('type="text/vtt"', 'type="text/x-vtt"'),
    "persons_have_names": (">Círculo del puerto<", "> <"),
    "nothing_says_where_anybody_is": (
        "<podcast:medium>",
        "<podcast:location>Chicago</podcast:location><podcast:medium>",
    ),
    "podcast_elements_keep_to_the_schema": ("<podcast:locked>yes", "<podcast:locked>true"),
}


def test_a_good_feed_passes_every_rule() -> None:
    assert psp.broken(GOOD.encode()) == {}


def test_every_rule_has_a_fault() -> None:
    assert set(FAULTS) == set(psp.RULES)


@pytest.mark.parametrize("rule", FAULTS)
def test_each_rule_finds_its_fault(rule: str) -> None:
    was, wrong = FAULTS[rule]
    assert was in GOOD
    assert psp.broken(GOOD.replace(was, wrong).encode())[rule]
