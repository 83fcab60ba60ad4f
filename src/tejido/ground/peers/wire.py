"""Bodies as they travel: a turn of frames, compressed, in both directions."""

from collections.abc import Iterable, Iterator

from tejido.ground.peers import squeezing
from tejido.replication import caps, messages
from tejido.replication.messages import End, Message

PATH = "/exchange/1/"
MOST = "Tejido-Most"  # a header: bytes of an answer that its caller would hear in one turn
FRAMES, JSON = "application/x-tejido-frames", "application/json"
MOST_JSON = 512 * 1024
MOST_TURN = 2 * caps.MOST_BATCH_BYTES  # plain bytes of one turn, far above what one says
MOST_BODY = MOST_TURN // 2


def pack(said: Iterable[Message]) -> bytes:
    """A turn's body; `End` is put behind it."""
    return squeezing.squeeze(messages.encode(one).encode() for one in (*said, End()))


def unpack(pieces: Iterable[bytes]) -> Iterator[Message]:
    """A turn's messages as they come; raises `Malformed` where it is not whole, after the last that was."""
    return messages.read(squeezing.unsqueeze(pieces, MOST_TURN))
