"""Who a worker is, and whether it still lives."""

import os
import secrets
import socket
from functools import cache


@cache
def _token(pid: int) -> str:  # noqa: ARG001 (a forked child is somebody else)
    return secrets.token_hex(4)


def me() -> str:
    """This process: `host/pid/random`."""
    pid = os.getpid()
    return f"{socket.gethostname()[:100]}/{pid}/{_token(pid)}"


def surely_dead(owner: str) -> bool:
    """Whether that process ran on this machine and is gone. False says nothing: its heartbeat decides."""
    host, _, rest = owner.partition("/")
    pid = rest.partition("/")[0]
    if host != socket.gethostname()[:100] or not pid.isdecimal():
        return False
    if int(pid) == os.getpid():
        return owner != me()
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False
