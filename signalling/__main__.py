"""`python -m signalling` is the command `signalling`."""

import sys

from signalling.cli import main

sys.exit(main())
