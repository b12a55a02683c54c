"""The portal as a WSGI application for gunicorn; the settings file comes from CKAN_INI."""

from __future__ import annotations

import os

from ckan.cli import load_config
from ckan.config.middleware import make_app
from ckan.lib.i18n import build_js_translations

application = make_app(load_config(os.environ["CKAN_INI"]))
build_js_translations()  # CKAN does so only in its own development server; without it scripts speak English
