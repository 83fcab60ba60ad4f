"""The charter as a Django app."""

from django.apps import AppConfig


class CharterConfig(AppConfig):
    """What a network has agreed on, and who is in it by what decision."""

    name = "tejido.ground.charter"
    label = "charter"

    def ready(self) -> None:
        """Make the kinds, the sweeper, the permissions and the gate known."""
        from tejido.ground.charter import tasks  # noqa: F401 - a sweeper
        from tejido.ground.charter.gating import GATE
        from tejido.ground.charter.panels import invite_panel, network_panel, onward_panel
        from tejido.ground.charter.projector import MATTERS
        from tejido.ground.charter.steps import keepers_steps
        from tejido.ground.network.gates import gate
        from tejido.ground.slots import next_step, panel
        from tejido.ground.store.public import register

        register(MATTERS)
        gate(GATE)
        next_step(keepers_steps)
        panel("network.one", network_panel)
        panel("network.above", onward_panel)
        panel("network.invite", invite_panel)
