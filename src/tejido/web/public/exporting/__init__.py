"""The whole public site as files for any web host, or a stick: what a stranger could fetch, and nothing else."""

from tejido.web.public.exporting.mirror import Written, export

__all__ = ["Written", "export"]
