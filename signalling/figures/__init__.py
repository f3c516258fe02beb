"""Figures: one style, drawn without global state, the same bytes on every rerun.

Nothing is imported here, so that a command which draws nothing does not load matplotlib.
"""
