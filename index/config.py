"""What the ground floor needs to know; bot.settings fills it from the environment."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Precision = Literal["auto", "fp32", "bf16", "int8"]


@dataclass(frozen=True, slots=True)
class IndexConfig:
    data: Path
    """Folder that holds ledger, vectors, lexical index and Chroma bases."""
    embedding_model: str = "all-MiniLM-L6-v2"
    """Hub name or folder of a sentence-transformers model; or a server's name for it."""
    chroma_url: str | None = None
    """Of a Chroma server that holds the vectors and is searched instead of the data folder's bases."""
    chroma_tenant: str | None = None
    chroma_database: str | None = None
    chroma_api_key: str | None = field(default=None, repr=False)
    """For Chroma Cloud, or a server that asks for one; alone, it means Chroma Cloud."""
    delta_limit: int = 10_000
    """Passages scored exactly beside the base before a new base is built."""
    embedding_precision: Precision = "auto"
    """What passages are embedded in; `auto` measures once which is fastest here and near enough to fp32."""
    embedding_device: str = "auto"
    """`cpu`, a device of PyTorch's (`cuda`, `cuda:1`, `mps`), or `auto`: a card where there is one."""
    embedding_threads: int | None = None
    """Processor cores that embedding may use; None is all that this process may."""
    embedding_base_url: str | None = None
    """Of an embedding server that speaks OpenAI's protocol: what stands before `/embeddings`."""
    embedding_api_key: str | None = field(default=None, repr=False)
    embedding_max_tokens: int = 512
    """Word pieces that the server's model reads of a text."""
    embedding_query_prompt: str = ""
    """What the model wants before a question, such as `query:`; empty for what its own files say (a server's
    has none), `none` for nothing."""
    embedding_passage_prompt: str = ""
    reranker: str | None = None
    """Hub name or folder of a cross-encoder that looks at the best passages again; None is none."""

    @property
    def has_server(self) -> bool:
        """Whether passages are found by meaning on a Chroma server, or on Chroma Cloud."""
        return bool(self.chroma_url or self.chroma_api_key)
