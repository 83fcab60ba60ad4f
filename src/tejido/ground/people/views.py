"""Pages about people: sign in, join, my account, the list of people."""

from typing import Any

from allauth.account.views import LoginView, LogoutView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tejido.ground.people import actions, selectors
from tejido.ground.people.forms import (
    ChangePasswordForm,
    InvitationForm,
    JoinForm,
    NewPasswordForm,
    ProfileForm,
    RolesForm,
    SignInForm,
)
from tejido.ground.people.models import Account
from tejido.ground.people.policies import may
from tejido.ground.people.viewer import viewer_of
from tejido.ground.ui.exports import export, wanted
from tejido.ground.ui.forms import attempt
from tejido.ground.ui.paging import page_of

BACKEND = settings.AUTHENTICATION_BACKENDS[0]
SESSION_COLUMNS = ("name", "browser", "started", "used")
COLUMNS = ("username", "name", "roles", "language", "joined", "active")
page = require_http_methods(["GET", "HEAD", "POST"])


class SignIn(LoginView):  # type: ignore[misc]
    """Sign in with user name and password."""

    form_class = SignInForm
    template_name = "people/sign_in.html"

    def form_valid(self, form: SignInForm) -> HttpResponse:
        """Go on in the language that the account prefers."""
        response: HttpResponse = super().form_valid(form)
        remember_language(response, form.user.language)
        return response

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        """The form again, as a failure."""
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        return response


class SignOut(LogoutView):  # type: ignore[misc]
    """Sign out; asks first, since a link alone must not do it. The browser forgets what it cached, and what was recorded in
    it and not sent, unless the person asked to keep that.
    """

    template_name = "people/sign_out.html"

    def post(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """End the session."""
        response: HttpResponseBase = super().post(*args, **kwargs)
        response.headers["Clear-Site-Data"] = '"cache"' if self.request.POST.get("keep") else '"cache", "storage"'
        return response


def remember_language(response: HttpResponse, language: str) -> None:
    """Keep the language of the pages in a cookie; "" forgets it."""
    if not language:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
        return
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )


@require_GET
def inactive(request: HttpRequest) -> HttpResponse:
    """Where somebody arrives whose account was switched off."""
    return render(request, "people/inactive.html", status=403)


@page
@sensitive_post_parameters()
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Use an invitation: choose a user name and a password."""
    granted = selectors.invitation(token)
    form = JoinForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            chosen = dict(form.cleaned_data, language=request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
            account, status = attempt(form, lambda: actions.accept_invitation(token=token, **chosen))
            if account is not None:
                return _welcome(request, account)
    return render(request, "people/join.html", {"form": form, "granted": granted}, status=status)


@page
@sensitive_post_parameters()
def reset(request: HttpRequest, token: str) -> HttpResponse:
    """Use a reset link: set a new password."""
    username = selectors.reset_name(token)
    form = NewPasswordForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            password = form.cleaned_data["password"]
            account, status = attempt(form, lambda: actions.use_reset(token=token, password=password), "password")
            if account is not None:
                return _welcome(request, account)
    return render(request, "people/reset.html", {"form": form, "username": username}, status=status)


def _welcome(request: HttpRequest, account: Account) -> HttpResponse:
    if not account.is_active:
        return redirect("account_inactive")
    if selectors.has_factor(account.pk):
        messages.success(request, _("The new password holds. Sign in with it and with your second factor."))
        return redirect("account_login")
    login(request, account, backend=BACKEND)
    messages.success(request, _("Welcome. You are signed in."))
    return redirect("home")


@require_GET
def people(request: HttpRequest) -> HttpResponseBase:
    """Everybody who has an account; open invitations."""
    viewer = viewer_of(request)
    query = request.GET.get("q", "").strip()
    found = selectors.people(viewer=viewer, query=query)
    if kind := wanted(request):
        rows = (vars(selectors.person_of(account)) for account in found.iterator(chunk_size=200))
        return export(kind, "people", COLUMNS, rows)
    listed = page_of(found, request)
    manage = may(viewer, "people.manage")
    context = {
        "page": listed,
        "people": [selectors.person_of(account) for account in listed],
        "query": query,
        "manage": manage,
        "links": selectors.open_links(viewer=viewer) if manage else [],
    }
    return render(request, "people/people.html", context)


@page
def invite(request: HttpRequest) -> HttpResponse:
    """Make an invitation and show its link, once."""
    viewer = viewer_of(request)
    form = InvitationForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        selectors.open_links(viewer=viewer)
        return render(request, "people/invite.html", {"form": form}, status=200 if request.method != "POST" else 422)
    token = actions.invite(viewer=viewer, **form.cleaned_data)
    return _show_link(request, "people_join", token, _("Invitation"))


@require_POST
def withdraw_link(request: HttpRequest, link_id: int) -> HttpResponse:
    """Take a link back."""
    actions.withdraw_link(viewer=viewer_of(request), link_id=link_id)
    messages.success(request, _("The link opens nothing any more."))
    return redirect("people")


@page
def person(request: HttpRequest, account_id: int) -> HttpResponse:
    """One account: its roles; a new password link; switch it off."""
    viewer = viewer_of(request)
    found = selectors.person(viewer=viewer, account_id=account_id)
    form = RolesForm(request.POST or None, initial={"roles": found.roles})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            roles = form.cleaned_data["roles"]
            change = lambda: actions.change_roles(viewer=viewer, account_id=account_id, roles=roles)  # noqa: E731
            status = attempt(form, change, "roles")[1]
            if status == 200:
                messages.success(request, _("Saved."))
                return redirect("people_person", account_id)
    manage = may(viewer, "people.manage")
    context = {"person": found, "form": form, "manage": manage}
    if manage:
        context["sessions"] = selectors.sessions_of(viewer=viewer, account_id=account_id)
        context["notes"] = selectors.notes_about(viewer=viewer, account_id=account_id)
    return render(request, "people/person.html", context, status=status)


@require_POST
def issue_reset(request: HttpRequest, account_id: int) -> HttpResponse:
    """Make a link that sets a new password and show it, once."""
    token = actions.issue_reset(viewer=viewer_of(request), account_id=account_id)
    return _show_link(request, "people_reset", token, _("Link for a new password"))


@require_POST
def issue_unlock(request: HttpRequest, account_id: int) -> HttpResponse:
    """Make a link that sets a new password and takes the second factor away; show it, once."""
    token = actions.issue_unlock(viewer=viewer_of(request), account_id=account_id)
    return _show_link(request, "people_reset", token, _("Link that takes the second factor away"))


@require_GET
def sessions(request: HttpRequest) -> HttpResponseBase:
    """Who is signed in, and where; for keepers."""
    found = selectors.sessions_of(viewer=viewer_of(request))
    if kind := wanted(request):
        return export(
            kind, "sessions", SESSION_COLUMNS, ({c: getattr(one, c) for c in SESSION_COLUMNS} for one in found)
        )
    return render(request, "people/sessions.html", {"page": page_of(found, request)})


@require_POST
def end_sessions(request: HttpRequest, account_id: int) -> HttpResponse:
    """End one session of an account, or all of them."""
    viewer, handle = viewer_of(request), request.POST.get("session", "")
    actions.end_sessions(viewer=viewer, account_id=account_id, handle=handle)
    messages.success(request, _("Signed out there."))
    return redirect("people_sessions" if handle else "people_person", *([] if handle else [account_id]))


@require_POST
def end_own_sessions(request: HttpRequest) -> HttpResponse:
    """End one of my sessions, or all but this one."""
    current = request.session.session_key or ""
    actions.end_own_sessions(viewer=viewer_of(request), current=current, handle=request.POST.get("session", ""))
    messages.success(request, _("Signed out there."))
    return redirect("mfa_index")


@require_POST
def switch(request: HttpRequest, account_id: int) -> HttpResponse:
    """Switch an account off or on."""
    active = request.POST.get("active") == "1"
    actions.switch_account(viewer=viewer_of(request), account_id=account_id, active=active)
    messages.success(request, _("The account is on.") if active else _("The account is off; its sessions have ended."))
    return redirect("people_person", account_id)


@require_POST
def remove(request: HttpRequest, account_id: int) -> HttpResponse:
    """Delete an account for good."""
    actions.remove_account(viewer=viewer_of(request), account_id=account_id)
    messages.success(request, _("The account is gone."))
    return redirect("people")


def _show_link(request: HttpRequest, name: str, token: str, title: str) -> HttpResponse:
    url = request.build_absolute_uri(reverse(name, args=[token]))
    return render(request, "people/link.html", {"url": url, "title": title})


@page
def me(request: HttpRequest) -> HttpResponse:
    """My account: name, language."""
    viewer = viewer_of(request)
    found = selectors.own(viewer=viewer)
    form = ProfileForm(request.POST) if request.method == "POST" else ProfileForm.of(found)
    if request.method == "POST" and form.is_valid():
        account = actions.change_profile(viewer=viewer, **form.cleaned_data)
        messages.success(request, _("Saved."))
        response = redirect("people_me")
        remember_language(response, account.language)
        return response
    status = 422 if request.method == "POST" else 200
    return render(request, "people/me.html", {"form": form, "person": found}, status=status)


@page
@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    """Change one's password; other browsers are signed out."""
    viewer = viewer_of(request)
    selectors.own(viewer=viewer)
    form = ChangePasswordForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            old, new = form.cleaned_data["old"], form.cleaned_data["password"]
            account, status = attempt(form, lambda: actions.change_password(viewer=viewer, old=old, new=new))
            if account is not None:
                update_session_auth_hash(request, account)
                messages.success(request, _("The new password holds. Other browsers are signed out."))
                return redirect("people_me")
    return render(request, "people/password.html", {"form": form}, status=status)


@require_GET
def held(request: HttpRequest) -> HttpResponseBase:
    """What this node holds about the viewer; guests are told as well."""
    viewer = viewer_of(request)
    signed_in = viewer.signed_in
    items = selectors.held_about(viewer=viewer) if signed_in else selectors.held_about_guest(cookies=request.COOKIES)
    if kind := wanted(request):
        rows = ({"what": str(i.what), "value": i.value, "until": str(i.until)} for i in items)
        return export(kind, "what-this-node-holds", ("what", "value", "until"), rows)
    return render(request, "people/held.html", {"items": items})
