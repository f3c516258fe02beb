"""Plays a queue in Ciw; runs in its environment, where ours is not: JSON in, JSON out.

In: `rate`, `service` ("exponential" or "constant", of mean 1), `capacity` (with the one in service; 0 without
limit), `until`, `seed`. Out: for every customer who comes before `until`, in the order of coming, when it
comes, how long it waits and how long it stays; both null if it is refused.
"""

import json
import math
import sys

import ciw

#: At the end of the time, in which who has come may not have left: they have no record yet.
STILL_INSIDE = 200.0


def main() -> None:
    queue = json.load(sys.stdin)
    laws = {"exponential": ciw.dists.Exponential(1.0), "constant": ciw.dists.Deterministic(1.0)}
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(queue["rate"])],
        service_distributions=[laws[queue["service"]]],
        number_of_servers=[1],
        # Its capacity is without the one in service, ours with it.
        queue_capacities=[queue["capacity"] - 1 if queue["capacity"] else math.inf],
    )
    ciw.seed(queue["seed"])
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(queue["until"] + STILL_INSIDE)
    passages = []
    for record in sorted(simulation.get_all_records(), key=lambda record: record.arrival_date):
        if record.arrival_date >= queue["until"]:
            break
        refused = record.record_type == "rejection"
        wait = None if refused else record.waiting_time
        stay = None if refused else record.waiting_time + record.service_time
        passages.append((record.arrival_date, wait, stay))
    json.dump(passages, sys.stdout)


if __name__ == "__main__":
    main()
