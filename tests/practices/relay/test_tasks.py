"""Transcription in the background, where no model is needed to see what happens."""

from datetime import timedelta

from django.utils import timezone

from tejido.ground import work
from tejido.ground.people import OPERATOR
from tejido.ground.work.models import Claim
from tejido.practices.relay import actions, tasks
from tejido.practices.relay.drafts import Transcription
from tests.practices.relay.builders import Node, a_report


def test_work_that_ended_too_often_is_shown_as_failed_and_can_be_tried_again(node: Node) -> None:
    report = a_report(node)
    Transcription.objects.create(report=report, lang="es", prefix="a", total_ms=1000)
    moment = timezone.now() - timedelta(minutes=2)
    Claim.objects.create(
        key=tasks.claim_key(report), owner="gone", state="stuck", attempts=5, beat_at=moment, until=moment
    )
    tasks.unfinished()
    draft = Transcription.objects.get(report=report)
    assert (draft.state, draft.message) == ("failed", tasks.GAVE_UP)
    actions.retry_transcription(viewer=OPERATOR, report=report)
    tasks.unfinished()
    assert Transcription.objects.get(report=report).state == "waiting"
    assert work.stuck() == []
