"""Settings under which the platform is tested: the production ones with a password hash that costs nothing.

Every request of a test signs in with Basic authentication; the production hash takes a tenth of a second to check.
"""

from annotation.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
