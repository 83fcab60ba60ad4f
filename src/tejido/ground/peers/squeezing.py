"""Bodies in zlib's form (HTTP's `deflate`), and out of it again within limits: a small body may not become a large one."""

import zlib
from collections.abc import Iterable, Iterator

from tejido.log.errors import Malformed
from tejido.replication import caps

NAME = "deflate"
FREE = 64 * 1024  # the ratio is asked beyond this many bytes: short texts repeat themselves
PIECE = 256 * 1024


def squeeze(pieces: Iterable[bytes]) -> bytes:
    """Compressed at the lowest level: half of it are sealed bytes that do not shrink. What is cut off can be opened up to the
    last 64 KiB before the cut."""
    packer, waiting, made = zlib.compressobj(level=1), 0, []
    for piece in pieces:
        made.append(packer.compress(piece))
        waiting += len(piece)
        if waiting >= FREE:
            made.append(packer.flush(zlib.Z_SYNC_FLUSH))
            waiting = 0
    return b"".join([*made, packer.flush()])


def unsqueeze(pieces: Iterable[bytes], most: int) -> Iterator[bytes]:
    """The plain bytes, never more than 256 KiB in hand; raises `Malformed` beyond `most` bytes or 100 times what came."""
    opener = zlib.decompressobj()
    came = told = 0
    for piece in pieces:
        came += len(piece)
        data = piece
        while data and not opener.eof:
            plain = _decompress(opener, data)
            told += len(plain)
            if told > most or told > FREE + caps.RATIO * came:
                raise Malformed("a compressed body becomes larger than it may")
            yield plain
            data = opener.unconsumed_tail
        if opener.unused_data or data:
            raise Malformed("something follows a compressed body")
    if not opener.eof:
        raise Malformed("a compressed body ends too early")


def _decompress(opener: "zlib._Decompress", data: bytes) -> bytes:
    try:
        return opener.decompress(data, PIECE)
    except zlib.error as error:
        raise Malformed("a compressed body is damaged") from error
