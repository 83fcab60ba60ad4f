"""What is local and no event: which of our publications no longer say what their voices say at home, and proofs of editions
that are not published yet.
"""

from django.db import models


class Behind(models.Model):
    """A publication whose newest edition is behind: `voices` of its places would be others today."""

    slug = models.CharField(max_length=8, primary_key=True)
    voices = models.IntegerField()


class Proof(models.Model):
    """What somebody chose to look at before publishing it (`choice`, JSON): no voice's words, which are read anew each time.

    `slug`: the publication that it corrects, or empty; `address`: the one that it would have; `base`: of what was seen.
    """

    key = models.CharField(max_length=26, primary_key=True)
    slug = models.CharField(max_length=8, blank=True)
    address = models.CharField(max_length=8)
    choice = models.TextField()
    base = models.CharField(max_length=64)
    keep_earlier = models.BooleanField(default=True)
    at = models.DateTimeField()
