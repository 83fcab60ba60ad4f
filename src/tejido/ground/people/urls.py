"""Addresses about people. allauth's own names stay for the three of its views that we use."""

from django.urls import path

from tejido.ground.people import factor_views as factors
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
    path("sign-in/second/", factors.SecondStep.as_view(), name="mfa_authenticate"),
    path("sign-in/passkey/", factors.SignInByPasskey.as_view(), name="mfa_login_webauthn"),
    path("me/again/", factors.Again.as_view(), name="account_reauthenticate"),
    path("me/again/code/", factors.CodeAgain.as_view(), name="mfa_reauthenticate"),
    path("me/again/passkey/", factors.PasskeyAgain.as_view(), name="mfa_reauthenticate_webauthn"),
    path("me/security/", factors.Security.as_view(), name="mfa_index"),
    path("me/security/app/", factors.AddApp.as_view(), name="mfa_activate_totp"),
    path("me/security/app/remove/", factors.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("me/security/codes/", factors.Codes.as_view(), name="mfa_view_recovery_codes"),
    path("me/security/codes/new/", factors.NewCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("me/security/passkeys/", factors.Passkeys.as_view(), name="mfa_list_webauthn"),
    path("me/security/passkeys/add/", factors.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("me/security/passkeys/<int:pk>/remove/", factors.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("me/sessions/end/", views.end_own_sessions, name="people_end_own_sessions"),
    path("people/sessions/", views.sessions, name="people_sessions"),
    path("people/<int:account_id>/sessions/end/", views.end_sessions, name="people_end_sessions"),
    path("people/<int:account_id>/unlock/", views.issue_unlock, name="people_issue_unlock"),
    path("people/", views.people, name="people"),
    path("people/invite/", views.invite, name="people_invite"),
    path("people/links/<int:link_id>/withdraw/", views.withdraw_link, name="people_withdraw_link"),
    path("people/<int:account_id>/", views.person, name="people_person"),
    path("people/<int:account_id>/reset/", views.issue_reset, name="people_issue_reset"),
    path("people/<int:account_id>/switch/", views.switch, name="people_switch"),
    path("people/<int:account_id>/remove/", views.remove, name="people_remove"),
]
