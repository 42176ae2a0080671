"""The annotation platform's server: settings, URLs, WSGI entry point."""
