"""Engines: calendars that decide what is next; the kernel decides what happens."""
