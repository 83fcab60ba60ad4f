"""Uploads that survive a bad line: a tus 1.0 server. What is sent first is a form, checked at once; the file follows in
as many pieces as it takes, and when its last byte is here the purpose's `finish` runs exactly once.

A room registers a purpose in its `AppConfig.ready`:

    uploads.purpose("relay.report", begin, finish)

`begin(request, fields)` checks the form (a mutable `QueryDict`; what it leaves in there is kept) and raises a `Problem`,
`BadForm` for errors by field. It returns None where the upload belongs to the account that is signed in, or a secret
token where the sender has none: that token goes back in the header `Upload-Token`, and later requests must bring it.

`finish(finished)` does what the upload was for and returns the address to go to. It may be called again after a crash, so
it hands `finished.command` to an action that repeats nothing. A `Problem` that it raises is kept and shown.
"""

from tejido.ground.uploads.errors import BadForm
from tejido.ground.uploads.registry import RECORDING_BYTES, Begin, Finish, Finished, owner_of_token, purpose

__all__ = ["RECORDING_BYTES", "BadForm", "Begin", "Finish", "Finished", "owner_of_token", "purpose"]
