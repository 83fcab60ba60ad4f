"""What can be wrong with bytes that claim to belong to a log; each class is one reason, its message says where.

Malformed
├── NotCanonical     JSON in another form than the one that is signed
├── BadHeader        a field missing, superfluous, of a wrong type or out of range
├── BadSignature     no valid signature by the key that the log names
├── BadChain         seq, prev, deps or lam contradict what they name
└── BadPayload       payload bytes that are not what the header commits to
"""


class Malformed(Exception):
    """These bytes are not a well-formed event."""

    code = "malformed"


class NotCanonical(Malformed):
    """Not in canonical form: sorted ASCII keys, no spaces, no floats, integers below 2^53, NFC text, no duplicate key."""

    code = "not-canonical"


class BadHeader(Malformed):
    """A header field is missing, superfluous, of a wrong type or out of range."""

    code = "bad-header"


class BadSignature(Malformed):
    """The signature is not valid under the key that the log names."""

    code = "bad-signature"


class BadChain(Malformed):
    """seq, prev, deps or lam contradict the events that they name."""

    code = "bad-chain"


class BadPayload(Malformed):
    """The payload does not match the hash and size in its header."""

    code = "bad-payload"
