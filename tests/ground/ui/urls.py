"""A gallery of the components, for tests and for looking at."""

import io
import wave

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from tejido.site.urls import handler400, handler403, handler404, handler500
from tejido.site.urls import urlpatterns as site
from tests.ground.ui.sample import a_chain

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

GALLERY = """{% extends "ui/base.html" %}
{% block title %}The minutes to the gate{% endblock %}
{% block content %}
{% notice "Passed on to the network." "success" %}{% notice "The recording is 11 minutes long." "error" %}
{% chain nodes %}
<section><h2>Listen</h2>{% player src="/sample.wav" segments=segments lang="ar" label="Report" synthetic=True %}</section>
{% progress 3 8 "Transcribing" %}
{% empty_state "No chain yet" "Ask a question that a circle elsewhere could answer." "/" "Open a chain" %}
<p>{% language_badge "yo" %} {% badge "machine" %} {% badge "withdrawn" %} {% badge "working" %} {% hours 26.4 %}</p>
{% endblock %}"""
SEGMENTS = [
    {"start": 0.0, "end": 4.2, "text": "عندنا أيضاً لا يكتبون ساعات العمل الإضافية.", "machine": True, "url": "/"},
    {"start": 4.2, "end": 9.0, "text": "بدأنا نصوّر بطاقات الدوام كلّ مساء."},
]


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component once."""
    template = engines["django"].from_string(GALLERY)
    return HttpResponse(template.render({"nodes": [a_chain()], "segments": SEGMENTS}, request))


def sample(request: HttpRequest) -> HttpResponse:
    """Ten seconds of silence."""
    sound = io.BytesIO()
    with wave.open(sound, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        writer.writeframes(bytes(160_000))
    return HttpResponse(sound.getvalue(), content_type="audio/wav", headers={"Accept-Ranges": "none"})


urlpatterns = [*site, path("gallery/", gallery, name="gallery"), path("sample.wav", sample)]
