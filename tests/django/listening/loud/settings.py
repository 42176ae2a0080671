"""As few as a project can have."""

SECRET_KEY = "a test"
INSTALLED_APPS = ["loud.apps.Loud"]
DATABASES = {}
