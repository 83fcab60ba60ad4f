"""Words from one language into another: translation memory, machine drafts, checks, measures.

`draft` asks engines in turn (anything that is a `Translator`) and checks what they say; a draft that fails a check is
`suspect` and says why. What needs a process or a network lies in `backends`. All errors derive from `LanguageError`.
"""

from tejido.engines.language.errors import EngineError, FileError, LanguageError
from tejido.engines.language.records import Draft, Match, Pair, Reason, Term
from tejido.engines.language.translators import Known, Outcome, Translator, draft

__all__ = [
    "Draft", "EngineError", "FileError", "Known", "LanguageError", "Match", "Outcome", "Pair", "Reason", "Term",
    "Translator", "draft",
]  # fmt: skip
