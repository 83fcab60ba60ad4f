"""What can be wrong with a blob; one class a failure."""

from tejido.ground.errors import Invalid, NotFound, Problem


class BlobMissing(NotFound):
    """This file is not, or not yet whole, on this node. It arrives with the next exchange."""

    code = "blob-missing"


class BlobErased(Problem):
    """This file was erased here on purpose and is not taken in again."""

    status = 410
    code = "blob-erased"


class BlobMismatch(Invalid):
    """The bytes offered are not those that the file's name promises. Fetch them again, or from somebody else."""

    code = "blob-mismatch"


class BlobTruncated(Invalid):
    """The file ends too early. What arrived whole is kept; fetch it again to go on from there."""

    code = "blob-truncated"


class BlobTooLarge(Invalid):
    """The file is larger than this node accepts."""

    status = 413
    code = "blob-too-large"


class BlobMalformed(Invalid):
    """The list of a file's chunks is not well formed. Nothing was stored."""

    code = "blob-malformed"


class BlobDamaged(Problem):
    """The stored bytes of this file no longer match their hash. Restore it from a backup or fetch it again."""

    status = 500
    code = "blob-damaged"


class BlobUnreadable(Problem):
    """The key at hand does not open this file, or the file has another length than was said."""

    status = 500
    code = "blob-unreadable"
