"""Addresses of the relay room."""

from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from tejido.practices.relay import doing, views


class RowKey(StringConverter):
    """A row key: 26 characters of base32."""

    regex = "[a-z2-7]{26}"


register_converter(RowKey, "key")

urlpatterns = [
    path("phone/", doing.phone, name="phone"),
    path("", include("tejido.practices.relay.redaction.urls")),
    path("chains/", views.chains, name="relay_chains"),
    path("chains/new/", doing.open_chain, name="relay_open_chain"),
    path("chains/<key:key>/", views.chain, name="relay_chain"),
    path("chains/<key:key>/read/", views.read, name="relay_read"),
    path("chains/<key:key>/change/", doing.change_chain, name="relay_change_chain"),
    path("chains/<key:key>/report/", doing.add_report, name="relay_add_report"),
    path("chains/<key:key>/invite/", doing.invite, name="relay_invite"),
    path("invitations/<key:key>/end/", doing.end_invitation, name="relay_end_invitation"),
    path("voices/<key:key>/", views.hop, name="relay_hop"),
    path("voices/<key:key>/audio/", views.hop_audio, name="relay_hop_audio"),
    path("voices/<key:key>/answer/", doing.answer, name="relay_answer"),
    path("reports/", views.reports, name="relay_reports"),
    path("reports/<key:key>/", doing.report, name="relay_report"),
    path("reports/<key:key>/audio/", views.report_audio, name="relay_report_audio"),
    path("reports/<key:key>/progress/", doing.progress, name="relay_progress"),
    path("reports/<key:key>/type/", doing.type_transcript, name="relay_type"),
    path("reports/<key:key>/captions/", doing.bring_transcript, name="relay_bring"),
    path("reports/<key:key>/retry/", doing.retry, name="relay_retry"),
    path("reports/<key:key>/pass/", doing.pass_on, name="relay_pass"),
    path("reports/<key:key>/consent/", doing.ask_consent, name="relay_consent"),
    path("reports/<key:key>/consent/<int:number>/audio/", doing.spoken_answer, name="relay_spoken_answer"),
    path("reports/<key:key>/withdraw/", doing.withdraw, name="relay_withdraw"),
    path("reports/<key:key>/segments/<slug:segment>/", doing.correct, name="relay_correct"),
    path("circles/", views.circles, name="relay_circles"),
    path("circles/new/", doing.open_circle, name="relay_open_circle"),
    path("circles/<key:key>/", views.circle, name="relay_circle"),
    path("circles/<key:key>/change/", doing.change_circle, name="relay_change_circle"),
]
