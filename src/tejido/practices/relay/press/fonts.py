"""Further fonts of this node (Chinese, Japanese, Korean, Ethiopic …), beside those that come with the program."""

from pathlib import Path

from django.conf import settings


def folders() -> list[Path]:
    """The folder that the setting `press_fonts` names, where it names one."""
    said = settings.NODE.press_fonts
    return [Path(said)] if said and Path(said).is_dir() else []
