"""Pages people fill in, for Voila and JupyterLab."""

from svlib.widgets.self_assessment import self_assessment

__all__ = ["self_assessment"]
