"""Who may do what with a charter: members read, keepers speak for the organisation."""

from tejido.ground.people import permission

SEE = "charter.see"
SPEAK = "charter.speak"

permission(SEE, roles=("member",))
permission(SPEAK, roles=("keeper",))
