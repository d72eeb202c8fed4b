"""Whom a connection trusts and what it shows of itself: TLS contexts, made once for each such choice."""

import ssl
from typing import NamedTuple

from warroom.console.monitor.reasons import reason_of


class Trust(NamedTuple):
    """A choice of trust; connections with the same one share a context, which costs more than many polls."""

    verify: bool = True
    ca: str = ""
    client_cert: str = ""
    client_key: str = ""


class Untrusted(Exception):
    """A file of certificates that cannot be used; the message says which and why."""


def tls_context(trust: Trust) -> ssl.SSLContext:
    """A new context for a choice of trust.

    Raises:
        Untrusted: one of its files cannot be used.
    """
    context = _authorities(trust)
    if not trust.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if trust.client_cert:
        key = trust.client_key or trust.client_cert
        try:
            # An empty passphrase: without one OpenSSL would ask for it on the terminal, and wait.
            context.load_cert_chain(trust.client_cert, key, password="")
        except (OSError, ValueError) as error:
            raise Untrusted(f"client_cert {trust.client_cert} cannot be used: {_why_not(error)}") from error
    return context


def _authorities(trust: Trust) -> ssl.SSLContext:
    if trust.ca:
        try:
            return ssl.create_default_context(cafile=trust.ca)
        except (OSError, ValueError) as error:
            raise Untrusted(f"ca {trust.ca} cannot be used: {_why(error)}") from error
    paths = ssl.get_default_verify_paths()
    if trust.verify and not paths.cafile and not paths.capath:
        import httpx

        return httpx.create_ssl_context()  # a bare system: the library brings certificates along
    return ssl.create_default_context()


def _why_not(error: Exception) -> str:
    """Why a certificate and its key cannot be shown; of a file that can't be read OpenSSL says only where it stood."""
    if isinstance(error, ssl.SSLError) and error.reason == "KEY_VALUES_MISMATCH":
        return "the key belongs to another certificate"
    if isinstance(error, ssl.SSLError) and not error.reason:
        return "it holds no certificate with a key, or the key has a passphrase"
    return _why(error)


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLError) or not isinstance(error, OSError):
        return reason_of(error).removeprefix("TLS: ")
    return (error.strerror or str(error)).lower()
