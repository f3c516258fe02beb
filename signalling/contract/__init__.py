"""What every doctrine promises, and whether a module keeps it; built-in or a user's own, it is the same.

The promises are tried on generated runs, so this package needs Hypothesis, which comes with the tests.
"""
