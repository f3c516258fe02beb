"""What can go wrong, in one small family: every message names path, value and remedy."""


class SignallingError(Exception):
    """Base of every error a user can cause or meet; its text is a complete message."""


class ScenarioError(SignallingError):
    """A scenario, study or treatment is not acceptable as written."""


class ResultError(SignallingError):
    """A results folder is missing, foreign or damaged."""
