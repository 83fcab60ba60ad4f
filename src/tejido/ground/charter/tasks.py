"""In the background: what the members decided is carried out by the owner's node as soon as it hears of it."""

from tejido.ground import work
from tejido.ground.charter import actions, selectors
from tejido.ground.network.selectors import networks
from tejido.ground.store.models import Own


def claim_key(network: str) -> str:
    """The name of the work in a network."""
    return f"charter:{network}"


@work.sweeper
def owed() -> None:
    """Queue the networks of ours in which the members have decided something that was not carried out."""
    if not Own.objects.exists():
        return
    keys = [one.key for one in selectors.with_charter() if actions.owed(one)]
    for claim in work.due([claim_key(key) for key in keys]):
        work.enqueue_once(carry_out, claim.partition(":")[2])


@work.task()
def carry_out(network: str) -> None:
    """Write the member list that was decided on."""
    with work.claim(claim_key(network)):
        for one in networks():
            if one.key == network:
                actions.carry_out(network=one)
