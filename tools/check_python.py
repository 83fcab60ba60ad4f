"""Say clearly, also to an old Python, what `make setup` needs; hence the old-fashioned code."""

import sys


def complaint():
    # type: () -> str
    """What is missing, or an empty string."""
    if sys.version_info < (3, 11):  # noqa: UP036
        found = ".".join(str(part) for part in sys.version_info[:3])
        return "Python 3.11 or newer is needed, this is " + found + ". Name another: make setup PYTHON=python3.12"
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        return "Python's module " + str(error.name) + " is missing. On Debian or Ubuntu: apt-get install python3-venv"
    return ""


if __name__ == "__main__":
    sys.exit(complaint() or 0)
