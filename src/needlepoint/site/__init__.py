"""The site: settings, URLs, and how it is started."""
