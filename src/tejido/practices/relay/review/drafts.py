"""Local work that never leaves the node and survives a rebuild: drafts in the making, and what somebody is typing."""

from django.db import models


class Drafting(models.Model):
    """A machine's translation in the making; `key` is the subject's row key and the language.

    `pieces`: drafts so far, of `tried` segments out of `total`; `heard`: English heard in the speech, by segment, up to
    `heard_ms`, by the model `heard_by`; `outside`: somebody agreed that the words go to the node's translation server.
    `state`: waiting, failed (`code` and `message` say why) or unavailable (no engine for this pair here).
    """

    key = models.CharField(max_length=70, primary_key=True)
    kind = models.CharField(max_length=8)
    subject = models.CharField(max_length=26, db_index=True)
    lang = models.CharField(max_length=35)
    state = models.CharField(max_length=12, default="waiting", db_index=True)
    run = models.CharField(max_length=12)
    outside = models.BooleanField(default=False)
    pieces = models.JSONField(default=list)
    total = models.IntegerField(default=0)
    tried = models.IntegerField(default=0)
    heard = models.JSONField(default=dict)
    heard_ms = models.IntegerField(default=0)
    heard_by = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=40, blank=True)
    message = models.TextField(blank=True)
    params = models.JSONField(default=dict)

    @property
    def percent(self) -> int:
        """How much of the text has its draft."""
        steps = self.tried * 2 if not self.heard else self.tried + len(self.heard)
        return min(99, steps * 50 // self.total) if self.total else 0


class Typing(models.Model):
    """What a person is writing into a segment, not saved yet: kept so that no crash loses it, seen by the others.

    `bench` is the subject's row key and the language (`original` for a transcript); `base` is the hash of the text they began
    from. An empty `base` says that they are only looking. Nothing of it is an event; it goes when it is saved.
    """

    key = models.CharField(max_length=130, primary_key=True)
    bench = models.CharField(max_length=70, db_index=True)
    segment = models.CharField(max_length=32)
    user = models.BigIntegerField()
    name = models.CharField(max_length=80)
    text = models.TextField(blank=True)
    base = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
