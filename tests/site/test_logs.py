"""A failure in a log names its place and none of its words."""

import logging
import sys

from tejido.site.logs import Line


def failed() -> logging.LogRecord:
    """A record of an exception that quotes somebody, raised from another one that does too."""
    try:
        try:
            int("she said this")
        except ValueError as error:
            raise RuntimeError("and she said that") from error
    except RuntimeError:
        pass_on = sys.exc_info()
    return logging.LogRecord("django.request", logging.ERROR, "", 0, "Fault: %s", ("/chains/",), pass_on)


def test_types_and_places_without_words() -> None:
    record = failed()
    record.exc_text = "RuntimeError: and she said that"  # as another handler's formatter leaves it
    line = Line("{levelname} {name}: {message}", style="{").format(record)
    assert line.startswith("ERROR django.request: Fault: /chains/\n")
    assert "test_logs:" in line
    assert line.index("builtins.ValueError") < line.index("builtins.RuntimeError")
    assert "she said" not in line


def test_addresses_that_open_something_are_cut() -> None:
    for path in ("/join/s3cret-token/", "/new-password/s3cret-token/?a=b", "/drop/s3cret-token/receipt/"):
        record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Internal Server Error: %s", (path,), None)
        line = Line("{levelname} {name}: {message}", style="{").format(record)
        assert path.split("/")[1] in line
        assert "s3cret" not in line
