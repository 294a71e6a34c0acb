"""Which proxy the environment names for an address."""

from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

_SPOKEN: Final = ("http", "https")  # what aiohttp can talk to a proxy in


def proxy_for(url: str) -> str | None:
    """The proxy that leads to `url`, by HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY; None for the direct way.

    ValueError for a proxy of another kind: to go past it would be to go where its owner did not want us.
    """
    address = urlsplit(url)
    if not address.hostname or proxy_bypass(address.hostname):
        return None
    known = getproxies()
    found = known.get(address.scheme) or known.get("all")
    if not found:
        return None
    proxy = found if "://" in found else f"http://{found}"
    if urlsplit(proxy).scheme not in _SPOKEN:
        raise ValueError(f"a proxy that speaks {urlsplit(proxy).scheme} cannot be used; name one that speaks HTTP")
    return proxy
