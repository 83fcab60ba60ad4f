"""Addresses of the charter's pages."""

from django.urls import path

from tejido.ground.charter import joining, onward, views

urlpatterns = [
    path("network/<slug:key>/charter/", views.charter, name="charter"),
    path("network/<slug:key>/charter/propose/", views.propose, name="charter_propose"),
    path("network/<slug:key>/charter/<int:number>/", views.edition, name="charter_edition"),
    path("network/<slug:key>/charter/<int:number>/file/", views.edition_file, name="charter_file"),
    path("network/<slug:key>/matters/", views.matters, name="charter_matters"),
    path("network/<slug:key>/matters/carry/", views.carry, name="charter_carry"),
    path("network/<slug:key>/matters/<slug:matter>/", views.matter, name="charter_matter"),
    path("network/<slug:key>/successor/", onward.succeed, name="charter_succeed"),
    path("network/<slug:key>/matters/<slug:successor>/found/", onward.found, name="charter_found"),
    path("network/<slug:key>/matters/<slug:successor>/follow/", onward.follow, name="charter_follow"),
    path("network/<slug:key>/matters/<slug:successor>/bring/<slug:org>/", onward.bring, name="charter_bring"),
    path("network/<slug:key>/members/", views.members, name="charter_members"),
    path("network/<slug:key>/members/<slug:org>/suspend/", views.suspend, name="charter_suspend"),
    path("network/<slug:key>/members/<slug:gone>/reinstate/", views.reinstate, name="charter_reinstate"),
    path("network/<slug:key>/leave/", views.leave, name="charter_leave"),
    path("network/<slug:key>/purge/", views.purge, name="charter_purge"),
    path("network/<slug:key>/invite/links/", joining.links, name="charter_links"),
    path("network/<slug:key>/invite/links/<int:link_id>/revoke/", joining.revoke, name="charter_revoke"),
    path("network/<slug:key>/invite/code/", joining.code, name="charter_code"),
    path("invitation/<str:token>/", joining.invitation, name="charter_invitation"),
    path("invitation/<str:token>/paper/", joining.paper, name="charter_paper"),
]
