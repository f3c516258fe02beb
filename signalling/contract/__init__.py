"""What every doctrine promises, and whether a module keeps it: the same for built-in doctrines and a user's own.

The promises are tried on generated runs, so this package needs Hypothesis, which comes with the tests.
"""
