"""Telling other systems what happened: webhooks of an organization, and what was delivered to them."""
