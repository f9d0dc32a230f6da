"""What settings demand of each other, and of the addresses that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.addresses import address_fault, is_plaintext_elsewhere, url_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.settings import Settings

_ENGINES = ("local", "ray")


def faults(settings: Settings) -> Iterator[str]:
    """Yield what is wrong, in words that name the setting; some of them are empty."""
    yield address_fault("address", settings.address)
    yield _words_fault(settings)
    yield from _tls_faults(settings)
    yield address_fault("metrics_address", settings.metrics_address) if settings.metrics_address else ""
    yield address_fault("web", settings.web) if settings.web else ""
    yield url_fault("otlp_endpoint", settings.otlp_endpoint)
    yield from _drafter_faults(settings)
    yield from _engine_faults(settings)


def _drafter_faults(settings: Settings) -> Iterator[str]:
    url = settings.drafter_url
    if not url:
        for name in ("drafter_model", "drafter_prompt", "drafter_key_file"):
            if getattr(settings, name):
                yield f"{name} is set without drafter_url, whose endpoint it is for"
        return
    if "@" in url or "?" in url or "#" in url:
        # It may hold a password, so that it is not told.
        yield "drafter_url must hold neither credentials nor a query; a key goes into drafter_key_file"
    elif fault := url_fault("drafter_url", url):
        yield fault
    elif is_plaintext_elsewhere(url) and not settings.allow_plaintext:
        yield (
            f"drafter_url is {url}, to which sentences of articles and a key would go without TLS: "
            "use https://, or set allow_plaintext"
        )
    if not settings.drafter_model:
        yield "drafter_url is set without drafter_model, the model that its endpoint is asked for"


def _engine_faults(settings: Settings) -> Iterator[str]:
    if settings.engine not in _ENGINES:
        yield f"engine is {settings.engine!r}, and must be one of {', '.join(_ENGINES)}"
    if settings.ray_address:
        yield address_fault("ray_address", settings.ray_address)
    if settings.min_replicas > settings.max_replicas:
        fewest, most = settings.min_replicas, settings.max_replicas
        yield f"min_replicas is {fewest}, and must be at most max_replicas, {most}"


def _words_fault(settings: Settings) -> str:
    if settings.default_words <= settings.max_summary_words:
        return ""
    words, most = settings.default_words, settings.max_summary_words
    return f"default_words is {words}, and must be at most max_summary_words, {most}"


def _tls_faults(settings: Settings) -> Iterator[str]:
    if bool(settings.tls_certificate) != bool(settings.tls_key):
        given, missing = (
            ("tls_certificate", "tls_key") if settings.tls_certificate else ("tls_key", "tls_certificate")
        )
        yield f"{given} is set without {missing}, and both are needed"
    if settings.tls_client_ca and not settings.tls_certificate:
        yield "tls_client_ca is set without tls_certificate, and clients show certificates over TLS only"
    if settings.tls_client_ca and settings.web:
        yield "tls_client_ca is set with web, and the page knows callers by their tokens only"
    if not (settings.tls_certificate or settings.allow_plaintext):
        yield from _plaintext_faults(settings)


def _plaintext_faults(settings: Settings) -> Iterator[str]:
    public = {"address": settings.is_public, "web": settings.web_is_public}
    for name in (name for name, is_public in public.items() if is_public):
        address = getattr(settings, name)
        if not address_fault(name, address):
            yield (
                f"{name} is {address}, which other machines may reach: set tls_certificate and tls_key, "
                "or allow_plaintext to serve it without TLS"
            )
