"""Who works on what. Local and short-lived; nothing in it is content."""

from django.db import models


class Claim(models.Model):
    """One piece of work, named by `key`, for example `transcribe:<row key>`.

    `until`: while running, when its owner counts as dead; while waiting, before when it is not tried again.
    """

    class State(models.TextChoices):
        RUNNING = "running"
        WAITING = "waiting"
        DONE = "done"
        STUCK = "stuck"

    key = models.CharField(primary_key=True, max_length=200)
    owner = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices)
    attempts = models.PositiveIntegerField(default=1)
    permille = models.PositiveIntegerField(default=0)
    from_permille = models.PositiveIntegerField(default=0)  # where this attempt began
    fruitless = models.PositiveIntegerField(default=0)  # attempts in a row that came no further
    note = models.CharField(max_length=200, default="")
    error = models.CharField(max_length=200, default="")
    beat_at = models.DateTimeField()
    until = models.DateTimeField(db_index=True)
