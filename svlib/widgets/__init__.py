"""Pages people fill in and pages that follow the ledger, for Voila and JupyterLab."""

from svlib.widgets.portal import portal
from svlib.widgets.record import record
from svlib.widgets.self_assessment import self_assessment

__all__ = ["portal", "record", "self_assessment"]
