"""Moved to warehouse/forms/canonical/layout.py; here until nothing imports it any more."""

from warehouse.forms.canonical.layout import *  # noqa: F403
