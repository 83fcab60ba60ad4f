"""What follows corrections of published voices: a look at the publication, once for many."""

from typing import Any

from django_tasks_db.models import DBTaskResult

from tejido.ground import work
from tejido.practices.relay.publishing.models import Behind
from tests.practices.relay.publishing.builders import Chain, published
from tests.practices.relay.publishing.test_actions import correct_first


def test_many_corrections_are_looked_at_once(chain: Chain, django_capture_on_commit_callbacks: Any) -> None:
    slug = published(chain)
    with django_capture_on_commit_callbacks(execute=True):
        for text in ("Hace calor hoy.", "Hace mucho calor."):
            correct_first(chain, text)
    assert not Behind.objects.exists()
    waiting = [one for one in DBTaskResult.objects.all() if one.task_path.endswith("tasks.look")]
    assert [one.args_kwargs["args"] for one in waiting] == [[slug]]
    work.run_once()
    assert [(one.slug, one.voices) for one in Behind.objects.all()] == [(slug, 1)]
