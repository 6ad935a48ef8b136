"""Finding passages by meaning: a sealed Chroma base, and an exact delta beside it.

A base is built apart, verified, and put in place by flipping `<data>/chroma/CURRENT`; passages newer than
it are scored exactly from their stored vectors. So no writer ever touches the folder that is being read.
"""

from index.dense.base import base_manifest
from index.dense.build import build_if_due
from index.dense.search import Dense

__all__ = ["Dense", "base_manifest", "build_if_due"]
