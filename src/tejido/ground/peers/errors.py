"""What can keep an exchange over the internet from going on. A peer's row keeps the code; pages show the words."""

from django.utils.translation import gettext_noop as _

from tejido.ground.errors import Conflict, Invalid, Problem


class PeerProblem(Problem):
    """The exchange stopped. What came so far is kept."""

    status = 422
    code = "peer-problem"


class BadAddress(Invalid):
    """This is no address of a node. Write it as its keeper gave it to you, such as https://example.org, without
    anything after it."""

    code = "bad-address"


class BadOnion(BadAddress):
    """This onion address cannot be right: a sign in it is wrong, or missing. Its name has 56 letters and digits, then
    .onion. Copy it whole, or let it be sent to you."""

    code = "bad-onion"


class SameAddress(Conflict):
    """There is a partner with this address already."""

    code = "same-address"


class NoSuchName(PeerProblem):
    """No computer is known under this name. Compare the address with the one its keeper gave you; or this node has no
    internet just now."""

    code = "no-such-name"


class LocalAddress(PeerProblem):
    """This address lies in a local network, or on this machine. It was not called. If your partner's node really stands
    there, set "exchange_lan" in node.json."""

    code = "local-address"


class MixedAddress(PeerProblem):
    """This name stands for a public address and a local one at once. That is how a stranger would reach into your
    network, so it was not called. Ask your partner to look at the name's records."""

    code = "mixed-address"


class NeverAnAddress(PeerProblem):
    """No node can stand at this address: it is one for many machines at once, or for none. It was not called."""

    code = "never-an-address"


class PlainAddress(PeerProblem):
    """Over the internet this node exchanges with https:// alone: with http:// everybody on the line could read along.
    Ask your partner for an address with https://."""

    code = "plain-address"


class NoProxy(PeerProblem):
    """Onion addresses are reached through a SOCKS proxy, such as Tor's. Set "exchange_proxy" in node.json."""

    code = "no-proxy"


class WrongProxy(PeerProblem):
    """What "exchange_proxy" in node.json names is no SOCKS proxy, so the onion address was not called. Tor's is
    socks5://127.0.0.1:9050, unless somebody changed its port."""

    code = "wrong-proxy"


class NoAnswer(PeerProblem):
    """Nobody answers at this address. Their node may be switched off, or the line is down."""

    code = "no-answer"


class ProxyDown(NoAnswer):
    """Nothing answers at the proxy that "exchange_proxy" in node.json names: Tor does not run there. The onion address
    was not called; this node never calls one in another way. Start Tor."""

    code = "proxy-down"


class OnionSilent(NoAnswer):
    """Tor reached nobody at this onion address. Their Tor or their node may be switched off; or the Tor on our side has
    found no way yet, which can take a few minutes after its start. Try again then."""

    code = "onion-silent"


class BadCertificate(PeerProblem):
    """Whoever answers cannot prove that the address is theirs: the certificate is not valid for it. Nothing was sent.
    Tell your partner's keeper."""

    code = "bad-certificate"


class Redirected(PeerProblem):
    """The address answers that the node is elsewhere. Such answers are not followed. Ask your partner for the new
    address, and enter it here."""

    code = "redirected"


class NoNode(PeerProblem):
    """Something answers at this address, but no node that speaks as ours does. Compare the address; or one of the two
    programs is too old."""

    code = "no-node"


class NotKnown(PeerProblem):
    """Their node does not let ours in. Either another organisation's node stands at this address, or they do not know
    our organisation, or this device of it, yet: then exchange once through a folder."""

    code = "not-known"


class OtherNode(PeerProblem):
    """The node at this address could not prove that it belongs to the organisation that you expect there. Nothing was
    given to it. Ask your partner."""

    code = "other-node"


class Full(PeerProblem):
    """Their node has many exchanges under way just now. Try again in a few minutes."""

    code = "full"

    def __init__(self, after_s: int = 60) -> None:
        self.after_s = after_s
        super().__init__()


class TooSlow(PeerProblem):
    """The line is too slow, or was cut. What came is kept; the next exchange goes on from there."""

    code = "too-slow"


class TooLarge(PeerProblem):
    """Their node sent more at once than any node should. It was not taken in. Tell your partner's keeper."""

    code = "too-large"


class BadAnswer(PeerProblem):
    """Their node answered with something that cannot be read. It was not taken in. Tell your partner's keeper if it
    happens again."""

    code = "bad-answer"


class SessionOver(PeerProblem):
    """Their node has ended the exchange. The next one goes on from there."""

    code = "session-over"


class UnderWay(Conflict):
    """An exchange with this partner is under way already."""

    code = "under-way"


class Paused(Conflict):
    """The exchange with this partner is paused. Let it go on first."""

    code = "paused"


class NotOurs(Invalid):
    """This organisation is in none of your networks. Partners are organisations that you share a network with."""

    code = "not-in-our-networks"


class OurOwn(Invalid):
    """This is your own organisation. A partner is another one."""

    code = "our-own"


class BadSchedule(Invalid):
    """The time between two exchanges is a number of minutes, from 1 to 10080 (a week), or 0: only by hand."""

    code = "bad-schedule"


FAULT = _("The exchange broke on our side. If that happens again, tell whoever looks after your node.")


def _all(kind: type[PeerProblem]) -> list[type[PeerProblem]]:
    return [kind, *(one for child in kind.__subclasses__() for one in _all(child))]


def named(code: str) -> Problem:
    """The problem that a peer's row names by its code."""
    found = next((one for one in _all(PeerProblem) if one.code == code), None)
    return found() if found else PeerProblem(FAULT)
