"""Where each feed began: directories know a podcast by a number that is made of its first address, and it may move.

https://podcastindex.org/namespace/1.0#guid. Kept once, in the node's own tables, so that a rebuild, a backup and another
machine leave it as it is. An address that others cannot reach (this machine, a network at home) is none to begin with: many
nodes have the same.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from tejido.practices.relay.press import addresses
from tejido.practices.relay.press.models import Beginning

HERE = (".localhost", ".local", ".lan", ".internal")


def known(lang: str) -> str:
    """The first address of the feed in `lang`, empty where there is none yet."""
    return Beginning.objects.filter(lang=lang).values_list("address", flat=True).first() or ""


def of(lang: str) -> str:
    """The same; kept from now on, if the address of today is one for others. Where it is not, that of today."""
    today = addresses.absolute(addresses.feed(lang))
    if not for_others(today):
        return known(lang) or today
    return Beginning.objects.get_or_create(lang=lang, defaults={"address": today})[0].address


def for_others(address: str) -> bool:
    """Whether an address means one and the same node to everybody: a name, or an address of the internet."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith(HERE)
