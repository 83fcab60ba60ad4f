"""Local work that never leaves the node and survives a rebuild: transcriptions under way."""

from django.db import models


class Transcription(models.Model):
    """A machine's transcript in the making; `report` is the row key, `segments` are those finished so far.

    `state`: waiting, running, done, failed (`code` and `params` say why; nothing will change by itself) or
    unavailable (no model on this node at present).
    """

    report = models.CharField(max_length=26, primary_key=True)
    state = models.CharField(max_length=12, default="waiting", db_index=True)
    lang = models.CharField(max_length=35)
    prefix = models.CharField(max_length=8)
    segments = models.JSONField(default=list)
    done_ms = models.IntegerField(default=0)
    total_ms = models.IntegerField(default=0)
    code = models.CharField(max_length=40, blank=True)
    message = models.TextField(blank=True)
    params = models.JSONField(default=dict)

    @property
    def percent(self) -> int:
        """How much of the recording has been heard."""
        return min(99, self.done_ms * 100 // self.total_ms) if self.total_ms else 0


class Removed(models.Model):
    """Which fields stood in a recording as it was sent: pairs of name and place; their values are kept nowhere."""

    report = models.CharField(max_length=26, primary_key=True)
    fields = models.JSONField(default=list)


class Trace(models.Model):
    """Something in the network that was made of a report, or of its copy, and was taken back: both by row key.

    An erased report says nothing of its copies any more; whoever asks who has erased them finds them here."""

    of = models.CharField(max_length=26, db_index=True)
    copy = models.CharField(max_length=26)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "copy"], name="relay_trace_once")]
