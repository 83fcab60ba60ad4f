"""Addresses of redaction and voices."""

from django.urls import path

from tejido.practices.relay.redaction import speaking, views

urlpatterns = [
    path("reports/<key:key>/redact/", views.redact, name="relay_redact"),
    path("reports/<key:key>/redact/audio/", views.trial_audio, name="relay_redact_audio"),
    path("reports/<key:key>/redact/progress/", views.progress, name="relay_redact_progress"),
    path("reports/<key:key>/voice/", speaking.voice, name="relay_voice"),
    path("reports/<key:key>/voice/<slug:voice>/audio/", speaking.voice_audio, name="relay_voice_audio"),
]
