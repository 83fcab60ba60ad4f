"""Rows that show the relay, made from folded state. References between aggregates are row keys, not foreign keys."""

from django.db import models

from tejido.ground.store.public import ReadModel
from tejido.practices.relay.drafts import Transcription


class Circle(ReadModel):
    """A circle; `langs` are language tags with spaces between."""

    single = True

    aggregate = models.CharField(max_length=64)
    org = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=80)
    place = models.CharField(max_length=80)
    langs = models.CharField(max_length=300)

    class Meta(ReadModel.Meta):
        pass


class Chain(ReadModel):
    """A chain's question; `at` in Unix seconds."""

    single = True

    aggregate = models.CharField(max_length=64)
    org = models.CharField(max_length=64)
    circle = models.CharField(max_length=26)
    title = models.CharField(max_length=160)
    question = models.TextField()
    lang = models.CharField(max_length=35)
    day = models.CharField(max_length=10)
    at = models.BigIntegerField(null=True)

    class Meta(ReadModel.Meta):
        indexes = [models.Index(fields=["at"])]


class Report(ReadModel):
    """A report of this organisation; `preview`, `master`, `lines`, `passages` and `names` are JSON.

    `names` are the full names of chain, parent and circle, as events carry them. `state` is that of its words. `cut`: how
    words were taken out of it (cut, tone, words) or empty; `voices` is JSON: it in safer voices; `circles`, `public`:
    the voice chosen for either; `asked` is JSON: spoken answers to what is allowed.
    """

    single = True

    aggregate = models.CharField(max_length=64)
    role = models.CharField(max_length=12)
    chain = models.CharField(max_length=26)
    parent = models.CharField(max_length=26)
    circle = models.CharField(max_length=26)
    lang = models.CharField(max_length=35)
    pseudonym = models.CharField(max_length=80)
    day = models.CharField(max_length=10)
    at = models.BigIntegerField(null=True)
    preview = models.TextField()
    master = models.TextField()
    duration = models.IntegerField()
    synthetic = models.BooleanField()
    model = models.CharField(max_length=120)
    transcribed = models.BooleanField()
    lines = models.TextField()
    excerpt = models.CharField(max_length=300)
    conflicts = models.IntegerField()
    state = models.CharField(max_length=10)
    passages = models.TextField()
    hop = models.CharField(max_length=26)
    names = models.TextField()
    cut = models.CharField(max_length=5)
    voices = models.TextField()
    circles = models.CharField(max_length=10)
    public = models.CharField(max_length=10)
    asked = models.TextField()
    quotes = models.TextField()
    stub = models.TextField()

    class Meta(ReadModel.Meta):
        indexes = [models.Index(fields=["chain"]), models.Index(fields=["at"]), models.Index(fields=["hop"])]


class Hop(ReadModel):
    """A copy that was passed; `audio`, `lines` and `quotes` are JSON, empty where it is withheld or withdrawn.

    `stub` is what a redact of it would leave behind, as JSON; `tier`: the voice in which anybody may hear it.
    """

    single = True

    aggregate = models.CharField(max_length=64)
    org = models.CharField(max_length=64)
    chain = models.CharField(max_length=26)
    parent = models.CharField(max_length=26)
    role = models.CharField(max_length=12)
    circle = models.CharField(max_length=26)
    lang = models.CharField(max_length=35)
    day = models.CharField(max_length=10)
    at = models.BigIntegerField(null=True)
    pseudonym = models.CharField(max_length=80)
    audio = models.TextField()
    voice = models.CharField(max_length=10)
    duration = models.IntegerField()
    synthetic = models.BooleanField()
    by = models.CharField(max_length=8)
    state = models.CharField(max_length=10)
    lines = models.TextField()
    excerpt = models.CharField(max_length=300)
    letters = models.IntegerField()
    purposes = models.CharField(max_length=120)
    tier = models.CharField(max_length=10)
    edition = models.IntegerField()
    status = models.CharField(max_length=10)
    quotes = models.TextField()
    stub = models.TextField()

    class Meta(ReadModel.Meta):
        indexes = [
            models.Index(fields=["chain", "at"]),
            models.Index(fields=["parent"]),
            # the chain list counts from this index alone, without the rows and their long texts
            models.Index(fields=["chain", "status", "parent", "lang", "org", "circle", "at", "key"]),
        ]


class Invitation(ReadModel):
    """An invitation to answer until a day."""

    single = True

    aggregate = models.CharField(max_length=64)
    org = models.CharField(max_length=64)
    chain = models.CharField(max_length=26, db_index=True)
    hop = models.CharField(max_length=26)
    circle = models.CharField(max_length=26)
    to_org = models.CharField(max_length=64, db_index=True)
    to_circle = models.CharField(max_length=26)
    deadline = models.CharField(max_length=10)
    note = models.TextField()
    day = models.CharField(max_length=10)
    ended = models.BooleanField()

    class Meta(ReadModel.Meta):
        pass


__all__ = ["Chain", "Circle", "Hop", "Invitation", "Report", "Transcription"]
