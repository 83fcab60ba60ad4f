"""`python -m tests.fuzz.one TARGET LIBFUZZER-ARGUMENTS…`: throw at one target, in this process, until told to stop."""

import os
import sys

import atheris

from tests.fuzz.targets import PLANTED, TARGETS


def main(name: str, arguments: list[str]) -> None:
    """Does not return: libFuzzer ends the process, with a status other than 0 on a finding."""
    target = {**TARGETS, **PLANTED}[name]
    with atheris.instrument_imports(include=list(target.watched)):
        one_input = target.start()
    sys.stdout.flush()
    atheris.Setup([f"fuzz-{name}", *arguments], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    main(sys.argv[1], sys.argv[2:])
