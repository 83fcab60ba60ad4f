"""Local tables: what a keeper says about the public site. They never leave the node but by its own pages."""

from django.db import models


class Site(models.Model):
    """One row. `open`: shown before anything is published; `first`: the language of pages for readers who prefer none of ours."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    open = models.BooleanField(default=False)
    first = models.CharField(max_length=10, default="en")
    changed = models.DateTimeField(auto_now=True)


class About(models.Model):
    """Who this is, in one language, in the words of a keeper."""

    lang = models.CharField(max_length=35, primary_key=True)
    text = models.TextField()
