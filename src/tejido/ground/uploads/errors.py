"""What can go wrong with an upload; statuses are those of tus 1.0."""

from collections.abc import Mapping, Sequence

from tejido.ground.errors import Conflict, Invalid, NotFound, Problem


class BadForm(Invalid):
    """Something in the form is missing or does not fit. Nothing was sent yet."""

    code = "bad-form"
    members = ("errors",)

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__(None, errors={name: list(found) for name, found in errors.items()})


class UnknownPurpose(Invalid):
    """Nobody here takes an upload for that purpose."""

    code = "unknown-purpose"


class BadHeader(Problem):
    """The header %(header)s is missing or cannot be read."""

    code = "bad-header"
    members = ("header",)


class OtherVersion(Problem):
    """This node speaks version 1.0.0 of tus. Send the header Tus-Resumable: 1.0.0."""

    status = 412
    code = "other-version"


class NoSuchMethod(Problem):
    """This is not done here."""

    status = 405
    code = "no-such-method"


class LengthNeeded(Problem):
    """Say with Content-Length how many bytes are coming."""

    status = 411
    code = "length-needed"


class TooLarge(Problem):
    """This is more than the %(megabytes)s megabytes that are taken here. Send a shorter recording."""

    status = 413
    code = "too-large"


class TooMuchSent(Problem):
    """More bytes came than the upload was said to have. They were not kept."""

    status = 413
    code = "too-much-sent"


class NotPlainBytes(Problem):
    """Send the bytes as application/offset+octet-stream."""

    status = 415
    code = "not-plain-bytes"


class WrongOffset(Conflict):
    """These bytes do not follow those that are here. Ask how many are, and go on from there."""

    code = "wrong-offset"


class Gone(Problem):
    """This upload was given up, or nothing was sent for too long. Begin again."""

    status = 410
    code = "gone"


class InUse(Problem):
    """Another connection is sending this upload just now. Try again in a moment."""

    status = 423
    code = "in-use"


class ChecksumDiffers(Problem):
    """What arrived is not what was sent: the checksums differ. It was not kept; send it again."""

    status = 460
    code = "checksum-differs"


class Cut(Problem):
    """The line was cut, or nothing came for too long. What arrived is kept."""

    status = 408
    code = "cut"


class TooManyUploads(Problem):
    """Too many uploads are under way. Finish or give up one of them first."""

    status = 429
    code = "too-many-uploads"


class NoRoom(Problem):
    """This node has no room for it just now. Tell a keeper; it can be sent again later."""

    status = 507
    code = "no-room"


class NoSuchUpload(NotFound):
    """There is no such upload, or it is not yours."""

    code = "no-such-upload"
