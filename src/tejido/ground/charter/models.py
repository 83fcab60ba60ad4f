"""Matters as rows, and links that carry an invitation."""

from typing import ClassVar

from django.db import models

from tejido.ground.store.derived import ReadModel


class MatterRow(ReadModel):
    """A proposal, a request, a suspension or a leave-taking; `state` is the folded `Matter` as JSON."""

    single: ClassVar[bool] = True

    what = models.CharField(max_length=10)
    about = models.CharField(max_length=64)
    state = models.TextField()

    class Meta(ReadModel.Meta):
        abstract = False


class InvitationLink(models.Model):
    """A link under which a stranger finds an invitation; `digest` is the SHA-256 of its token. Local, no event.

    `network` is the row key of its space."""

    digest = models.CharField(max_length=64, unique=True)
    network = models.CharField(max_length=26, db_index=True)
    note = models.CharField(max_length=80, blank=True)
    made = models.DateField()
    expires = models.DateTimeField()
    most = models.IntegerField()
    used = models.IntegerField(default=0)
    revoked = models.BooleanField(default=False)

    class Meta:
        ordering = ["-made", "-pk"]
