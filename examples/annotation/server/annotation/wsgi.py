"""What gunicorn serves."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotation.settings")

application = get_wsgi_application()

# Django imports the URLs with the first request; here they are imported once, before gunicorn forks its workers.
import_module(settings.ROOT_URLCONF)
