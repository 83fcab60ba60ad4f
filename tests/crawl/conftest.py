"""Thousands of requests within one process."""

import pytest
from django.db import connection
from django.template import Context, Template


@pytest.fixture(autouse=True)
def only_what_a_node_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """No response closes the database with it (opening it anew was a seventh of a crawl), and no context of a template is
    copied for the test client."""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", None)
    connection.close_at = None
    monkeypatch.setattr(Template, "_render", _render)


def _render(template: Template, context: Context) -> str:
    return template.nodelist.render(context)
