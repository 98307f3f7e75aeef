"""The WSGI entry point for any server (the project's own is granian)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wishmi.config.settings")
application = get_wsgi_application()
