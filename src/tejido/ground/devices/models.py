"""What only this node knows of its sheets."""

from django.db import models


class Confirmed(models.Model):
    """That somebody has the sheets of these keys on paper: `keys` is a digest of admin and recovery quorum."""

    keys = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(auto_now_add=True)
