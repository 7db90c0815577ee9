"""Moved to warehouse/landing/bounds.py; here until nothing imports it any more."""

from warehouse.landing.bounds import *  # noqa: F403
