"""Why a voice, its sound or a language of it stays at home: one value and one plain sentence each."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Reason(StrEnum):
    """Why something of a hop does not leave."""

    WITHDRAWN = "withdrawn"
    WITHHELD = "withheld"
    NO_WORDS = "no-words"
    NO_CONSENT = "no-consent"
    NOT_APPROVED = "not-approved"
    VOICE_NOT_ALLOWED = "voice-not-allowed"
    NO_SAFER_VOICE = "no-safer-voice"
    SOUND_NOT_CHOSEN = "sound-not-chosen"
    SOUND_NOT_HERE = "sound-not-here"
    WORDS_ONLY = "words-only"
    NOT_TRANSLATED = "not-translated"
    TRANSLATION_NOT_ALLOWED = "translation-not-allowed"
    QUOTE_STAYS = "quote-stays"


SENTENCES: dict[Reason, Promise] = {
    Reason.WITHDRAWN: _("This voice was withdrawn. Only its place is left."),
    Reason.WITHHELD: _("Its speaker does not allow it to be passed on any more."),
    Reason.NO_WORDS: _("There are no words yet."),
    Reason.NO_CONSENT: _("Its speaker has not allowed the words to be published."),
    Reason.NOT_APPROVED: _("Not every line of it has been approved by a person."),
    Reason.VOICE_NOT_ALLOWED: _("Its speaker has not allowed this voice to be heard in public: only the words leave."),
    Reason.NO_SAFER_VOICE: _(
        "Its speaker allows a safer voice only, and there is none of today's words: only the words leave."
    ),
    Reason.SOUND_NOT_CHOSEN: _("No voice was chosen for the public: only the words leave."),
    Reason.SOUND_NOT_HERE: _(
        "The recording is not on this node: only the words leave. Perhaps the next exchange brings it."
    ),
    Reason.WORDS_ONLY: _("You chose to publish words only."),
    Reason.NOT_TRANSLATED: _("There is no translation into this language that a person approved line by line."),
    Reason.TRANSLATION_NOT_ALLOWED: _("Its speaker has not allowed translations."),
    Reason.QUOTE_STAYS: _("It quotes a voice that is not published here: the quoted words are left out."),
}
