"""Standing Orders, policies and tender templates as paragraphs that can be cited."""

from svlib.documents.paragraphs import Paragraph
from svlib.documents.read import KINDS, read, table

__all__ = ["KINDS", "Paragraph", "read", "table"]
