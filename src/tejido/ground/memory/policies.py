"""Who may do what with the memory."""

from tejido.ground.people import permission

READ = "memory.read"
KEEP = "memory.keep"

permission(READ, roles=("member",))
permission(KEEP, roles=("facilitator", "keeper"))
