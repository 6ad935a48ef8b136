"""The one reader of environment and .env; hands each floor a small frozen config.

Every setting is named and explained in .env.example; a test keeps the two in step.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.config import IndexConfig, Precision
from index.errors import DatelineError

if TYPE_CHECKING:
    from bot.llm import LLMConfig
    from ingest.config import IngestConfig, WebConfig

ENV_FILE = Path(".env")
"""Read from the working directory; the environment wins over it."""


class SettingsError(DatelineError):
    """A setting has a value that it can't have; names the variable, the value and what is allowed."""


def _folder(path: Path) -> Path:
    path = path.expanduser()
    if path.exists() and not path.is_dir():
        raise ValueError("a file is there, not a folder")
    return path


def _web_address(url: str) -> str:
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("not a web address")
    return url


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _networks(value: str) -> str:
    from ipaddress import ip_network

    if value.lower() in ("true", "false"):
        return value.lower()
    for network in value.split(","):
        ip_network(network.strip(), strict=False)
    return value


WebAddress = Annotated[str, AfterValidator(_web_address)]

ALLOWED = {
    "DATELINE_DATA": "a folder, which is made when it isn't there",
    "DISCORD_GUILD": "a server's id, which is a whole number (right-click the server, Copy Server ID)",
    "LLM": "embedded, openai-like, anthropic or none",
    "LLM_BASE_URL": "a web address that starts with http:// or https://",
    "LLM_TIMEOUT": "seconds, more than 0 and at most 600",
    "JUDGE": "none, same, openai-like or anthropic",
    "JUDGE_BASE_URL": "a web address that starts with http:// or https://",
    "INGEST_WORKERS": "a whole number from 0 to 256; 0 is one for each processor",
    "WEB_DELAY": "seconds, from 0 to 600",
    "WEB_TIMEOUT": "seconds, more than 0 and at most 3600",
    "WEB_MAX_MIB": "mebibytes, from 1 to 1024",
    "WEB_MAX_PAGES": "a whole number, from 1 to 1000000",
    "WEB_ALLOW_PRIVATE": "false, true, or networks such as 192.168.1.0/24, with commas between them",
    "EMBEDDING_PRECISION": "auto, fp32, bf16 or int8",
    "EMBEDDING_THREADS": "a whole number, from 1 to 1024",
    "EMBEDDING_BASE_URL": "a web address that starts with http:// or https://",
    "EMBEDDING_MAX_TOKENS": "a whole number, from 32 to 32768",
    "CHROMA_URL": "a web address that starts with http:// or https://",
}
SECRET = frozenset({"DISCORD_TOKEN", "LLM_API_KEY", "JUDGE_API_KEY", "EMBEDDING_API_KEY", "CHROMA_API_KEY"})


class Settings(BaseSettings):
    """All settings, read once; a blank value means the default."""

    model_config = SettingsConfigDict(
        alias_generator=str.upper,
        populate_by_name=True,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        str_strip_whitespace=True,
    )

    data: Annotated[Path, AfterValidator(_folder)] = Field(default=Path("data"), alias="DATELINE_DATA")
    discord_token: SecretStr | None = None
    discord_guild: Annotated[int, Field(gt=0)] | None = None
    llm: Annotated[Literal["embedded", "openai-like", "anthropic", "none"], BeforeValidator(_lower)] = (
        "embedded"
    )
    llm_model: str | None = None
    llm_base_url: WebAddress | None = None
    llm_api_key: SecretStr | None = None
    llm_timeout: Annotated[float, Field(gt=0, le=600)] = 30
    judge: Annotated[Literal["none", "same", "openai-like", "anthropic"], BeforeValidator(_lower)] = "none"
    judge_model: str | None = None
    judge_base_url: WebAddress | None = None
    judge_api_key: SecretStr | None = None
    embedding_model: str = "all-MiniLM-L6-v2"
    embedding_precision: Annotated[Precision, BeforeValidator(_lower)] = "auto"
    embedding_device: Annotated[str, BeforeValidator(_lower)] = "auto"
    embedding_threads: Annotated[int, Field(ge=1, le=1024)] | None = None
    embedding_base_url: WebAddress | None = None
    embedding_api_key: SecretStr | None = None
    embedding_max_tokens: Annotated[int, Field(ge=32, le=32768)] = 512
    embedding_query_prompt: str | None = None
    embedding_passage_prompt: str | None = None
    reranker: str | None = None
    chroma_url: WebAddress | None = None
    chroma_tenant: str | None = None
    chroma_database: str | None = None
    chroma_api_key: SecretStr | None = None
    ingest_workers: Annotated[int, Field(ge=0, le=256)] = 0
    web_contact: str | None = None
    web_delay: Annotated[float, Field(ge=0, le=600)] = 1
    web_timeout: Annotated[float, Field(gt=0, le=3600)] = 60
    web_max_mib: Annotated[int, Field(ge=1, le=1024)] = 50
    web_max_pages: Annotated[int, Field(ge=1, le=1_000_000)] = 1000
    web_allow_private: Annotated[str, AfterValidator(_networks)] = "false"

    @model_validator(mode="before")
    @classmethod
    def _blank_is_default(cls, values: dict[str, Any]) -> dict[str, Any]:
        stripped = {k: v.strip() if isinstance(v, str) else v for k, v in values.items()}
        return {k: v for k, v in stripped.items() if v != ""}

    def index_config(self) -> IndexConfig:
        return IndexConfig(
            data=self.data,
            embedding_model=self.embedding_model,
            chroma_url=self.chroma_url,
            chroma_tenant=self.chroma_tenant,
            chroma_database=self.chroma_database,
            chroma_api_key=self.chroma_api_key.get_secret_value() if self.chroma_api_key else None,
            embedding_precision=self.embedding_precision,
            embedding_device=self.embedding_device,
            embedding_threads=self.embedding_threads,
            embedding_base_url=self.embedding_base_url,
            embedding_api_key=self.embedding_api_key.get_secret_value() if self.embedding_api_key else None,
            embedding_max_tokens=self.embedding_max_tokens,
            embedding_query_prompt=self.embedding_query_prompt or "",
            embedding_passage_prompt=self.embedding_passage_prompt or "",
            reranker=self.reranker,
        )

    def ingest_config(self) -> IngestConfig:
        from ingest.config import IngestConfig

        return IngestConfig(index=self.index_config(), workers=self.ingest_workers, web=self.web_config())

    def web_config(self) -> WebConfig:
        from ingest.config import WebConfig

        allow: tuple[str, ...] = ()
        if self.web_allow_private == "true":
            from ingest.web.address import PRIVATE

            allow = PRIVATE
        elif self.web_allow_private != "false":
            allow = tuple(network.strip() for network in self.web_allow_private.split(","))
        return WebConfig(
            contact=self.web_contact,
            delay=self.web_delay,
            timeout=self.web_timeout,
            max_bytes=self.web_max_mib * 1024 * 1024,
            max_pages=self.web_max_pages,
            allow=allow,
        )

    def llm_config(self) -> LLMConfig:
        from bot.llm import LLMConfig

        return LLMConfig(
            kind=self.llm,
            model=self.llm_model,
            base_url=self.llm_base_url,
            api_key=self.llm_api_key.get_secret_value() if self.llm_api_key else None,
            timeout=self.llm_timeout,
        )

    def judge_config(self) -> LLMConfig | None:
        """The language model that gives a second opinion on what is shown; None for none."""
        from bot.llm import LLMConfig

        if self.judge == "none":
            return None
        if self.judge == "same":
            return self.llm_config()
        return LLMConfig(
            kind=self.judge,
            model=self.judge_model,
            base_url=self.judge_base_url,
            api_key=self.judge_api_key.get_secret_value() if self.judge_api_key else None,
            timeout=self.llm_timeout,
        )


def load_settings(data: Path | None = None, **overrides: object) -> Settings:
    """Settings from `data` and `overrides` (by field name), the environment, then .env, in that order.

    Raises SettingsError, one line for each wrong value.
    """
    given: dict[str, Any] = {k: v for k, v in overrides.items() if v is not None}
    if data is not None:
        given["data"] = data
    try:
        return Settings(**given)
    except ValidationError as error:
        lines = [_explain(str(e["loc"][0]) if e["loc"] else "", e["input"], given) for e in error.errors()]
        raise SettingsError("\n".join(dict.fromkeys(lines))) from None
    except (UnicodeDecodeError, OSError) as error:
        raise SettingsError(
            f"{ENV_FILE} can't be read ({error}): make it a readable text file in UTF-8, or remove it."
        ) from None


def _explain(loc: str, value: object, given: dict[str, Any]) -> str:
    field = next((f for f, info in Settings.model_fields.items() if loc in (f, info.alias)), loc)
    name = env_name(field)
    shown = "(kept secret)" if name in SECRET else f"{value}"
    place = "on the command line" if field in given else _place(name)
    return f"{name}={shown} {place} is not allowed; allowed: {ALLOWED.get(name, 'text')}."


def _place(name: str) -> str:
    in_environment = any(k.upper() == name and v.strip() for k, v in os.environ.items())
    return "in the environment" if in_environment else f"in {ENV_FILE}"


def env_name(field: str) -> str:
    """The environment variable of a field of Settings."""
    return Settings.model_fields[field].alias or field.upper() if field in Settings.model_fields else field


def unknown_names() -> list[str]:
    """Names in .env that look like ours and are no setting: most often a slip of the keyboard."""
    from difflib import get_close_matches

    from dotenv import dotenv_values

    known = [env_name(field) for field in Settings.model_fields]
    names = [n.upper() for n in dotenv_values(ENV_FILE, encoding="utf-8")] if ENV_FILE.is_file() else []
    strange = [n for n in names if n not in known]
    return [n for n in strange if get_close_matches(n, known, n=1, cutoff=0.8)]
