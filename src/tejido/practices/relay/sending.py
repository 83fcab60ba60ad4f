"""Reports and answers by resumable upload: the purpose `relay.report`.

The fields are those of the page's form, and `chain` (a report) or `hop` (an answer): the key of what it belongs to.
"""

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from tejido.ground import uploads
from tejido.ground.people import Viewer, require, viewer_of
from tejido.practices.relay import actions, policies, selectors
from tejido.practices.relay import uploads as files
from tejido.practices.relay.forms import AnswerForm, ReportForm

PURPOSE = "relay.report"


def register() -> None:
    """Make the purpose known."""
    uploads.purpose(PURPOSE, begin, finish)


def begin(request: HttpRequest, fields: QueryDict) -> None:
    """Check the form and what it names before a single byte of sound is sent."""
    viewer = viewer_of(request)
    require(viewer, policies.REPORT)
    if _key(fields, "hop"):
        selectors.hop(viewer=viewer, key=_key(fields, "hop"))
    else:
        selectors.chain(viewer=viewer, key=_key(fields, "chain"))
    form = _form(viewer, fields)
    if not form.is_valid():
        raise uploads.BadForm({name: [str(one) for one in found] for name, found in form.errors.items()})


def finish(finished: uploads.Finished) -> str:
    """Keep the report; the address of its page."""
    fields, viewer = finished.fields, finished.viewer
    form = _form(viewer, fields)
    if not form.is_valid():
        raise uploads.BadForm({name: [str(one) for one in found] for name, found in form.errors.items()})
    found = form.cleaned_data
    with files.whole(finished) as recording:
        words, said = form.words(**recording), form.said()
        told = {"viewer": viewer, "circle": found["circle"], "words": words, "said": said, "command": found["command"]}
        if isinstance(form, AnswerForm):
            key = actions.answer(hop=_key(fields, "hop"), role=found["role"], **told)
        else:
            key = actions.add_report(chain=_key(fields, "chain"), **told)
    return reverse("relay_report", args=[key])


def _form(viewer: Viewer, fields: QueryDict) -> ReportForm:
    circles = selectors.circles(viewer=viewer, mine=True)
    if not fields.get("hop"):
        return ReportForm(fields, circles=circles)
    heard = selectors.hop(viewer=viewer, key=_key(fields, "hop")).lines
    return AnswerForm(fields, circles=circles, heard=heard)


def _key(fields: QueryDict, name: str) -> str:
    return str(fields.get(name, ""))
