"""Within an export a publication is read once, and what is taken back meanwhile is not shown again."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tejido.ground.errors import NotFound
from tejido.ground.people import OPERATOR
from tejido.practices.relay import actions as relay
from tejido.practices.relay.publishing import public
from tests.practices.relay.publishing.builders import Chain, published


def test_it_is_read_once_and_again_when_something_changed(chain: Chain) -> None:
    slug = published(chain)
    with public.remembering():
        (first,) = public.history(slug)
        key = first.voices[0].key
        assert public.voice(key) == first.voices[0]
        with CaptureQueriesContext(connection) as asked:
            assert public.history(slug) == (first,)
            assert public.voice(key) is public.voice(key)
        assert all("store_eventindex" in one["sql"] for one in asked.captured_queries)
        relay.withdraw(viewer=OPERATOR, report=chain.report)
        assert public.history(slug)[0].items[0].voice is None
        with pytest.raises(NotFound):
            public.voice(key)
    with CaptureQueriesContext(connection) as asked:
        public.history(slug)
    assert len(asked) > 1


def test_it_is_known_whether_anything_was_ever_published(chain: Chain) -> None:
    assert not public.opened()
    published(chain)
    assert public.opened()
