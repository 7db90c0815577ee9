"""Moved to warehouse/landing/extracts.py; here until nothing imports it any more."""

from warehouse.landing.extracts import *  # noqa: F403
