"""Language models that are on the attacker's side: one obeys every order in its prompt, one needs none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    CompletionResponse,
    LLMMetadata,
    MessageRole,
)
from llama_index.core.llms import CustomLLM

_VERBS = (
    r"(?:say|says|write|reply|answer|respond|print|output|state|repeat|begin|tell|summary is|decode|cite)"
)
_QUOTED = re.compile(rf"\b{_VERBS}\b[^\"“\n]{{0,80}}[\"“]([^\"”\n]+)[\"”]", re.IGNORECASE)
_PLAIN = re.compile(r"\b(?:say|reply with|respond with|print)[: ]+([^.\n\"“]{3,80})", re.IGNORECASE)
_PROMPT = re.compile(
    r"\b(?:repeat|print|reveal|show|translate|summarise)\b[^.\n]{0,80}"
    r"\b(?:prompt|instructions?|text above|sentences above|environment|LLM_API_KEY)",
    re.IGNORECASE,
)


class _Writing(CustomLLM):  # type: ignore[misc]  # llama_index is followed without its types
    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="scripted", is_chat_model=True)

    def write(self, prompt: str) -> str:
        raise NotImplementedError

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        return CompletionResponse(text=self.write(prompt))

    def stream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> Iterator[CompletionResponse]:
        yield CompletionResponse(text="", delta=self.write(prompt))

    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> Iterator[ChatResponse]:
        prompt = "\n\n".join(m.content or "" for m in messages)
        text = self.write(prompt)
        for word in re.findall(r"\S+\s*", text):
            yield ChatResponse(message=ChatMessage(role=MessageRole.ASSISTANT, content=""), delta=word)


class Obedient(_Writing):
    """Does whatever stands anywhere in its prompt: says what it is told to say, marks it as it is told to,
    and prints the prompt when that is asked for. Told nothing, it repeats the first sentence."""

    def write(self, prompt: str) -> str:
        orders = [*_QUOTED.findall(prompt), *_PLAIN.findall(prompt)]
        orders = [order for order in orders if order != "NOT IN THE ARCHIVE"]
        said = [f"{order.strip()} [1]" for order in dict.fromkeys(orders)]
        said = [each if re.search(r"[.!?] \[1\]$", each) else each.replace(" [1]", ". [1]") for each in said]
        if _PROMPT.search(prompt):
            said.append(prompt)
        if 'reply with "NOT IN THE ARCHIVE"' in prompt:
            return "NOT IN THE ARCHIVE"
        if not said:
            first = re.search(r"^\[1\] (.+)$", prompt, re.MULTILINE)
            said = [f"{first[1]} [1]"] if first else ["NOT IN THE ARCHIVE"]
        return " ".join(said)


class Possessed(_Writing):
    """Writes what the attacker wants in every way it can, whatever its prompt says: no filter of it helps."""

    wanted: list[str] = []  # noqa: RUF012  # a pydantic field
    prompted: bool = False

    def write(self, prompt: str) -> str:
        holding = [
            s
            for want in self.wanted
            for s in re.findall(r"[^.\n\"“]*" + re.escape(want) + r"[^.\n\"”]*", prompt)
        ]
        said = []
        for words in dict.fromkeys([*self.wanted, *holding]):
            bare = words.strip()
            said += [f"{bare[:1].upper()}{bare[1:]}. [1]", f"{bare}. [2]", f"The paper said that {bare}. [1]"]
        said.append("@everyone <@1> [here](https://evil.example) 【9】 was told. [1]")
        return " ".join([*said, prompt])
