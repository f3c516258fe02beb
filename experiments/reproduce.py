"""Every table, figure and finding of these experiments, from nothing: the same as `signalling reproduce`."""

import sys

from signalling.cli import main

if __name__ == "__main__":
    sys.exit(main(["reproduce", *sys.argv[1:]]))
