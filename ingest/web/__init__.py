"""Articles from the web: pages, feeds and sitemaps, fetched as a guest would.

`fetch` brings one address, `gather` all that an address leads to, `watch` comes back for more.
"""
