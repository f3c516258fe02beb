"""Published results, reproduced through the public face: scenario, doctrine, engines, outcomes.

What theory predicts stands in `signalling.theory`, which knows nothing of the simulation; here it is played.
"""

from signalling.verification.playing import Ledger as Ledger
from signalling.verification.playing import verify as verify
