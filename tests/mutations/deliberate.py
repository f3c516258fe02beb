"""The deliberate errors: each is one the kernel could well have, and names the tests that must notice it.

To add one: copy the exact lines of a kernel file, write what a tired author might have written there, and
name the cheapest test that fails. `make mutations` tries them all; test_deliberate.py, in `make test`, only
sees to it that the lines and the tests still exist. Prefer tests that run the process engine: for the
compiled one every error is another kernel, which takes seconds to compile.
"""

from typing import NamedTuple


class DeliberateError(NamedTuple):
    """A wrong line in a copy of the kernel."""

    name: str
    """What is wrong with this model, in words; it is also what `--only` takes."""
    file: str
    """Under signalling/kernel."""
    right: str
    """Text that occurs exactly once in the file."""
    wrong: str
    """What stands there instead."""
    tests: tuple[str, ...]
    """Tests that are to notice: files or node identifiers of pytest."""


BELIEF = "tests/kernel/test_belief.py"
CHANNEL = "tests/kernel/test_channel.py"
DRAWS = "tests/kernel/test_draws.py"
FAULTS = "tests/contract/test_channel_faults.py"
JOINT = "tests/test_joint_war.py"
LANES = f"{FAULTS}::test_every_fault_draws_its_own_lane"
LAWS = "tests/test_laws.py"
LAWS_OF_A_RUN = "tests/test_properties.py::test_every_run_obeys"
MATRIX = "tests/kernel/test_matrix.py"
ORDER = "tests/kernel/test_order.py"
SPIRAL = "tests/kernel/test_spiral.py"
OUTAGE = "tests/kernel/test_outage.py"
STEP = "tests/kernel/test_step.py"
SUMMARY = "tests/kernel/test_summary.py"
TRIGGERED = "tests/test_triggered_reviews.py"

DELIBERATE_ERRORS = (
    # belief.py: the filter
    DeliberateError(
        "a greedy rival is believed to climb as a security seeker does",
        "belief.py",
        "    rates[UP_GREEDY] = BASE_RATE + contrast\n    rates[DOWN_GREEDY] = BASE_RATE - contrast\n",
        "    rates[UP_GREEDY] = BASE_RATE - contrast\n    rates[DOWN_GREEDY] = BASE_RATE + contrast\n",
        (f"{BELIEF}::test_where_they_are_told_apart_greedy_states_climb",),
    ),
    DeliberateError(
        "a prediction is one step short",
        "belief.py",
        "for _ in range(steps):",
        "for _ in range(steps - 1):",
        (f"{BELIEF}::test_prediction_is_a_power_of_the_dense_matrix",),
    ),
    DeliberateError(
        "a move blocked by the top of the ladder is lost",
        "belief.py",
        "new_s = rise_s + s * stay_s + s * up_s",
        "new_s = rise_s + s * stay_s",
        (f"{BELIEF}::test_prediction_is_a_power_of_the_dense_matrix",),
    ),
    DeliberateError(
        "the leak is dropped",
        "belief.py",
        "    contrast = TYPE_CONTRAST * distinguishability\n",
        "    contrast = TYPE_CONTRAST * distinguishability\n    leak = 0.0\n",
        (f"{BELIEF}::test_a_full_leak_returns_to_the_prior_at_every_rung",),
    ),
    DeliberateError(
        "the assumed letter matrix is read by columns",
        "belief.py",
        "likelihood = assumed[rung * rungs + letter]",
        "likelihood = assumed[letter * rungs + rung]",
        (f"{BELIEF}::test_correction_is_bayes_rule",),
    ),
    DeliberateError(
        "a security seeker is suspected of lying too",
        "belief.py",
        "s = belief[rung] * likelihood\n",
        "s = belief[rung] * (honest * likelihood + lie)\n",
        (f"{BELIEF}::test_a_suspected_liar_saying_0_is_not_believed",),
    ),
    DeliberateError(
        "steps of a prediction are rounded down",
        "belief.py",
        "steps = (2 * elapsed + interval) // (2 * interval)",
        "steps = elapsed // interval",
        (f"{BELIEF}::test_steps_are_rounded_half_up",),
    ),
    # doctrines/spiral.py: the decision
    DeliberateError(
        "who strikes first has the disadvantage",
        "doctrines/spiral.py",
        "strike[x, y] = sigmoid(m * (x - y) + a + f)",
        "strike[x, y] = sigmoid(m * (x - y) + a - f)",
        (f"{SPIRAL}::test_moves_have_the_probabilities_of_the_text",),
    ),
    DeliberateError(
        "the stronger state has the rival's capability",
        "doctrines/spiral.py",
        "(log(own.capability) - log(rival.capability))",
        "(log(rival.capability) - log(own.capability))",
        (f"{SPIRAL}::test_moves_have_the_probabilities_of_the_text",),
    ),
    DeliberateError(
        "a superseded report is used",
        "doctrines/spiral.py",
        "if report.sent <= newest:",
        "if report.sent == newest:",
        (f"{SPIRAL}::test_a_report_not_later_than_the_newest_is_superseded",),
    ),
    DeliberateError(
        "a copy counts as a second report",
        "doctrines/spiral.py",
        "if report.sent <= newest:",
        "if report.sent < newest:",
        (f"{SPIRAL}::test_a_report_not_later_than_the_newest_is_superseded",),
    ),
    DeliberateError(
        "a report is dated by its reading",
        "doctrines/spiral.py",
        "filters.steps_between(report.sent - int(dated), own.interval)",
        "filters.steps_between(report.received - int(dated), own.interval)",
        (f"{SPIRAL}::test_beliefs_are_those_of_the_text_and_a_review_does_not_move_them",),
    ),
    DeliberateError(
        "a belief is not predicted from the report to the review",
        "doctrines/spiral.py",
        "    filters.predict(copy, filters.steps_between(now - int(dated), own.interval), rates)\n",
        "",
        (f"{SPIRAL}::test_beliefs_are_those_of_the_text_and_a_review_does_not_move_them",),
    ),
    DeliberateError(
        "an attack falls on the rival that is hardest to beat",
        "doctrines/spiral.py",
        "strike > sums[BEST_STRIKE]",
        "strike < sums[BEST_STRIKE]",
        (f"{SPIRAL}::test_moves_have_the_probabilities_of_the_text",),
    ),
    DeliberateError(
        "who was struck is paid as if it had struck",
        "doctrines/spiral.py",
        "edge = -f",
        "edge = f",
        (f"{SPIRAL}::test_payoff_is_that_of_the_text",),
    ),
    # the other doctrines
    DeliberateError(
        "evidence does not fade",
        "doctrines/threshold.py",
        "evidence = parameters[PERSISTENCE] * memory[place + 1]",
        "evidence = memory[place + 1]",
        ("tests/kernel/test_threshold.py::test_evidence_fades_and_adds_up",),
    ),
    DeliberateError(
        "a slip of the hand is remembered as what was meant",
        "doctrines/memory_one.py",
        "    row = 2 * own.rung\n",
        "    row = 0\n",
        ("tests/kernel/test_memory_one.py::test_decisions",),
    ),
    # compose.py: what is said
    DeliberateError(
        "security seekers lie too",
        "compose.py",
        "if state_type == StateType.GREEDY and uniform < lying_probability:",
        "if uniform < lying_probability:",
        (f"{CHANNEL}::test_only_a_greedy_state_lies",),
    ),
    # draws.py and quantile.py: luck and laws
    DeliberateError(
        "the generator is a round short",
        "draws.py",
        "ROUNDS = 10",
        "ROUNDS = 9",
        (f"{DRAWS}::test_known_blocks",),
    ),
    DeliberateError(
        "a copy's address is that of a repeated message",
        "draws.py",
        "COPY_BIT = 48",
        "COPY_BIT = 40",
        (f"{DRAWS}::test_fields_of_an_address_do_not_overlap",),
    ),
    DeliberateError(
        "durations are cut off instead of rounded",
        "quantile.py",
        "return math.floor(ticks + 0.5)",
        "return math.floor(ticks)",
        (f"{LAWS}::test_median_is_read_exactly", f"{LAWS}::test_within_one_tick_or_a_millionth_of_scipy"),
    ),
    DeliberateError(
        "the upper half of a law mirrors the lower",
        "quantile.py",
        "origin = _UPPER_ORIGIN",
        "origin = _LOWER_ORIGIN",
        (f"{LAWS}::test_within_one_tick_or_a_millionth_of_scipy",),
    ),
    # order.py: events of one tick
    DeliberateError(
        "reviews come before the reports of the same tick",
        "order.py",
        "word = (kind << RANK_BITS) | rank",
        "word = ((3 - kind) << RANK_BITS) | rank",
        (f"{ORDER}::test_reports_are_read_before_states_decide",),
    ),
    DeliberateError(
        "states of one tick decide in the reverse of the order of names",
        "order.py",
        "word = (kind << RANK_BITS) | rank",
        "word = (kind << RANK_BITS) | ((1 << RANK_BITS) - 1 - rank)",
        (f"{ORDER}::test_words_compare_as_the_fields_do",),
    ),
    DeliberateError(
        "triggered reviews come before scheduled ones of the same tick",
        "order.py",
        "(word << TRIGGERED_BITS) | triggered)",
        "(word << TRIGGERED_BITS) | (1 - triggered))",
        (f"{ORDER}::test_words_compare_as_the_fields_do",),
    ),
    # matrix.py: the account of a matrix game
    DeliberateError(
        "a change of action is booked on the mover's side alone",
        "matrix.py",
        "        _book(columns, world, columns.rival[rivalry], columns.reverse[rivalry], now)\n",
        "",
        (f"{MATRIX}::test_every_tick_is_booked_once_in_the_pair_that_stood",),
    ),
    # summary.py: what a run leaves behind
    DeliberateError(
        "a belief is judged against the believer's own type",
        "summary.py",
        "gap = greedy - world.state_type[rival]",
        "gap = greedy - world.state_type[columns.rival[columns.reverse[rivalry]]]",
        (f"{SUMMARY}::test_beliefs_are_judged_against_the_rival_at_the_stop",),
    ),
    DeliberateError(
        "the age of news leaves out the time before the first",
        "summary.py",
        "doubled = stop * stop - 2 *",
        "doubled = stop * (stop - 1) - 2 *",
        (f"{LAWS_OF_A_RUN}[mean_age_follows_from_the_messages]",),
    ),
    # channel.py: the stages
    DeliberateError(
        "a message that departs at the entry tick is still in the queue",
        "channel.py",
        "return departures[accepted % capacity] > entry",
        "return departures[accepted % capacity] >= entry",
        (f"{CHANNEL}::test_who_departs_at_the_entry_tick_has_left",),
    ),
    DeliberateError(
        "the server does not wait until it is free",
        "channel.py",
        "begin = entry if entry > last_departure else last_departure",
        "begin = entry",
        (f"{CHANNEL}::test_the_one_in_service_takes_a_place",),
    ),
    DeliberateError(
        "a garbled letter is drawn from the row of letter 0",
        "channel.py",
        "row = letter * rungs",
        "row = 0",
        (f"{CHANNEL}::test_each_letter_takes_its_share_of_the_uniform",),
    ),
    DeliberateError(
        "a message may be read in the tick of its sending",
        "channel.py",
        "return departed + (delay if delay > 1 else 1)",
        "return departed + delay",
        (f"{CHANNEL}::test_a_message_takes_a_tick",),
    ),
    DeliberateError(
        "who writes before the office opens is read at once",
        "channel.py",
        "return tick + opens - local",
        "return tick",
        (f"{CHANNEL}::test_a_text_is_read_in_office_hours",),
    ),
    DeliberateError(
        "the office is still open at its closing",
        "channel.py",
        "if local < closes:",
        "if local <= closes:",
        (f"{CHANNEL}::test_a_text_is_read_in_office_hours",),
    ),
    # lines.py: the line that messages share
    DeliberateError(
        "an outage swallows what it should hold",
        "lines.py",
        "if columns.holds[channel] == 1:",
        "if columns.holds[channel] == 2:",
        (f"{FAULTS}::test_a_fault_changes_what_it_should_on_a_clean_channel[ladder-outage, hold]",),
    ),
    DeliberateError(
        "a message may go in the tick in which an outage begins",
        "lines.py",
        "if now < world.up_until[line]:",
        "if now <= world.up_until[line]:",
        (OUTAGE,),
    ),
    DeliberateError(
        "an outage lasts a tick longer than it should",
        "lines.py",
        "while now >= world.down_until[line]:",
        "while now > world.down_until[line]:",
        (OUTAGE,),
    ),
    # transmit.py: the stages in their order
    DeliberateError(
        "garbling is applied twice",
        "transmit.py",
        "            letter = replaced_letter(letter, replacement, columns.rungs, transit[2])\n",
        "            letter = replaced_letter(letter, replacement, columns.rungs, transit[2])\n"
        "            letter = replaced_letter(letter, replacement, columns.rungs, transit[2])\n",
        (f"{FAULTS}::test_a_fault_changes_what_it_should_on_a_clean_channel[matrix-garble always]",),
    ),
    DeliberateError(
        "loss and garbling share a draw",
        "transmit.py",
        "if transit[1] < columns.garble[channel]:",
        "if transit[0] < columns.garble[channel]:",
        (LANES,),
    ),
    DeliberateError(
        "garbling and its letter share a draw",
        "transmit.py",
        "columns.rungs, transit[2])",
        "columns.rungs, transit[1])",
        (LANES,),
    ),
    DeliberateError(
        "loss looks at what is said",
        "transmit.py",
        "if transit[0] < loss:",
        "if letter > 0 and transit[0] < loss:",
        (LANES,),
    ),
    DeliberateError(
        "messages that will be lost skip the queue",
        "transmit.py",
        "    if columns.service[channel] >= 0:\n",
        "    fated = block(luck, which, columns.channel_who[channel], TRANSIT)[0]\n"
        "    if columns.service[channel] >= 0 and fated >= columns.loss[channel]:\n",
        (LANES,),
    ),
    DeliberateError(
        "a copy has the delay of its original",
        "transmit.py",
        "uniform = block(luck, which, columns.channel_who[channel], TRANSIT",
        "uniform = block(luck, message.which, columns.channel_who[channel], TRANSIT",
        (LANES,),
    ),
    DeliberateError(
        "lie and duplication share a draw",
        "transmit.py",
        "if content[1] < columns.duplicate[channel]:",
        "if content[0] < columns.duplicate[channel]:",
        (LANES,),
    ),
    DeliberateError(
        "service and reading share a draw",
        "transmit.py",
        "due += quantile(columns.quantiles[columns.reading[channel]], handling[1])",
        "due += quantile(columns.quantiles[columns.reading[channel]], handling[0])",
        (LANES,),
    ),
    DeliberateError(
        "office hours are ignored",
        "transmit.py",
        "if columns.opens[addressee] >= 0:",
        "if columns.opens[addressee] < -1:",
        (f"{FAULTS}::test_a_fault_changes_what_it_should_on_a_clean_channel[ladder-office hours]",),
    ),
    DeliberateError(
        "an office that opens at midnight never closes",
        "transmit.py",
        "if columns.opens[addressee] >= 0:",
        "if columns.opens[addressee] > 0:",
        (f"{LAWS_OF_A_RUN}[messages_are_read_in_office_hours]",),
    ),
    DeliberateError(
        "the channel looks at the sender's office",
        "transmit.py",
        "addressee = columns.addressee[channel]",
        "addressee = columns.sender[channel]",
        (f"{FAULTS}::test_a_fault_changes_what_it_should_on_a_clean_channel[ladder-office hours]",),
    ),
    DeliberateError(
        "a refused message is counted as lost",
        "transmit.py",
        "counts[BLOCKED_COUNT] += 1",
        "counts[LOST_COUNT] += 1",
        (f"{FAULTS}::test_a_fault_changes_what_it_should_on_a_clean_channel[ladder-buffer]",),
    ),
    # step.py: what happens at each event
    DeliberateError(
        "each type pays the other's cost of war",
        "step.py",
        "columns.war_cost[2 * state + state_type]",
        "columns.war_cost[2 * state + 1 - state_type]",
        (f"{SPIRAL}::test_a_whole_run_is_the_texts",),
    ),
    DeliberateError(
        "the ceiling of a state is ignored",
        "step.py",
        "if action.move == RAISE and rung < columns.ceiling[state]:",
        "if action.move == RAISE and rung < columns.rungs - 1:",
        (f"{STEP}::test_who_always_climbs_stops_at_the_ceiling",),
    ),
    DeliberateError(
        "a state steps below the ladder",
        "step.py",
        "elif action.move == LOWER and rung > 0:",
        "elif action.move == LOWER:",
        (f"{STEP}::test_who_always_descends_stays_at_the_bottom",),
    ),
    DeliberateError(
        "a joint war is not seen",
        "step.py",
        "standing_at(columns, world, after) > 1",
        "standing_at(columns, world, after) > 2",
        (f"{JOINT}::test_war_breaks_out_as_the_second_state_reaches_the_top[process]",),
    ),
    DeliberateError(
        "one state on the top rung makes a joint war",
        "step.py",
        "standing_at(columns, world, after) > 1",
        "standing_at(columns, world, after) > 0",
        (f"{JOINT}::test_one_state_on_the_top_rung_is_no_war[process]",),
    ),
    DeliberateError(
        "the age of news is counted from its reading",
        "step.py",
        "    world.newest[rivalry] = sent\n",
        "    world.newest[rivalry] = due\n",
        (f"{LAWS_OF_A_RUN}[mean_age_follows_from_the_messages]",),
    ),
    DeliberateError(
        "the delay is counted from the departure",
        "step.py",
        "_, channel, which, composed, letter, _, _, sent, _, due, _, _, _ = message\n    counts",
        "_, channel, which, composed, letter, _, _, _, sent, due, _, _, _ = message\n    counts",
        (f"{LAWS_OF_A_RUN}[mean_delay_follows_from_the_messages]",),
    ),
    DeliberateError(
        "a triggered review does not wait for the least gap",
        "step.py",
        "return earliest if earliest > due else due",
        "return due",
        (f"{TRIGGERED}::test_it_waits_for_the_least_gap_after_the_last_review[process]",),
    ),
    DeliberateError(
        "a scheduled review does not cancel a triggered one",
        "step.py",
        "    world.trigger[state] = -1\n",
        "    if triggered == 1:\n        world.trigger[state] = -1\n",
        (f"{TRIGGERED}::test_a_scheduled_review_that_comes_first_cancels_it",),
    ),
    DeliberateError(
        "a superseded report triggers a review",
        "step.py",
        "columns.minimum_gap == 0 or not used or ",
        "columns.minimum_gap == 0 or ",
        (f"{TRIGGERED}::test_a_report_that_is_superseded_triggers_nothing[process]",),
    ),
    DeliberateError(
        "a copy triggers a review with luck of its own",
        "step.py",
        "mixed = block(luck, which & IDENTITY_MASK, ",
        "mixed = block(luck, which, ",
        (f"{TRIGGERED}::test_a_triggered_review_draws_by_the_message_that_triggered_it[process]",),
    ),
    DeliberateError(
        "a review comes late only, never early",
        "step.py",
        "return now + columns.interval - columns.jitter + int(",
        "return now + columns.interval + int(",
        (f"{LAWS_OF_A_RUN}[reviews_are_a_renewal]",),
    ),
)
