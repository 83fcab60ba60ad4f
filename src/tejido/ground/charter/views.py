"""Pages of the charter: read it, propose a change, have a say, see who is in by what decision, leave."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tejido.ground.charter import actions, comparing, defaults, leaving, policies, reading, selectors, successions
from tejido.ground.charter.events import Rules
from tejido.ground.charter.forms import CharterForm, PurgeForm, ReasonForm, VoiceForm, start
from tejido.ground.charter.reading import EditionView, MatterView
from tejido.ground.charter.wording import (
    CHAPTER_NAMES,
    RULE_NAMES,
    STATUS_NAMES,
    rhythm_in_words,
    rule_in_words,
    status_name,
)
from tejido.ground.errors import NotFound
from tejido.ground.network import selectors as networks
from tejido.ground.network.forms import RequestForm
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.people import may, require, viewer_of
from tejido.ground.ui.exports import export, wanted
from tejido.ground.ui.forms import attempt
from tejido.ground.ui.languages import name_of
from tejido.ground.ui.paging import page_of

page = require_http_methods(["GET", "HEAD", "POST"])
MATTER_COLUMNS = ("key", "what", "status", "name", "fingerprint", "by", "day", "words", "counted")
MEMBER_COLUMNS = ("org", "name", "fingerprint", "own", "founder", "leaving", "since", "how", "within")
WIDE = ("en", "ar", "es")
RHYTHM = ("first_chain_days", "labs_a_year", "actions_a_year")


def _base(request: HttpRequest, info: NetworkInfo) -> dict[str, Any]:
    speaks = may(viewer_of(request), policies.SPEAK) and info.admitted
    return {"network": info, "may_speak": speaks and selectors.onward(info) is None, "may_go": speaks}


def _lang(request: HttpRequest, langs: list[str]) -> str:
    """The language to read in: the one asked for, the page's, or whichever there is."""
    wished = (request.GET.get("lang", ""), (get_language() or "en").split("-")[0], "en")
    return next((one for one in wished if one in langs), langs[0] if langs else "en")


def _shown(one: EditionView, lang: str) -> dict[str, Any]:
    chapters = []
    for name, title in CHAPTER_NAMES.items():
        texts = one.chapters.get(name, {})
        code = lang if lang in texts else next(iter(texts), "")
        if code:
            chapters.append((title, code, texts[code]))
    others = [(code, name_of(code)) for code in one.langs if code != lang]
    return {"edition": one, "chapters": chapters, "langs": others, "lang": lang, **_ruled(one.rules)}


def _ruled(rules: Mapping[str, Any]) -> dict[str, Any]:
    said = [(title, rule_in_words(str(rules[name]))) for name, title in RULE_NAMES.items()]
    return {"rules": said, "rhythm": rhythm_in_words(rules.get("rhythm", {}))}


@require_safe
def charter(request: HttpRequest, key: str) -> HttpResponse:
    """The charter in force, what is proposed, and the earlier ones."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    found = reading.editions(viewer=viewer, network=info)
    proposed = reading.matters(viewer=viewer, network=info, what=("charter",))
    context = {
        **_base(request, info),
        "proposals": [one for one in proposed if one.open],
        "history": page_of(found[::-1], request, size=20),
        "founder": info.owner == networks.org_id(),
    }
    if found:
        context |= _shown(found[-1], _lang(request, found[-1].langs))
    return render(request, "charter/charter.html", context)


@require_safe
def edition(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """One numbered charter, and what it changed."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    found = _edition(reading.editions(viewer=viewer, network=info), number)
    before = reading.editions(viewer=viewer, network=info)[number - 2] if number > 1 else None
    context = {**_base(request, info), **_shown(found, _lang(request, found.langs))}
    if before:
        context |= _compared(before.chapters, before.rules, found.chapters, found.rules)
    return render(request, "charter/edition.html", context)


def _edition(found: list[EditionView], number: int) -> EditionView:
    if not 1 <= number <= len(found):
        raise NotFound
    return found[number - 1]


def _compared(*both: Mapping[str, Any]) -> dict[str, Any]:
    old_chapters, old_rules, chapters, rules = both
    texts = [(CHAPTER_NAMES[one.chapter], one) for one in comparing.texts(old_chapters, chapters)]
    names = {
        **RULE_NAMES,
        **{name: CharterForm.base_fields[name].label for name in ("first_chain_days", "labs_a_year", "actions_a_year")},
    }
    changed = [(names.get(one.name, one.name), one) for one in comparing.rules(old_rules, rules)]
    return {"texts_changed": texts, "rules_changed": changed}


@require_safe
def edition_file(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """One charter as a file: plain text in one language (`?lang=`), or JSON with all (`?as=json`)."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    one = _edition(reading.editions(viewer=viewer, network=info), number)
    if request.GET.get("as") == "json":
        data = orjson.dumps({"network": info.name, **vars(one)}, option=orjson.OPT_INDENT_2)
        return _download(data, "application/json", f"charter-{number}.json")
    said = _ruled(one.rules)
    lines = [*(f"{title}: {rule}" for title, rule in said["rules"]), *said["rhythm"]]
    text = reading.as_text(one, info.name, _lang(request, one.langs), CHAPTER_NAMES, lines)
    return _download(text.encode(), "text/plain; charset=utf-8", f"charter-{number}.txt")


def _download(data: bytes, mime: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=mime)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@page
def propose(request: HttpRequest, key: str) -> HttpResponse:
    """Propose a charter: the one in force, or a first one, in one language, to be changed."""
    viewer = viewer_of(request)
    require(viewer, policies.SPEAK)
    info = selectors.network_of(viewer=viewer, key=key)
    found = reading.editions(viewer=viewer, network=info)
    base: Mapping[str, Mapping[str, str]] = found[-1].chapters if found else defaults.CHAPTERS
    rules = Rules.from_body(found[-1].rules) if found else defaults.RULES
    langs = sorted({*WIDE, *(found[-1].langs if found else [])})
    lang = _lang(request, langs)
    form, status = CharterForm(request.POST or None, lang=lang, base=base, initial=start(rules)), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            made, status = attempt(
                form,
                lambda: actions.propose(
                    viewer=viewer, network=info, chapters=said["chapters"], rules=form.rules(), note=said["note"]
                ),
            )
            if made is not None:
                return _put(request, info, made)
    context = {
        **_base(request, info),
        "form": form,
        "first": not found,
        "lang": lang,
        "langs": [(c, name_of(c)) for c in langs if c != lang],
    }
    return render(request, "charter/propose.html", context, status=status)


def _put(request: HttpRequest, info: NetworkInfo, matter: str) -> HttpResponse:
    found = reading.matter(viewer=viewer_of(request), network=info, key=matter)
    if found.status == "in-force":
        messages.success(request, _("The charter is in force."))
        return redirect("charter", info.key)
    if found.open:
        messages.success(request, _("Put to the members. They read it after the next exchange."))
    return redirect("charter_matter", info.key, matter)


@page
def matters(request: HttpRequest, key: str) -> HttpResponseBase:
    """Who asks to join and what the members said; POST puts one more request to them."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    form, status = RequestForm(request.POST or None, request.FILES or None), 200
    if request.method == "POST":
        require(viewer, policies.SPEAK)
        status = 422
        if form.is_valid():
            data = form.cleaned_data["paper"]
            made, status = attempt(form, lambda: actions.ask(viewer=viewer, request=data, network=info), "paper")
            if made is not None:
                return _put(request, info, made)
    found = reading.matters(viewer=viewer, network=info)
    if kind := wanted(request):
        return export(kind, "matters", MATTER_COLUMNS, ({c: getattr(one, c) for c in MATTER_COLUMNS} for one in found))
    context = {
        **_base(request, info), "page": page_of(found, request, size=20), "form": form, "status_names": STATUS_NAMES,
        "owed": may(viewer, policies.SPEAK) and actions.owed(info),
    }  # fmt: skip
    return render(request, "charter/matters.html", context, status=status)


@page
def matter(request: HttpRequest, key: str, matter: str) -> HttpResponse:
    """One matter: what it is about, what everybody said; POST says yes or no."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    form, status = VoiceForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            yes, words = form.cleaned_data["say"] == "yes", form.cleaned_data["words"]
            done, status = attempt(
                form, lambda: actions.speak(viewer=viewer, network=info, matter=matter, yes=yes, words=words), "words"
            )
            if done is not None:
                messages.success(request, _("Said. The others read it after the next exchange."))
                return redirect("charter_matter", info.key, matter)
    found = reading.matter(viewer=viewer, network=info, key=matter)
    context = {
        **_base(request, info),
        "matter": found,
        "form": form,
        "status_name": status_name(found.what, found.status),
        "successor": successions.successor(viewer=viewer, network=info, key=matter),
        **_matter_texts(request, info, found),
    }
    context["may_say"] = found.open and context["may_go" if found.what == "successor" else "may_speak"]  # fmt: skip
    return render(request, "charter/matter.html", context, status=status)


def _matter_texts(request: HttpRequest, info: NetworkInfo, found: MatterView) -> dict[str, Any]:
    """For a proposal: what it changes, or its whole text where it is the first."""
    if found.what != "charter":
        return {}
    earlier = reading.editions(viewer=viewer_of(request), network=info)
    base = next((one for one in earlier if one.hash == found.body["replaces"]), None)
    if base:
        return _compared(base.chapters, base.rules, found.body["chapters"], found.body["rules"])
    texts = found.body["chapters"]
    langs = sorted({lang for one in texts.values() for lang in one})
    whole = EditionView(0, "", "", "", (), 0, 0, texts, found.body["rules"], "")
    return _shown(whole, _lang(request, langs))


@require_POST
def carry(request: HttpRequest, key: str) -> HttpResponse:
    """As the owner of the space: carry out what was decided, now."""
    viewer = viewer_of(request)
    require(viewer, policies.SPEAK)
    info = selectors.network_of(viewer=viewer, key=key)
    if actions.carry_out(network=info):
        messages.success(request, _("Carried out. The others hear of it at the next exchange."))
    return redirect("charter_members", info.key)


@require_safe
def members(request: HttpRequest, key: str) -> HttpResponseBase:
    """Members with since when and by what decision, and those who were."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    found = reading.members(viewer=viewer, network=info)
    if kind := wanted(request):
        return export(kind, "members", MEMBER_COLUMNS, ({c: getattr(one, c) for c in MEMBER_COLUMNS} for one in found))
    context = {
        **_base(request, info), "page": page_of(found, request), "gone": reading.gone(viewer=viewer, network=info),
        "charter": selectors.course_of(info).in_force is not None, "founder": info.owner == networks.org_id(),
    }  # fmt: skip
    return render(request, "charter/members.html", context)


@page
def suspend(request: HttpRequest, key: str, org: str) -> HttpResponse:
    """Put it to the members to suspend one of them."""
    viewer = viewer_of(request)
    require(viewer, policies.SPEAK)
    info = selectors.network_of(viewer=viewer, key=key)
    found = next((one for one in reading.members(viewer=viewer, network=info) if one.org == org), None)
    if found is None or found.own or found.founder:
        raise NotFound
    return _asked(
        request, "charter/suspend.html", info, found,
        lambda words: actions.ask_suspension(viewer=viewer, network=info, org=org, words=words),
    )  # fmt: skip


@page
def reinstate(request: HttpRequest, key: str, gone: str) -> HttpResponse:
    """Put it to the members to take back an organisation that was suspended."""
    viewer = viewer_of(request)
    require(viewer, policies.SPEAK)
    info = selectors.network_of(viewer=viewer, key=key)
    found = next((one for one, back in reading.gone(viewer=viewer, network=info) if one.org == gone and back), None)
    if found is None:
        raise NotFound
    return _asked(
        request, "charter/reinstate.html", info, found,
        lambda words: actions.ask_back(viewer=viewer, network=info, org=gone, words=words),
    )  # fmt: skip


def _asked(
    request: HttpRequest, template: str, info: NetworkInfo, org: object, put: Callable[[str], str]
) -> HttpResponse:
    """The form for what is put to the members about an organisation, with its reason."""
    form, status = ReasonForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            made, status = attempt(form, lambda: put(form.cleaned_data["words"]), "words")
            if made is not None:
                return _put(request, info, made)
    return render(request, template, {"network": info, "org": org, "form": form}, status=status)


@page
def leave(request: HttpRequest, key: str) -> HttpResponse:
    """Leave a network, after saying what that does and what stays."""
    viewer = viewer_of(request)
    require(viewer, policies.SPEAK)
    info = selectors.network_of(viewer=viewer, key=key)
    said = networks.org_id().hex() in selectors.course_of(info).leaving
    if request.method == "POST":
        actions.leave(viewer=viewer, network=info)
        messages.success(request, _("Said. Exchange once more, so that the others hear of it."))
        return redirect("charter_leave", info.key)
    context = {
        **_base(request, info),
        "said": said,
        "founder": info.owner == networks.org_id(),
        "may_purge": leaving.may_purge(info),
    }
    return render(request, "charter/leave.html", context)


@page
def purge(request: HttpRequest, key: str) -> HttpResponse:
    """Delete what this node holds of a network that it has left."""
    viewer = viewer_of(request)
    require(viewer, policies.SPEAK)
    info = selectors.network_of(viewer=viewer, key=key)
    form = PurgeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        gone = leaving.purge(viewer=viewer, network=info)
        messages.success(
            request, _("Deleted: %(events)s events and %(files)s files.") % {"events": gone.events, "files": gone.blobs}
        )
        return redirect("network")
    if not leaving.may_purge(info):
        raise leaving.StillIn
    context = {"network": info, "form": form, "held": leaving.held(viewer=viewer, network=info)}
    return render(request, "charter/purge.html", context, status=422 if request.method == "POST" else 200)
