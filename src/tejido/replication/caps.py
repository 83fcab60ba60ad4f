"""Every limit on what arrives from elsewhere, in one place. What is over a limit is refused before it is kept in memory."""

from tejido.log.header import MAX_PAYLOAD
from tejido.replication.pages import MAX_EVENTS, MAX_PAGE

MIB = 1 << 20
CHUNK = MIB
BODY = MIB  # bytes of a frame's body; a chunk has its 36 bytes of name besides
PART = 64 * 1024  # bytes of a part of a chunk, and about so many of a page on a line: what a cut may cost
BODIES = {b"P": MAX_PAGE, b"Y": 32 + MAX_PAYLOAD + 1024, b"C": 36 + CHUNK, b"B": 40 + PART, b"K": 32 + MIB, b"E": 0}
"""Where a type of frame may have less, or more, than `BODY`."""
FRAMES = 20_000  # frames of one turn
TURN = 4 * MIB  # bytes that one turn answers or gives; the last item may reach beyond
LEAST_TURN = 128 * 1024  # what may be asked of a turn at least
TURN_EVENTS = 2 * MAX_EVENTS
BATCH, BATCH_BYTES = MAX_EVENTS, 4 * MIB  # events taken in together
MOST_BATCH_BYTES = 16 * MIB
HEADS = 2_000  # logs of one heads frame
TIPS = 256  # branches of one log that are told
SEQS = 64  # places asked for, or told, at once
SPREAD = 32  # of these, how many we ask for
RUNS = 1_000  # logs of one want
ITEMS = 1_000  # payloads, blobs or chunks of one want
SPACES = 1_000
PASSES = 64  # times that one exchange asks for heads again
CUTS = 8  # cuts in a row after which an exchange is given up
IDENTITY = MAX_EVENTS  # events of an identity log in one frame
BLOB = 2 << 30  # stored bytes of one blob
RATIO = 100  # decompressed bytes a compressed one
PROBLEMS = 200  # that one exchange says
