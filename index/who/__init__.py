"""Whose articles a question asks for."""

from index.who.names import Names, names_of
from index.who.read import Source, mentioned, read

__all__ = ["Names", "Source", "mentioned", "names_of", "read"]
