"""Warm kernels: Jupyter kernels forked from a process that has imported what notebooks use.

The kernelspec `svlib`, which the package installs into its environment, names the provisioner of
this room. Where a kernel cannot be forked it starts as the ordinary one, with the same results.
"""

from svlib.kernels.choosing import DEFAULT, NAME, kernel_name, warm_by_default
from svlib.kernels.slim import without_grammar
from svlib.kernels.warming import SWITCH, warm_up, why_not

__all__ = [
    "DEFAULT",
    "NAME",
    "SWITCH",
    "kernel_name",
    "warm_by_default",
    "warm_up",
    "why_not",
    "without_grammar",
]
