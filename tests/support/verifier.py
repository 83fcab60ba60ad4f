"""The independent verifier of `docs/`, loaded as whoever runs it has it."""

import json
from functools import cache
from importlib import util
from typing import Any

from nacl.exceptions import CryptoError

from tests.harness.run import ROOT

SCRIPT = ROOT / "docs" / "verify_bundle.py"
WRONG = (ValueError, CryptoError)
"""What it raises of what is not as the protocol says."""


@cache
def load() -> Any:
    """The module."""
    spec = util.spec_from_file_location("verify_bundle", SCRIPT)
    assert spec
    assert spec.loader
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def hold(log: str, space: str, identity: list[dict[str, str]], events: list[dict[str, str]]) -> Any:
    """A `Bundle` that was fed an identity and one log, in the form of the golden forks, and no frames.

    `log`, `space`: descriptors in canonical form."""
    verifier = load()
    held = verifier.Bundle(None)
    org, name = identity[0]["hash"], verifier.digest(b"log", log.encode())
    for one in identity:
        held.event(org, *_parts(one))
    held.logs[name] = json.loads(log)
    held.spaces[held.logs[name]["space"]] = json.loads(space)["public"]
    for one in events:
        held.event(name, *_parts(one))
    return held


def _parts(one: dict[str, str]) -> tuple[bytes, bytes, bytes]:
    return one["header"].encode(), bytes.fromhex(one["signature"]), bytes.fromhex(one["payload_file"])
