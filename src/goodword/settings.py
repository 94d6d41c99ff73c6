"""Settings: one object, built once at the edge and passed in.

Sources, the later one wins: defaults, `goodword.toml` in the working directory (or the file named by
`GOODWORD_CONFIG`), `GOODWORD_*` environment variables, arguments. Secrets come from the environment only.
"""

import os
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from tomllib import TOMLDecodeError, loads
from typing import Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from goodword.errors import InputError
from goodword.types import Lang, Market


class ModelSettings(BaseSettings):
    """Which language model words the sentences, and what it may take."""

    model_config = SettingsConfigDict(extra="forbid")

    backend: str = Field("composer", description="composer, local, openai, transformers, scripted, or auto")
    name: str = Field("", description="model name, path or hub id, as the backend understands it; empty: the best here")
    base_url: str = Field("", description="address of an OpenAI-compatible server")
    api_key_env: str = Field("OPENAI_API_KEY", description="environment variable that holds the key")
    timeout: float = Field(60.0, gt=0, description="seconds for one call")
    concurrency: int = Field(4, ge=1, description="calls or slots at once")
    price_in: Decimal = Field(Decimal(0), ge=0, description="price of a million input tokens")
    price_out: Decimal = Field(Decimal(0), ge=0, description="price of a million output tokens")
    currency: str = Field("USD", pattern="^[A-Z]{3}$", description="currency of these prices")
    seed: int = Field(11, description="for backends that draw lots; temperature is 0 everywhere")
    task: Literal["rewrite", "write"] = Field(
        "rewrite", description="rewrite: the composer's sentences in other words; write: from facts, for large models"
    )
    repair: bool = Field(True, description="ask once more for a sentence that was sent back")
    closed_vocabulary: bool = Field(False, description="hold the model to the text's own words, where the backend can")
    context: int = Field(2048, ge=512, description="tokens of one slot of the embedded model, prompt and answer")
    threads: int = Field(0, ge=0, description="threads of the embedded model; 0: one for each core")
    low_memory: bool = Field(False, description="the embedded model in 1.3 GB instead of 1.9 GB, a little slower")
    folder: Path | None = Field(None, description="where weights lie; empty: GOODWORD_MODELS or the user's cache")


class AskSettings(BaseSettings):
    """How customers' questions are answered."""

    model_config = SettingsConfigDict(extra="forbid")

    orders: Path | None = Field(None, description="CSV export of orders, told only to the customer they belong to")
    reviews: Path | None = Field(None, description="reviews whose counts answer what customers think of a product")
    keep_days: int = Field(90, ge=1, description="days after its last question that a conversation is kept")
    secret_env: str = Field(
        "SHOP_SESSION_SECRET", description="environment variable that holds the secret sessions are signed with"
    )


class ServerSettings(BaseSettings):
    """How `goodword serve` serves."""

    model_config = SettingsConfigDict(extra="forbid")

    host: str = Field("127.0.0.1", description="address to listen at; 0.0.0.0 behind a proxy that speaks TLS")
    port: int = Field(8080, ge=0, le=65535, description="port to listen at; 0: any free one")
    url: str = Field("", description="public address of the server, where a proxy stands before it")
    secure_cookies: bool = Field(False, description="cookies over TLS only: on wherever the public address is https")
    session_hours: float = Field(12.0, gt=0, description="hours without a request after which a person signs in again")
    four_eyes: bool = Field(False, description="who wrote a text may not approve it")
    max_body_mb: float = Field(32.0, gt=0, description="largest request body, in MiB")
    timeout: float = Field(30.0, gt=0, description="seconds a request may take that is neither a task nor a stream")
    widget_per_minute: float = Field(30.0, gt=0, description="questions one visitor may ask in a minute, half at once")
    demo_shop: bool = Field(False, description="a small shop at /demo-shop, open to everybody, that shows the widget")


class ProxySettings(BaseSettings):
    """The guard proxy: where the model's server is, and what holds for keys that say nothing of their own."""

    model_config = SettingsConfigDict(extra="forbid")

    base_url: str = Field("", description="address of the model's server; empty: model.base_url, or the hosted one")
    api_key_env: str = Field("OPENAI_API_KEY", description="environment variable that holds the key of that server")
    timeout: float = Field(60.0, gt=0, description="seconds of one answer: to its first word, and to its last")
    retries: int = Field(2, ge=0, description="how often a failed call is tried again")
    policy: Literal["block", "hold", "rewrite", "annotate"] = Field(
        "block", description="what is done with an answer that is not released, where the key says nothing"
    )
    need_facts: bool = Field(True, description="an answer for which no facts were supplied may claim nothing")
    restore: Literal["all", "user", "none"] = Field(
        "all", description="whose personal data comes back in the answer: all, only the user's own, or none"
    )
    tools: bool = Field(False, description="whether the model may call the program's tools")
    models: tuple[str, ...] = Field((), description="models that may be asked; empty: any")


class Settings(BaseSettings):
    """Everything a shop can set; the reference page is generated from these descriptions."""

    model_config = SettingsConfigDict(env_prefix="GOODWORD_", env_nested_delimiter="__", extra="forbid")

    store: str = Field("goodword.db", description="SQLite file, or postgresql:// URL")
    langs: tuple[Lang, ...] = Field(("en", "zh"), description="languages to write")
    markets: tuple[Market, ...] = Field((), description="markets to write for; empty: us for en, cn for zh")
    channel: Literal["listing", "title", "bullets", "seo", "social"] = Field(
        "listing", description="where a text stands: listing, title, bullets, seo or social"
    )
    voice: str = Field("plain", description="name of a packaged voice, or path of a TOML file")
    producer: str = Field("goodword", description="provider code in the machine-readable label", pattern="^[!-~]+$")
    contacts: tuple[str, ...] = Field((), description="the shop's own public numbers, addresses and names: no secrets")
    recommender: str = Field("recommender", description="folder of the fitted recommender")
    actor: str = Field("operator", description="who is recorded in the ledger as having acted")
    talk: Lang | None = Field(None, description="language of messages; not set: zh in a Chinese locale, else en")
    server: ServerSettings = ServerSettings()  # type: ignore[call-arg]  # every field has a default
    proxy: ProxySettings = ProxySettings()  # type: ignore[call-arg]  # every field has a default
    ask: AskSettings = AskSettings()  # type: ignore[call-arg]  # every field has a default
    model: ModelSettings = ModelSettings()  # type: ignore[call-arg]  # every field has a default

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments over environment over file."""
        file = TomlConfigSettingsSource(settings_cls, config_file())
        return init_settings, env_settings, file

    def market_pairs(self) -> tuple[tuple[Lang, Market], ...]:
        """Every (language, market) to write for."""
        if self.markets:
            return tuple((lang, market) for lang in self.langs for market in self.markets)
        home: dict[Lang, Market] = {"en": "us", "zh": "cn"}
        return tuple((lang, home[lang]) for lang in self.langs)


def config_file() -> Path:
    """The settings file that is read, whether or not it exists."""
    return Path(os.environ.get("GOODWORD_CONFIG", "goodword.toml"))


def spoken() -> Lang:
    """The language messages are told in: as set, as the settings file says, as the locale is, else English.

    Never fails, however broken the settings are: that, too, has to be told in some language.
    """
    asked: list[Any] = [os.environ.get("GOODWORD_TALK")]
    with suppress(OSError, ValueError):
        asked.append(loads(config_file().read_text("utf-8")).get("talk"))
    locale = next((os.environ[k] for k in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(k)), "")
    asked.append("zh" if locale.lower().startswith("zh") else "en")
    found: Lang = next(a for a in asked if a in {"en", "zh"})
    return found


def load(**given: object) -> Settings:
    """Settings from all sources; `given` holds arguments, of which None means not given.

    Raises:
        InputError: an unknown or wrong setting, with its name, place and what is allowed.
    """
    try:
        return Settings(**{k: v for k, v in given.items() if v is not None})  # type: ignore[arg-type]
    except TOMLDecodeError as error:
        raise InputError(f"not valid TOML: {error}", where=str(config_file())) from None
    except UnicodeDecodeError:
        raise InputError("not valid TOML: it is not UTF-8", where=str(config_file()), cure="Save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(config_file())) from None
    except SettingsError as error:
        name = str(error).partition('"')[2].partition('"')[0]
        raise InputError(
            f"setting {name!r}: not valid JSON", where="environment, GOODWORD_*", cure='A list is written ["en", "zh"]'
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        why = first["msg"][:1].lower() + first["msg"][1:]
        name = ".".join(str(p) for p in first["loc"])
        raise InputError(
            f"setting {name!r}: {why}",
            where=f"settings ({config_file()}, GOODWORD_*, or an option)",
            cure="See docs/reference/settings.md",
        ) from None
