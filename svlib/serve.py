"""The notebooks as pages, by Voila, to this machine only."""

from __future__ import annotations

import os
from importlib.resources import files

from svlib import project

_IDLE_S = 1_800  # after which what runs behind a closed page is stopped


def serve(port: int) -> None:
    """Serve notebooks/ on 127.0.0.1 until stopped. A viewer sees no code, cannot choose a template
    and gets no trace of an error. When the port is taken it says so and ends."""
    templates = str(files("svlib.widgets") / "share")
    os.environ["JUPYTER_PATH"] = os.pathsep.join(
        [templates, *filter(None, [os.environ.get("JUPYTER_PATH")])]
    )
    from voila.app import Voila

    print(f"Take the test: http://127.0.0.1:{port}/voila/render/dashboards/self_assessment.ipynb")
    print(f"All pages: http://127.0.0.1:{port}/   (stop with Ctrl+C)", flush=True)
    Voila.launch_instance(
        argv=[
            str(project.root() / "notebooks"),
            "--no-browser",
            f"--port={port}",
            "--Voila.port_retries=0",
            "--Voila.ip=127.0.0.1",
            "--VoilaConfiguration.template=svlib",
            "--VoilaConfiguration.allow_template_override=NO",
            "--VoilaConfiguration.allow_theme_override=NO",
            "--VoilaConfiguration.show_tracebacks=False",
            f"--MappingKernelManager.cull_idle_timeout={_IDLE_S}",
            "--MappingKernelManager.cull_interval=60",
        ]
    )
