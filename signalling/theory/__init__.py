"""Closed forms and exact chains that the simulation is compared with; they know nothing of it.

Each module answers entries of the list of published results in the documents:

- `chains`: exact tools for finite Markov chains, used by the others.
- `repeated_play`: memory-one rules and contrite tit for tat under noise (T01, T02).
- `generosity`: how much forgiveness is too much (T03).
- `patience`: how long until k hostile reports in a row, or k of the last n (T05).
- `arms_races`: Richardson's race, on prompt reports and on late ones (T07).
- `noisy_races`: the same with noise, exaggeration and lost reports (T08).
- `reassurance`: a gesture that only the trustworthy can afford (T10).
- `armament_talk`: whether talk stops a race (T11).
- `global_games`: trust that hangs on what others may think, and strategic risk (T12, T13).
- `bargaining`: demands on a rival of hidden cost, and one split for all (T14, T16).
- `audience_costs`: threats that may be lost (T17).
- `inspection`: hidden arming and preventive war (T18).
- `sender_receiver`: talk between those whose aims differ, clean and noisy (T19, T20).
- `public_information`: too much weight on what everybody hears (T21).
- `queues`: one server, servers in a row, and the age of what was heard last (T23).
- `acknowledgement`: sending again until an acknowledgement comes (T24).
- `relays`: hops, copies, confusion matrices and what information passes them (T26).
- `calibration`: the law of a posterior, a lone decider, the base rate (T28).
- `opinion`: voters, mishearing voters, averaging, biased imitation (T31).
- `provocation`: a true message that does harm (T33).
- `domain`: refuses parameters outside their domain.
"""
