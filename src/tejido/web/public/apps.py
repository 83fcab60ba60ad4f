"""The public site as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicSiteConfig(AppConfig):
    """Pages for anybody, and the same as files."""

    name = "tejido.web.public"
    label = "public_site"

    def ready(self) -> None:
        """Name the permission, the keeper's place, and the pages that everybody may see."""
        from tejido.ground import slots
        from tejido.ground.slots import everybody
        from tejido.ground.ui import nav
        from tejido.web.public import policies, proofs, selectors

        policies.name_all()
        nav.place(_("Public site"), "public_keep", order=94, permission=policies.KEEP)
        everybody.shows(selectors.addresses_shown)
        slots.panel("door", selectors.door)
        slots.panel("publishing.proof", proofs.panel)
