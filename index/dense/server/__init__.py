"""Finding passages by meaning on a Chroma server, or on Chroma Cloud, instead of in the data folder."""

from index.dense.server.leaving import delete_left, remove
from index.dense.server.publish import Published, Publisher
from index.dense.server.search import ServerDense

__all__ = ["Published", "Publisher", "ServerDense", "delete_left", "remove"]
