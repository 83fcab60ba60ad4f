"""One of several processes that append to the same node at once: `python -m tests.ground.store.hammer SPACE COUNT NAME`."""

import sys

import django


def main(space: str, count: int, name: str) -> None:
    """Append `count` facts one by one."""
    django.setup()
    from tejido.ground.network.families import PROFILE
    from tejido.ground.store.public import Fact, append

    for number in range(count):
        body = {"languages": [], "name": f"{name} {number}", "place": ""}
        append(bytes.fromhex(space), Fact(PROFILE, body), command=f"{name}-{number}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
