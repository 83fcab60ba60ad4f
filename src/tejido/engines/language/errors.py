"""What can be wrong with a memory file or an engine: one class a failure."""

from tejido.engines.faults import Fault


class LanguageError(Fault):
    """Base of all."""

    code = "language"
    template = "The translation engine failed."


class FileError(LanguageError):
    """The file itself is at fault: the person who sent it can do something about it (4xx)."""


class NotTmx(FileError):
    """It is no TMX file, or a broken one."""

    code = "not_tmx"
    template = "Line {line}: {fault}. This is not a TMX file that can be read; export it again as TMX 1.4."


class TmxBounds(FileError):
    """It is larger or deeper than a translation memory needs to be."""

    code = "tmx_bounds"
    template = "Line {line}: {what} is more than {limit}. Split the file, or export it again."


class TmxEntities(FileError):
    """It declares entities of its own, which can blow up to anything."""

    code = "tmx_entities"
    template = "Line {line}: the file declares entities of its own. Export it again without a DOCTYPE."


class NotGlossary(FileError):
    """It is no table of terms."""

    code = "not_glossary"
    template = (
        "Line {line}: {fault}. A glossary is a CSV file in UTF-8 with the columns sourceLang, targetLang, "
        "sourceString and targetString."
    )


class NotCaptions(FileError):
    """It is no WebVTT or SRT file, or a broken one."""

    code = "not_captions"
    template = "Line {line}: {fault}. Bring captions as WebVTT (.vtt) or SubRip (.srt), in UTF-8."


class CaptionsBounds(FileError):
    """It is larger than captions of a recording need to be."""

    code = "captions_bounds"
    template = "Line {line}: {what} is more than {limit}. Captions of ten minutes are far smaller."


class EngineError(LanguageError):
    """A translation engine is missing or failed; what others can translate is not affected."""


class EngineMissing(EngineError):
    """The program is not installed."""

    code = "engine_missing"
    template = "The program “{program}” is not installed here. The keeper can add the package “{package}”."


class EngineFailed(EngineError):
    """The program ended badly, or its answer cannot be used."""

    code = "engine_failed"
    template = "“{engine}” failed ({how}). Nothing was changed; try again, or translate by hand."


class EngineSlow(EngineError):
    """It did not answer in time."""

    code = "engine_slow"
    template = "“{engine}” did not answer within {limit_s} seconds. Try again later, or translate by hand."


class NoSuchPair(EngineError):
    """It cannot translate from this language into that one."""

    code = "no_such_pair"
    template = "“{engine}” cannot translate from {source} into {target}."
