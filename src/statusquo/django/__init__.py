"""The door for Django: tests in its own process get fixtures of any scope and rewinds, projects get the data tools.

Add ``"statusquo.django"`` to INSTALLED_APPS for ``manage.py statusquo``; tests need no more than pytest-django.
"""
