"""The notebooks as pages, by Voila."""

from __future__ import annotations

import os
from importlib.resources import files

from svlib import kernels, project
from svlib.errors import Fault, ParameterError
from svlib.widgets import identity

LOOPBACK = "127.0.0.1"
_IDLE_S = 1_800  # after which what runs behind a closed page is stopped
_PAGES = {
    "Take the test": "self_assessment",
    "Record deliveries": "record",
    "Social value now": "portal",
}


def serve(port: int, ip: str = LOOPBACK, test_user: str = "") -> None:
    """Serve notebooks/ until stopped. A viewer sees no code, cannot choose a template and gets no
    trace of an error. When the port is taken it says so and ends.

    Beyond this machine (`ip`) only behind a sign-in server whose secret stands in
    SVLIB_PROXY_SECRET; a `test_user` only on this machine. Raises ParameterError otherwise.
    """
    _refuse_open_doors(ip, test_user)
    templates = str(files("svlib.widgets") / "share")
    os.environ["JUPYTER_PATH"] = os.pathsep.join(
        [templates, *filter(None, [os.environ.get("JUPYTER_PATH")])]
    )
    os.environ.pop(identity.TEST_USER, None)
    if test_user:
        os.environ[identity.TEST_USER] = test_user
        print(f"For trying out only: every visitor is the test user {test_user}.")
    kernels.warm_by_default()
    with kernels.without_grammar():
        from voila.app import Voila

    for name, page in _PAGES.items():
        print(f"{name}: http://{ip}:{port}/voila/render/dashboards/{page}.ipynb")
    print(f"All pages: http://{ip}:{port}/   (stop with Ctrl+C)", flush=True)
    Voila.launch_instance(
        argv=[
            str(project.root() / "notebooks"),
            "--no-browser",
            f"--port={port}",
            "--Voila.port_retries=0",
            f"--Voila.ip={ip}",
            "--VoilaConfiguration.template=svlib",
            "--VoilaConfiguration.allow_template_override=NO",
            "--VoilaConfiguration.allow_theme_override=NO",
            "--VoilaConfiguration.show_tracebacks=False",
            f"--VoilaConfiguration.http_header_envs={identity.headers()}",
            f"--MappingKernelManager.cull_idle_timeout={_IDLE_S}",
            "--MappingKernelManager.cull_interval=60",
        ]
    )


def _refuse_open_doors(ip: str, test_user: str) -> None:
    if ip == LOOPBACK:
        return
    if test_user:
        raise ParameterError(
            Fault("--as", f"a test user beyond this machine ({ip})", "Leave --ip out.")
        )
    if not os.environ.get(identity.SECRET):
        raise ParameterError(
            Fault(
                "--ip",
                f"{ip} can be reached by others, and no sign-in server stands in front",
                f"Set {identity.SECRET} to the secret that it sends in {identity.SECRET_HEADER}.",
            )
        )
