"""Home as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    """Home: what needs you now, and what your last contribution set in motion."""

    name = "tejido.web"
    label = "web"

    def ready(self) -> None:
        """Name the places that no room names."""
        from tejido.ground import slots
        from tejido.ground.ui import nav
        from tejido.web import operating, rhythm

        nav.place(_("Home"), "home", order=0)
        nav.place(_("Search"), "search", order=80)
        nav.place(_("People"), "people", order=90, permission="people.see")
        nav.place(_("This node"), "operate", order=95, permission=operating.OPERATE)
        slots.panel("home", operating.notices, order=-10)
        slots.panel("home", rhythm.panel, order=7)
