"""The web server: gunicorn with threads, started from code. It writes no access log: that is where addresses would lie."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from tejido.site.node import NodeConfig
from tejido.site.patience import PatientWorker

GRACE_S = 20


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with our settings instead of its command line and files."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand our options over."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        """The application; in each process for itself, after the fork."""
        from tejido.site.wsgi import application

        return application


def options(config: NodeConfig, bind: str) -> dict[str, Any]:
    """gunicorn's settings for a node that listens at `bind` (`host:port`)."""
    return {
        "bind": [bind],
        "workers": config.processes,
        "worker_class": PatientWorker,
        "threads": config.threads,
        "graceful_timeout": GRACE_S,
        "timeout": 120,
        "keepalive": 15,
        "max_requests": 10_000,
        "max_requests_jitter": 1_000,
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "error",  # its warning about a request that cannot be read names the address
        "proc_name": f"tejido {config.short_id}",
        "forwarded_allow_ips": "127.0.0.1,::1",
        "control_socket_disable": True,
    }


def _own_temporary_folder(folder: Path) -> None:
    """Uploads wait in files: in the node's folder, not in the machine's shared one. Leftovers of a killed server go."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)


def serve(config: NodeConfig, bind: str = "") -> None:
    """Serve the node until SIGTERM or Ctrl-C; requests under way are finished first. Does not return."""
    _own_temporary_folder(config.folder / "temporary")
    os.environ["TEJIDO_NODE"] = str(config.folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tejido.site.settings")
    Server(options(config, bind or f"localhost:{config.port}")).run()
