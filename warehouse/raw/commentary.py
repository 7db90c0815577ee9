"""Moved to warehouse/landing/commentary.py; here until nothing imports it any more."""

from warehouse.landing.commentary import *  # noqa: F403
