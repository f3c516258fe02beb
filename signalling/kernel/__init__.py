"""The model itself: pure functions, numbers in and numbers out, in the subset that Numba compiles.

No file here imports anything but NumPy, math and the vocabulary (doctrines also the parameter base
class); none reads a clock, keeps a generator or validates: that happened when the model was compiled.
"""

#: Part of every cell's identity. Raise it whenever a rule, a draw address or a lane changes.
KERNEL_VERSION = 4
