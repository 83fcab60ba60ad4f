"""Who may do what with networks. `network.exchange` is named with the accounts' own permissions."""

from tejido.ground.people import permission

SEE = "network.see"
MANAGE = "network.manage"
EXCHANGE = "network.exchange"

permission(SEE, roles=("member",))
permission(MANAGE, roles=("keeper",))
