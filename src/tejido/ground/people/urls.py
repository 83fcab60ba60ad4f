"""Addresses about people. allauth's own names stay for the three of its views that we use."""

from django.urls import path

from tejido.ground.people import views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="account_login"),
    path("sign-out/", views.SignOut.as_view(), name="account_logout"),
    path("sign-in/off/", views.inactive, name="account_inactive"),
    path("join/<str:token>/", views.join, name="people_join"),
    path("new-password/<str:token>/", views.reset, name="people_reset"),
    path("me/", views.me, name="people_me"),
    path("me/password/", views.password, name="people_password"),
    path("me/data/", views.held, name="people_held"),
    path("people/", views.people, name="people"),
    path("people/invite/", views.invite, name="people_invite"),
    path("people/links/<int:link_id>/withdraw/", views.withdraw_link, name="people_withdraw_link"),
    path("people/<int:account_id>/", views.person, name="people_person"),
    path("people/<int:account_id>/reset/", views.issue_reset, name="people_issue_reset"),
    path("people/<int:account_id>/switch/", views.switch, name="people_switch"),
    path("people/<int:account_id>/remove/", views.remove, name="people_remove"),
]
