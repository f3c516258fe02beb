"""From a table of runs to estimates: per cell, every quantity with its interval and how that was made."""

from signalling.estimates.parts import estimate as estimate
from signalling.estimates.table import Estimates as Estimates
