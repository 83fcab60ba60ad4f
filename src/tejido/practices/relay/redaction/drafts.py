"""Local work that never leaves the node: what is being marked, what was cut and waits to be heard, voices in the making."""

from django.db import models


class Marking(models.Model):
    """What is marked in a report (its row key), on the words and the sound that `base` names.

    `state`: marking, waiting, running, ready (`trial` is a file of the vault to listen to, empty where there is no sound) or
    failed (`code`, `message`, `params` say why). `spans`: what was cut, in ms; `duration`: of the trial, in ms.
    """

    report = models.CharField(max_length=26, primary_key=True)
    base = models.CharField(max_length=64)
    marks = models.JSONField(default=dict)
    mode = models.CharField(max_length=5, default="cut")
    state = models.CharField(max_length=8, default="marking", db_index=True)
    spans = models.JSONField(default=list)
    trial = models.JSONField(null=True)
    duration = models.IntegerField(default=0)
    code = models.CharField(max_length=40, blank=True)
    message = models.TextField(blank=True)
    params = models.JSONField(default=dict)


class Waveform(models.Model):
    """The loudness of a report's recording (`blob`) in equal steps, 0 to 100; empty until it was drawn."""

    report = models.CharField(max_length=26, primary_key=True)
    blob = models.CharField(max_length=64)
    peaks = models.JSONField(default=list)


class Voicing(models.Model):
    """A safer voice in the making; `source` is the file it is made of. `state`: waiting, running or failed."""

    report = models.CharField(max_length=26, primary_key=True)
    source = models.CharField(max_length=64)
    state = models.CharField(max_length=8, default="waiting", db_index=True)
    code = models.CharField(max_length=40, blank=True)
    message = models.TextField(blank=True)
    params = models.JSONField(default=dict)
