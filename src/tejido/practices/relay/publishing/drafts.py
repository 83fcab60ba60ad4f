"""What is local and no event: which of our publications no longer say what their voices say at home."""

from django.db import models


class Behind(models.Model):
    """A publication whose newest edition is behind: `voices` of its places would be others today."""

    slug = models.CharField(max_length=8, primary_key=True)
    voices = models.IntegerField()
