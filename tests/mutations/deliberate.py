"""The deliberate errors: each is one the model could well have, and names the tests that must notice it.

Most are in the kernel, some in what compiles a scenario for it, where a wrong column is as silent.

To add one: copy the exact lines of a file, write what a tired author might have written there, and name the
cheapest test that fails. `make mutations` tries them all; test_deliberate.py, in `make test`, only sees to it
that the lines and the tests still exist. Prefer tests that run the process engine: for the compiled one
every error is another kernel, which takes seconds to compile.
"""

from typing import NamedTuple


class DeliberateError(NamedTuple):
    """A wrong line in a copy of the package."""

    name: str
    """What is wrong with this model, in words; it is also what `--only` takes."""
    file: str
    """Under signalling: "kernel/step.py"."""
    right: str
    """Text that occurs exactly once in the file."""
    wrong: str
    """What stands there instead."""
    tests: tuple[str, ...]
    """Tests that are to notice: files or node identifiers of pytest."""


ACKNOWLEDGEMENT = "tests/test_acknowledgement.py"
BELIEF = "tests/kernel/test_belief.py"
CANDOUR = "tests/kernel/test_candour.py"
CHANNEL = "tests/kernel/test_channel.py"
CONTRITE = "tests/kernel/test_contrite.py"
COURIER = "tests/test_pivotal.py::test_a_courier_averts_the_same_wars"
DRAWS = "tests/kernel/test_draws.py"
EXCHANGE = "tests/test_exchange.py"
FAULTS = "tests/contract/test_channel_faults.py"
FROZEN = "tests/test_dilemma.py::test_frozen_rivals_move_as_they_moved"
JOINT = "tests/test_joint_war.py"
LANES = f"{FAULTS}::test_every_fault_draws_its_own_lane"
LAWS = "tests/test_laws.py"
LAWS_OF_A_RUN = "tests/test_properties.py::test_every_run_obeys"
LINES = "tests/kernel/test_lines.py"
MATRIX = "tests/kernel/test_matrix.py"
ORDER = "tests/kernel/test_order.py"
OUTAGE = "tests/kernel/test_outage.py"
PATIENCE = "tests/kernel/test_patience.py"
PLANS = "tests/kernel/test_exchange_doctrines.py"
POSTURE = "tests/test_posture.py"
RECIPROCATOR = "tests/kernel/test_reciprocator.py"
RELAYS = "tests/test_relays.py"
RICHARDSON = "tests/kernel/test_richardson.py"
SHARED = "tests/test_shared_luck.py"
SPIRAL = "tests/kernel/test_spiral.py"
STEP = "tests/kernel/test_step.py"
SUMMARY = "tests/kernel/test_summary.py"
TRIGGERED = "tests/test_triggered_reviews.py"
UNTIL = "tests/test_until.py"
VOTER = "tests/kernel/test_voter.py"
WATCHER = "tests/kernel/test_watcher.py"

DELIBERATE_ERRORS = (
    # belief.py: the filter
    DeliberateError(
        "a greedy rival is believed to climb as a security seeker does",
        "kernel/belief.py",
        "    rates[UP_GREEDY] = BASE_RATE + contrast\n    rates[DOWN_GREEDY] = BASE_RATE - contrast\n",
        "    rates[UP_GREEDY] = BASE_RATE - contrast\n    rates[DOWN_GREEDY] = BASE_RATE + contrast\n",
        (f"{BELIEF}::test_where_they_are_told_apart_greedy_states_climb",),
    ),
    DeliberateError(
        "a prediction is one step short",
        "kernel/belief.py",
        "for _ in range(steps):",
        "for _ in range(steps - 1):",
        (f"{BELIEF}::test_prediction_is_a_power_of_the_dense_matrix",),
    ),
    DeliberateError(
        "a move blocked by the top of the ladder is lost",
        "kernel/belief.py",
        "new_s = rise_s + s * stay_s + s * up_s",
        "new_s = rise_s + s * stay_s",
        (f"{BELIEF}::test_prediction_is_a_power_of_the_dense_matrix",),
    ),
    DeliberateError(
        "the leak is dropped",
        "kernel/belief.py",
        "    contrast = TYPE_CONTRAST * distinguishability\n",
        "    contrast = TYPE_CONTRAST * distinguishability\n    leak = 0.0\n",
        (f"{BELIEF}::test_a_full_leak_returns_to_the_prior_at_every_rung",),
    ),
    DeliberateError(
        "the assumed letter matrix is read by columns",
        "kernel/belief.py",
        "likelihood = assumed[rung * rungs + letter]",
        "likelihood = assumed[letter * rungs + rung]",
        (f"{BELIEF}::test_correction_is_bayes_rule",),
    ),
    DeliberateError(
        "a security seeker is suspected of lying too",
        "kernel/belief.py",
        "s = belief[rung] * likelihood\n",
        "s = belief[rung] * (honest * likelihood + lie)\n",
        (f"{BELIEF}::test_a_suspected_liar_saying_0_is_not_believed",),
    ),
    DeliberateError(
        "steps of a prediction are rounded down",
        "kernel/belief.py",
        "steps = (2 * elapsed + interval) // (2 * interval)",
        "steps = elapsed // interval",
        (f"{BELIEF}::test_steps_are_rounded_half_up",),
    ),
    # doctrines/spiral.py: the decision
    DeliberateError(
        "who strikes first has the disadvantage",
        "kernel/doctrines/spiral.py",
        "strike[x, y] = sigmoid(m * (x - y) + a + f)",
        "strike[x, y] = sigmoid(m * (x - y) + a - f)",
        (f"{SPIRAL}::test_moves_have_the_probabilities_of_the_text",),
    ),
    DeliberateError(
        "the stronger state has the rival's capability",
        "kernel/doctrines/spiral.py",
        "(log(own.capability) - log(rival.capability))",
        "(log(rival.capability) - log(own.capability))",
        (f"{SPIRAL}::test_moves_have_the_probabilities_of_the_text",),
    ),
    DeliberateError(
        "a superseded report is used",
        "kernel/doctrines/spiral.py",
        "if report.sent <= newest:",
        "if report.sent == newest:",
        (f"{SPIRAL}::test_a_report_not_later_than_the_newest_is_superseded",),
    ),
    DeliberateError(
        "a copy counts as a second report",
        "kernel/doctrines/spiral.py",
        "if report.sent <= newest:",
        "if report.sent < newest:",
        (f"{SPIRAL}::test_a_report_not_later_than_the_newest_is_superseded",),
    ),
    DeliberateError(
        "a report is dated by its reading",
        "kernel/doctrines/spiral.py",
        "filters.steps_between(report.sent - int(dated), own.interval)",
        "filters.steps_between(report.received - int(dated), own.interval)",
        (f"{SPIRAL}::test_beliefs_are_those_of_the_text_and_a_review_does_not_move_them",),
    ),
    DeliberateError(
        "a belief is not predicted from the report to the review",
        "kernel/doctrines/spiral.py",
        "    filters.predict(copy, filters.steps_between(now - int(dated), own.interval), rates)\n",
        "",
        (f"{SPIRAL}::test_beliefs_are_those_of_the_text_and_a_review_does_not_move_them",),
    ),
    DeliberateError(
        "an attack falls on the rival that is hardest to beat",
        "kernel/doctrines/spiral.py",
        "strike > sums[BEST_STRIKE]",
        "strike < sums[BEST_STRIKE]",
        (f"{SPIRAL}::test_an_attack_falls_on_the_rival_that_is_easiest_to_beat",),
    ),
    DeliberateError(
        "who was struck is paid as if it had struck",
        "kernel/doctrines/spiral.py",
        "edge = -f",
        "edge = f",
        (f"{SPIRAL}::test_payoff_is_that_of_the_text",),
    ),
    # exchange.py and the doctrines that play exchanges
    DeliberateError(
        "a state's turn is that of its last phase",
        "kernel/exchange.py",
        "review * len(columns.state_who) + state",
        "(review - 1) * len(columns.state_who) + state",
        (f"{EXCHANGE}::test_chance_draws_states_talk_and_then_act",),
    ),
    DeliberateError(
        "what a phase earns is not weighed by its stakes",
        "kernel/exchange.py",
        "stakes * _earned_by(",
        "_earned_by(",
        (f"{EXCHANGE}::test_stakes_divide_a_payoff_among_phases",),
    ),
    DeliberateError(
        "a payoff has the other's letter for a row",
        "kernel/exchange.py",
        "pair = own * columns.rungs + world.rung[columns.rule_against[rule]]",
        "pair = world.rung[columns.rule_against[rule]] * columns.rungs + own",
        (f"{EXCHANGE}::test_payoffs_are_what_the_rules_say",),
    ),
    DeliberateError(
        "a distance counts from the wrong side of its bias",
        "kernel/exchange.py",
        "first - second - columns.distance_bias",
        "first - second + columns.distance_bias",
        (f"{EXCHANGE}::test_payoffs_are_what_the_rules_say",),
    ),
    DeliberateError(
        "one state on the letter of war is always enough",
        "kernel/exchange.py",
        "standing >= columns.war_needed",
        "standing >= 1",
        (f"{EXCHANGE}::test_war_is_where_enough_stand_on_its_letter",),
    ),
    DeliberateError(
        "an act leaves the value where it was",
        "kernel/step.py",
        "world.posture[state] = action.value\n    elif action.move == ARM",
        "pass\n    elif action.move == ARM",
        (f"{EXCHANGE}::test_chance_draws_states_talk_and_then_act",),
    ),
    DeliberateError(
        "chance draws the first of its values too seldom",
        "kernel/doctrines/nature.py",
        "parameters[LIST + count + place]",
        "parameters[LIST + count + place] / 2.0",
        (f"{PLANS}::test_chance_draws_by_the_quantile_of_its_law",),
    ),
    DeliberateError(
        "a number on a cut belongs to the cell below",
        "kernel/doctrines/cutoff.py",
        "number >= parameters[CUTS + cell]",
        "number > parameters[CUTS + cell]",
        (f"{PLANS}::test_a_number_on_a_cut_belongs_to_the_cell_above",),
    ),
    DeliberateError(
        "silence is taken for the first letter",
        "kernel/doctrines/cutoff.py",
        "        return 0\n    return 1 + int",
        "        return 1\n    return 1 + int",
        (f"{PLANS}::test_silence_and_each_letter_have_an_answer_of_their_own",),
    ),
    DeliberateError(
        "a reply reads the matrix by the letter that came",
        "kernel/doctrines/best_reply.py",
        "report.assumed[letter * own.rungs + report.letter]",
        "report.assumed[report.letter * own.rungs + report.letter]",
        (f"{PLANS}::test_the_estimate_is_the_posterior_mean",),
    ),
    DeliberateError(
        "a demand forgets who would accept still more",
        "kernel/doctrines/best_reply.py",
        "above += share",
        "above = 0.0",
        (f"{PLANS}::test_no_demand_on_a_grid_pays_more",),
    ),
    # candour.py and the word of a spiral state
    DeliberateError(
        "a rival that believes a lie fears the truth",
        "kernel/candour.py",
        "row = word * 2 * rungs + answer",
        "row = rung * 2 * rungs + answer",
        (
            f"{CANDOUR}::test_lies_have_the_probability_of_the_text",
            f"{CANDOUR}::test_a_rival_ready_to_strike_is_deterred_by_the_truth_alone",
        ),
    ),
    DeliberateError(
        "a lie counts as much on a line that carries nothing",
        "kernel/candour.py",
        "(calm[0] - calm[rung])",
        "calm[0]",
        (f"{CANDOUR}::test_a_line_that_carries_nothing_carries_no_lie",),
    ),
    DeliberateError(
        "a state weighs the word for the rung that it leaves",
        "kernel/doctrines/spiral.py",
        "_chance_of_lie(memory, own, now, after, parameters)",
        "_chance_of_lie(memory, own, now, rung, parameters)",
        (f"{CANDOUR}::test_lies_have_the_probability_of_the_text",),
    ),
    # the other doctrines
    DeliberateError(
        "evidence does not fade",
        "kernel/doctrines/threshold.py",
        "evidence = parameters[PERSISTENCE] * memory[place + 1]",
        "evidence = memory[place + 1]",
        ("tests/kernel/test_threshold.py::test_evidence_fades_and_adds_up",),
    ),
    DeliberateError(
        "a letter is trusted by the row of what was sent, not by the column of what came",
        "kernel/doctrines/reciprocator.py",
        "total += report.assumed[sent * rungs + report.letter]",
        "total += report.assumed[report.letter * rungs + sent]",
        (f"{RECIPROCATOR}::test_trust_is_the_share_of_the_letter_sent_among_all_that_could_have_come_so",),
    ),
    DeliberateError(
        "what was expected of a rival is forgotten with every letter",
        "kernel/doctrines/reciprocator.py",
        "trust * report.letter + (1.0 - trust) * memory[place + 1]",
        "trust * report.letter",
        (f"{RECIPROCATOR}::test_of_a_letter_trusted_by_half_the_expectation_goes_half_the_way",),
    ),
    DeliberateError(
        "half a rung is not enough for an answer",
        "kernel/doctrines/reciprocator.py",
        "if wanted >= own.rung + HALF:",
        "if wanted > own.rung + HALF:",
        (f"{RECIPROCATOR}::test_half_a_rung_is_enough",),
    ),
    DeliberateError(
        "opportunity has the whole of the draw that fear had before it",
        "kernel/doctrines/reciprocator.py",
        "        chance += parameters[OPPORTUNISM_SECURITY_SEEKER + _greed(own)]",
        "        chance = parameters[OPPORTUNISM_SECURITY_SEEKER + _greed(own)]",
        (f"{RECIPROCATOR}::test_fear_comes_first_and_opportunity_has_what_is_left_of_the_draw",),
    ),
    DeliberateError(
        "a reciprocator strikes by the numbers of the other type",
        "kernel/doctrines/reciprocator.py",
        "return 1 if own.type == GREEDY else 0",
        "return 0 if own.type == GREEDY else 1",
        (f"{RECIPROCATOR}::test_each_type_strikes_with_a_chance_of_its_own",),
    ),
    DeliberateError(
        "temptation falls on the readiest rival",
        "kernel/doctrines/reciprocator.py",
        "            return least\n",
        "            return readiest\n",
        (f"{RECIPROCATOR}::test_fear_falls_on_the_readiest_and_temptation_on_the_least",),
    ),
    DeliberateError(
        "a slip of the hand is remembered as what was meant",
        "kernel/doctrines/memory_one.py",
        "    row = 2 * own.rung\n",
        "    row = 0\n",
        ("tests/kernel/test_memory_one.py::test_decisions",),
    ),
    DeliberateError(
        "the odds of greed are upside down",
        "kernel/doctrines/watcher.py",
        "(log(greedy) - log(seeker))",
        "(log(seeker) - log(greedy))",
        (f"{WATCHER}::test_without_deduplication_every_copy_counts",),
    ),
    DeliberateError(
        "a copy is new evidence to a watcher that discounts copies",
        "kernel/doctrines/watcher.py",
        "if parameters[DEDUPLICATE] == 1.0 and ",
        "if parameters[DEDUPLICATE] == 0.0 and ",
        (f"{WATCHER}::test_a_copy_changes_nothing_to_the_last_bit",),
    ),
    DeliberateError(
        "silence is weighed before anybody could have written",
        "kernel/doctrines/watcher.py",
        "if memory[BEGUN] == 1.0 and memory[block + HEARD] == 0.0:",
        "if memory[block + HEARD] == 0.0:",
        (f"{WATCHER}::test_silence_counts_at_every_review_but_the_first",),
    ),
    DeliberateError(
        "the prior is counted twice",
        "kernel/doctrines/watcher.py",
        "    evidence = memory[block + EVIDENCE]\n",
        "    evidence = memory[block + EVIDENCE] + log(prior) - log(1.0 - prior)\n",
        (f"{WATCHER}::test_without_evidence_the_belief_is_the_prior",),
    ),
    DeliberateError(
        "each type speaks as the other",
        "kernel/doctrines/declarer.py",
        "if own.type == GREEDY:",
        "if own.type != GREEDY:",
        ("tests/kernel/test_declarer.py::test_the_letter_is_drawn_by_the_type",),
    ),
    DeliberateError(
        "fatigue acts on the present posture however stale it should be",
        "kernel/doctrines/richardson.py",
        "_posture_then(memory, own.posture, int(parameters[STALE_REVIEWS]))",
        "_posture_then(memory, own.posture, 0)",
        (f"{RICHARDSON}::test_fatigue_acts_on_the_posture_of_some_reviews_ago",),
    ),
    DeliberateError(
        "who is tired of its arms arms the more",
        "kernel/doctrines/richardson.py",
        "- parameters[FATIGUE] * tiring",
        "+ parameters[FATIGUE] * tiring",
        (f"{RICHARDSON}::test_a_step_by_hand",),
    ),
    DeliberateError(
        "the last report stands where zero should stand for a missing one",
        "kernel/doctrines/richardson.py",
        "                posture = 0.0\n",
        "                posture = memory[block + POSTURE]\n",
        (f"{RICHARDSON}::test_what_stands_for_a_rival_not_heard_of",),
    ),
    DeliberateError(
        "exaggeration is assumed and not taken off",
        "kernel/doctrines/richardson.py",
        "report.value / (1.0 + parameters[ASSUMED_EXAGGERATION])",
        "report.value",
        (f"{RICHARDSON}::test_a_step_by_hand",),
    ),
    DeliberateError(
        "a voter's bias is upside down",
        "kernel/doctrines/voter.py",
        "    if heard > own.rung and bias < 1.0:\n"
        "        accepted = bias\n"
        "    elif heard < own.rung and bias > 1.0:\n",
        "    if heard < own.rung and bias < 1.0:\n"
        "        accepted = bias\n"
        "    elif heard > own.rung and bias > 1.0:\n",
        (f"{VOTER}::test_acceptance_is_at_its_probability",),
    ),
    DeliberateError(
        "a voter listens to itself",
        "kernel/doctrines/voter.py",
        "heard = int(memory[PER_RIVAL * chosen + 1])",
        "heard = own.rung",
        (f"{VOTER}::test_the_newest_report_counts",),
    ),
    DeliberateError(
        "who was to blame once stays so",
        "kernel/doctrines/contrite.py",
        "1.0 if own.rung == 0 or justified else 0.0",
        "1.0 if own_good and (own.rung == 0 or justified) else 0.0",
        (f"{CONTRITE}::test_after_a_slip_it_takes_the_answer_and_both_return",),
    ),
    DeliberateError(
        "who punishes is to blame for it",
        "kernel/doctrines/contrite.py",
        "1.0 if own.rung == 0 or justified else 0.0",
        "1.0 if own.rung == 0 else 0.0",
        (f"{CONTRITE}::test_standings",),
    ),
    DeliberateError(
        "the window of a patient state holds a report more",
        "kernel/doctrines/patience.py",
        "% (1 << window)",
        "% (2 << window)",
        (f"{PATIENCE}::test_by_hand",),
    ),
    DeliberateError(
        "a patient state forgets nothing after it has retaliated",
        "kernel/doctrines/patience.py",
        "            if memory[place + LEFT] == 0.0:\n                memory[place + HISTORY] = 0.0\n",
        "",
        (f"{PATIENCE}::test_by_hand",),
    ),
    DeliberateError(
        "who acknowledges climbs without confirmation",
        "kernel/doctrines/acknowledger.py",
        "if memory[HIGHEST] >= needed and own.rung < own.ceiling:",
        "if own.rung < own.ceiling:",
        ("tests/kernel/test_acknowledger.py::test_one_that_does_not_waits",),
    ),
    # compose.py: what is said
    DeliberateError(
        "security seekers lie too",
        "kernel/compose.py",
        "if state_type == StateType.GREEDY and uniform < lying_probability:",
        "if uniform < lying_probability:",
        (f"{CHANNEL}::test_only_a_greedy_state_lies",),
    ),
    # draws.py and quantile.py: luck and laws
    DeliberateError(
        "the generator is a round short",
        "kernel/draws.py",
        "ROUNDS = 10",
        "ROUNDS = 9",
        (f"{DRAWS}::test_known_blocks",),
    ),
    DeliberateError(
        "a copy's address is that of a repeated message",
        "kernel/draws.py",
        "COPY_BIT = 48",
        "COPY_BIT = 40",
        (f"{DRAWS}::test_fields_of_an_address_do_not_overlap",),
    ),
    DeliberateError(
        "durations are cut off instead of rounded",
        "kernel/quantile.py",
        "return math.floor(ticks + 0.5)",
        "return math.floor(ticks)",
        (f"{LAWS}::test_median_is_read_exactly", f"{LAWS}::test_within_one_tick_or_a_millionth_of_scipy"),
    ),
    DeliberateError(
        "the upper half of a law mirrors the lower",
        "kernel/quantile.py",
        "origin = _UPPER_ORIGIN",
        "origin = _LOWER_ORIGIN",
        (f"{LAWS}::test_within_one_tick_or_a_millionth_of_scipy",),
    ),
    # order.py: events of one tick
    DeliberateError(
        "reviews come before the reports of the same tick",
        "kernel/order.py",
        "word = (kind << RANK_BITS) | rank",
        "word = ((3 - kind) << RANK_BITS) | rank",
        (f"{ORDER}::test_reports_are_read_before_states_decide",),
    ),
    DeliberateError(
        "states of one tick decide in the reverse of the order of names",
        "kernel/order.py",
        "word = (kind << RANK_BITS) | rank",
        "word = (kind << RANK_BITS) | ((1 << RANK_BITS) - 1 - rank)",
        (f"{ORDER}::test_words_compare_as_the_fields_do",),
    ),
    DeliberateError(
        "triggered reviews come before scheduled ones of the same tick",
        "kernel/order.py",
        "(word << TRIGGERED_BITS) | triggered)",
        "(word << TRIGGERED_BITS) | (1 - triggered))",
        (f"{ORDER}::test_words_compare_as_the_fields_do",),
    ),
    DeliberateError(
        "a timer runs out before the acknowledgement of the same tick",
        "kernel/order.py",
        "arrival_order + (event - ARRIVAL) * KIND_STEP + ",
        "arrival_order + (ARRIVAL - event) * KIND_STEP + ",
        (f"{ACKNOWLEDGEMENT}::test_an_answer_in_the_tick_of_the_timer_comes_first",),
    ),
    # matrix.py: the account of a matrix game
    DeliberateError(
        "a change of action is booked on the mover's side alone",
        "kernel/matrix.py",
        "        _book(columns, world, columns.rival[rivalry], columns.reverse[rivalry], now)\n",
        "",
        (f"{MATRIX}::test_every_tick_is_booked_once_in_the_pair_that_stood",),
    ),
    # summary.py: what a run leaves behind
    DeliberateError(
        "a belief is judged against the believer's own type",
        "kernel/summary.py",
        "gap = greedy - world.state_type[rival]",
        "gap = greedy - world.state_type[columns.rival[columns.reverse[rivalry]]]",
        (f"{SUMMARY}::test_beliefs_are_judged_against_the_rival_at_the_stop",),
    ),
    DeliberateError(
        "the age of news leaves out the time before the first",
        "kernel/summary.py",
        "doubled = stop * stop - 2 *",
        "doubled = stop * (stop - 1) - 2 *",
        (f"{LAWS_OF_A_RUN}[mean_age_follows_from_the_messages]",),
    ),
    # channel.py: the stages
    DeliberateError(
        "a message that departs at the entry tick is still in the queue",
        "kernel/channel.py",
        "return departures[accepted % capacity] > entry",
        "return departures[accepted % capacity] >= entry",
        (f"{CHANNEL}::test_who_departs_at_the_entry_tick_has_left",),
    ),
    DeliberateError(
        "the server does not wait until it is free",
        "kernel/channel.py",
        "begin = entry if entry > last_departure else last_departure",
        "begin = entry",
        (f"{CHANNEL}::test_the_one_in_service_takes_a_place",),
    ),
    DeliberateError(
        "a garbled letter is drawn from the row of letter 0",
        "kernel/channel.py",
        "row = letter * rungs",
        "row = 0",
        (f"{CHANNEL}::test_each_letter_takes_its_share_of_the_uniform",),
    ),
    DeliberateError(
        "a message may be read in the tick of its sending",
        "kernel/channel.py",
        "return departed + (delay if delay > 1 else 1)",
        "return departed + delay",
        (f"{CHANNEL}::test_a_message_takes_a_tick",),
    ),
    DeliberateError(
        "who writes before the office opens is read at once",
        "kernel/channel.py",
        "return tick + opens - local",
        "return tick",
        (f"{CHANNEL}::test_a_text_is_read_in_office_hours",),
    ),
    DeliberateError(
        "the office is still open at its closing",
        "kernel/channel.py",
        "if local < closes:",
        "if local <= closes:",
        (f"{CHANNEL}::test_a_text_is_read_in_office_hours",),
    ),
    # lines.py: the line that messages share
    DeliberateError(
        "an outage swallows what it should hold",
        "kernel/lines.py",
        "if columns.holds[channel] == 1:",
        "if columns.holds[channel] == 2:",
        (f"{FAULTS}::test_a_fault_changes_what_it_should_on_a_clean_channel[ladder-outage, hold]",),
    ),
    DeliberateError(
        "a message may go in the tick in which an outage begins",
        "kernel/lines.py",
        "if now < world.up_until[line]:",
        "if now <= world.up_until[line]:",
        (OUTAGE,),
    ),
    DeliberateError(
        "an outage lasts a tick longer than it should",
        "kernel/lines.py",
        "while now >= world.down_until[line]:",
        "while now > world.down_until[line]:",
        (OUTAGE,),
    ),
    DeliberateError(
        "what a newest-first server has thrown out goes all the same",
        "kernel/lines.py",
        "            world.thrown_out[word] = world.serving[word]\n",
        "            world.thrown_out[word] = world.serving[word]\n"
        "            world.leaving[word] = world.serving[word]\n",
        (f"{LINES}::test_newest_first_serves_whom_nobody_overtakes",),
    ),
    DeliberateError(
        "a newcomer waits for a newest-first server",
        "kernel/lines.py",
        "departed = entry + service",
        "departed = departure_from_queue(entry, world.last_departure[line], service)",
        (f"{LINES}::test_a_message_and_the_answer_of_its_number_are_two",),
    ),
    DeliberateError(
        "what is thrown out is counted nowhere",
        "kernel/lines.py",
        "        world.counts[BLOCKED] += 1\n",
        "",
        (f"{LINES}::test_newest_first_serves_whom_nobody_overtakes",),
    ),
    DeliberateError(
        "a server knows a message by its number alone",
        "kernel/lines.py",
        "if names[first] == kind and names[first + 1] == channel and names[first + 2] == which:",
        "if names[first] >= 0 and names[first + 2] == which:",
        (f"{LINES}::test_a_message_and_the_answer_of_its_number_are_two",),
    ),
    DeliberateError(
        "a service that ends as the next message enters is broken off",
        "kernel/lines.py",
        "if world.last_departure[line] > entry:",
        "if world.last_departure[line] >= entry:",
        (f"{LINES}::test_what_an_outage_holds_throws_nobody_out_before_it_enters",),
    ),
    DeliberateError(
        "what goes on to a relay jumps the queue",
        "kernel/lines.py",
        "departed = departure_from_queue(entry, world.last_departure[line], service)",
        "last = world.last_departure[line] if columns.next_hop[channel] < 0 else 0\n"
        "        departed = departure_from_queue(entry, last, service)",
        (f"{RELAYS}::test_who_is_routed_over_a_line_queues_behind_who_is_not",),
    ),
    DeliberateError(
        "an acknowledgement is served by the draw of the message of its number",
        "kernel/lines.py",
        "HANDLING + (kind << MESSAGE_KIND_BIT))",
        "HANDLING)",
        (f"{ACKNOWLEDGEMENT}::test_an_answer_is_served_by_its_own_draw",),
    ),
    # transmit.py: the stages in their order
    DeliberateError(
        "garbling is applied twice",
        "kernel/transmit.py",
        "            letter = replaced_letter(letter, replacement, columns.rungs, transit[2])\n",
        "            letter = replaced_letter(letter, replacement, columns.rungs, transit[2])\n"
        "            letter = replaced_letter(letter, replacement, columns.rungs, transit[2])\n",
        (f"{FAULTS}::test_a_fault_changes_what_it_should_on_a_clean_channel[matrix-garble always]",),
    ),
    DeliberateError(
        "loss and garbling share a draw",
        "kernel/transmit.py",
        "if transit[1] < columns.garble[channel]:",
        "if transit[0] < columns.garble[channel]:",
        (LANES,),
    ),
    DeliberateError(
        "garbling and its letter share a draw",
        "kernel/transmit.py",
        "columns.rungs, transit[2])",
        "columns.rungs, transit[1])",
        (LANES,),
    ),
    DeliberateError(
        "loss looks at what is said",
        "kernel/transmit.py",
        "if transit[0] < loss:",
        "if letter > 0 and transit[0] < loss:",
        (LANES,),
    ),
    DeliberateError(
        "messages that will be lost skip the queue",
        "kernel/transmit.py",
        "    if columns.service[channel] >= 0:\n",
        "    fated = block(luck, parcel.which, columns.channel_who[channel], TRANSIT)[0]\n"
        "    if columns.service[channel] >= 0 and fated >= columns.loss[channel]:\n",
        (LANES,),
    ),
    DeliberateError(
        "a copy has the delay of its original",
        "kernel/transmit.py",
        "uniform = block(luck, which, columns.channel_who[channel], TRANSIT",
        "uniform = block(luck, message.which, columns.channel_who[channel], TRANSIT",
        (LANES,),
    ),
    DeliberateError(
        "lie and duplication share a draw",
        "kernel/transmit.py",
        "if content[1] < columns.duplicate[channel]:",
        "if content[0] < columns.duplicate[channel]:",
        (LANES,),
    ),
    DeliberateError(
        "service and reading share a draw",
        "kernel/transmit.py",
        "due += quantile(columns.quantiles[columns.reading[channel]], handling[1])",
        "due += quantile(columns.quantiles[columns.reading[channel]], handling[0])",
        (LANES,),
    ),
    DeliberateError(
        "office hours are ignored",
        "kernel/transmit.py",
        "if columns.opens[addressee] >= 0:",
        "if columns.opens[addressee] < -1:",
        (f"{FAULTS}::test_a_fault_changes_what_it_should_on_a_clean_channel[ladder-office hours]",),
    ),
    DeliberateError(
        "an office that opens at midnight never closes",
        "kernel/transmit.py",
        "if columns.opens[addressee] >= 0:",
        "if columns.opens[addressee] > 0:",
        (f"{LAWS_OF_A_RUN}[messages_are_read_in_office_hours]",),
    ),
    DeliberateError(
        "the channel looks at the sender's office",
        "kernel/transmit.py",
        "addressee = columns.addressee[channel]",
        "addressee = columns.sender[channel]",
        (f"{FAULTS}::test_a_fault_changes_what_it_should_on_a_clean_channel[ladder-office hours]",),
    ),
    DeliberateError(
        "a refused message is counted as lost",
        "kernel/transmit.py",
        "counts[BLOCKED_COUNT] += 1",
        "counts[LOST_COUNT] += 1",
        (f"{FAULTS}::test_a_fault_changes_what_it_should_on_a_clean_channel[ladder-buffer]",),
    ),
    DeliberateError(
        "value noise is drawn from the lane of the service",
        "kernel/transmit.py",
        "normal_quantile(block(luck, which, who, HANDLING)[2])",
        "normal_quantile(block(luck, which, who, HANDLING)[0])",
        (f"{POSTURE}::test_noise_is_added_to_what_is_stated_and_copies_share_it",),
    ),
    DeliberateError(
        "value noise is added twice",
        "kernel/transmit.py",
        "        value += columns.noise[channel] * normal_quantile(",
        "        value += 2.0 * columns.noise[channel] * normal_quantile(",
        (f"{POSTURE}::test_noise_adds_up_over_hops",),
    ),
    DeliberateError(
        "a copy arrives without the noise of its original",
        "kernel/transmit.py",
        "_on_way(parcel, message.letter, message.value, ",
        "_on_way(parcel, message.letter, message.stated, ",
        (f"{POSTURE}::test_noise_is_added_to_what_is_stated_and_copies_share_it",),
    ),
    DeliberateError(
        "tampering and duplication share a draw",
        "kernel/transmit.py",
        "if content[2] < columns.tamper[channel]:",
        "if content[1] < columns.tamper[channel]:",
        (LANES,),
    ),
    DeliberateError(
        "who tampers hears what was said, not what garbling has made of it",
        "kernel/transmit.py",
        "_noisy(columns, luck, channel, which, letter, value)",
        "_noisy(columns, luck, channel, which, parcel.letter, value)",
        (LANES,),
    ),
    DeliberateError(
        "where a common cause strikes, each message keeps its own luck",
        "kernel/transmit.py",
        "        return block(luck, shared, sender, TRANSIT + (kind << MESSAGE_KIND_BIT))\n",
        "        who = columns.channel_who[channel]\n"
        "        return block(luck, which, who, TRANSIT + (kind << MESSAGE_KIND_BIT))\n",
        (f"{SHARED}::test_a_common_cause_gives_a_review_one_luck",),
    ),
    DeliberateError(
        "a common cause strikes each repeat by itself",
        "kernel/transmit.py",
        "REVIEW_MASK = ~(0xFFFF << ATTEMPT_BIT)",
        "REVIEW_MASK = ~(0xFF << COPY_BIT)",
        (f"{SHARED}::test_a_common_cause_strikes_all_repeats",),
    ),
    DeliberateError(
        "a censor hears what arrives, not what enters",
        "kernel/transmit.py",
        "    if transit[0] < loss:\n",
        "        if transit[1] < columns.garble[channel]:\n"
        "            replacement = columns.replacements[columns.replacement[channel]]\n"
        "            arriving = replaced_letter(letter, replacement, columns.rungs, transit[2])\n"
        "            loss = columns.losses[columns.loss_of[channel]][arriving]\n"
        "    if transit[0] < loss:\n",
        (f"{RELAYS}::test_a_censor_reads_what_enters_and_not_what_arrives",),
    ),
    DeliberateError(
        "a censor on the second hop hears what was said on the first",
        "kernel/transmit.py",
        "loss = columns.losses[columns.loss_of[channel]][letter]",
        "loss = columns.losses[columns.loss_of[channel]][parcel.composed]",
        (f"{RELAYS}::test_a_censor_reads_what_enters_and_not_what_arrives",),
    ),
    DeliberateError(
        "an acknowledgement is censored",
        "kernel/transmit.py",
        "if rare and columns.loss_of[channel] >= 0 and kind == RUNG_MESSAGE:",
        "if rare and columns.loss_of[channel] >= 0:",
        (f"{ACKNOWLEDGEMENT}::test_an_answer_has_no_content_that_could_change_and_no_copies",),
    ),
    DeliberateError(
        "an acknowledgement is garbled and copied",
        "kernel/transmit.py",
        "    if kind == RUNG_MESSAGE:\n",
        "    if kind >= RUNG_MESSAGE:\n",
        (f"{ACKNOWLEDGEMENT}::test_an_answer_has_no_content_that_could_change_and_no_copies",),
    ),
    DeliberateError(
        "all repeats of a message have one luck",
        "kernel/transmit.py",
        "        transit = block(luck, which, who, TRANSIT + ",
        "        transit = block(luck, which & REVIEW_MASK, who, TRANSIT + ",
        (f"{SHARED}::test_repeats_fail_independently",),
    ),
    DeliberateError(
        "a lie is told anew at each repeat",
        "kernel/transmit.py",
        "uniform = block(luck, origin, columns.channel_who[channel], CONTENT)[0]",
        "uniform = block(luck, origin + (attempt << ATTEMPT_BIT), columns.channel_who[channel], CONTENT)[0]",
        (LANES,),
    ),
    DeliberateError(
        "a relay sends on with the number it got",
        "kernel/transmit.py",
        "columns.next_hop[message.channel], message.which + HOP_STEP)",
        "columns.next_hop[message.channel], message.which)",
        (f"{RELAYS}::test_every_hop_has_a_luck_of_its_own",),
    ),
    DeliberateError(
        "a relay knows what was meant",
        "kernel/transmit.py",
        "return Parcel(kind, channel, which, composed, letter, stated, value, sent)",
        "return Parcel(kind, channel, which, composed, composed, stated, stated, sent)",
        (f"{RELAYS}::test_what_arrives_is_garbled_on_each_hop_by_the_letter_that_enters_it",),
    ),
    DeliberateError(
        "of a spared message what arrives is read at once, garbled or not",
        "kernel/transmit.py",
        "return _on_way(parcel, composed, stated, now, now + 1, 0, ARRIVAL)",
        "return _on_way(parcel, message.letter, stated, now, now + 1, 0, ARRIVAL)",
        (f"{COURIER}[late, lost and garbled]",),
    ),
    DeliberateError(
        "a spared message is read at the first relay",
        "kernel/transmit.py",
        "    while columns.next_hop[channel] >= 0:\n        channel = columns.next_hop[channel]\n    kind,",
        "    kind,",
        (f"{COURIER}[over a relay]",),
    ),
    DeliberateError(
        "a spared message is read in the tick of its copy, and before it",
        "kernel/transmit.py",
        "if due == now + 1 and event == ARRIVAL and columns.next_hop[channel] < 0:",
        "if due == now and event == ARRIVAL and columns.next_hop[channel] < 0:",
        (f"{COURIER}[in the same tick]",),
    ),
    DeliberateError(
        "every attempt at a message is spared",
        "kernel/transmit.py",
        "if columns.spared[0] == parcel.channel and columns.spared[1] == parcel.which:",
        "if columns.spared[0] == parcel.channel and columns.spared[1] & 0xFF == parcel.which & 0xFF:",
        (f"{COURIER}[acknowledged]",),
    ),
    DeliberateError(
        "a routed message counts as sent on every hop",
        "kernel/transmit.py",
        "    return enter(columns, world, luck, hop, message.due)\n",
        "    world.counts[SENT] += 1\n    return enter(columns, world, luck, hop, message.due)\n",
        (f"{RELAYS}::test_the_delays_of_hops_add_up_and_only_the_addressee_deciphers",),
    ),
    DeliberateError(
        "a common cause strikes an acknowledgement with the message of its number",
        "kernel/transmit.py",
        "sender, COMMON + (kind << MESSAGE_KIND_BIT))",
        "sender, COMMON)",
        (f"{ACKNOWLEDGEMENT}::test_a_common_cause_strikes_answers_apart_from_words",),
    ),
    DeliberateError(
        "under a common cause an acknowledgement has the luck of the message of its number",
        "kernel/transmit.py",
        "return block(luck, shared, sender, TRANSIT + (kind << MESSAGE_KIND_BIT))",
        "return block(luck, shared, sender, TRANSIT)",
        (f"{ACKNOWLEDGEMENT}::test_a_common_cause_strikes_answers_apart_from_words",),
    ),
    DeliberateError(
        "a common cause strikes all hops of a route at once",
        "kernel/transmit.py",
        "REVIEW_MASK = ~(0xFFFF << ATTEMPT_BIT)",
        "REVIEW_MASK = (1 << ATTEMPT_BIT) - 1",
        (f"{RELAYS}::test_a_common_cause_strikes_each_hop_by_itself",),
    ),
    # protocol.py: what is acknowledged and sent again
    DeliberateError(
        "any acknowledgement acknowledges the newest message",
        "kernel/protocol.py",
        "if channel >= 0 and world.awaiting[channel] == message.which & ORIGIN_MASK:",
        "if channel >= 0:",
        (f"{ACKNOWLEDGEMENT}::test_a_late_answer_to_an_old_message_does_not_stop_the_new_one",),
    ),
    DeliberateError(
        "an acknowledgement does not stop the timer",
        "kernel/protocol.py",
        "        world.awaiting[channel] = -1\n",
        "        world.awaiting[channel] = message.which & ORIGIN_MASK\n",
        (f"{ACKNOWLEDGEMENT}::test_who_is_answered_in_time_says_it_once",),
    ),
    DeliberateError(
        "there is one attempt more than allowed",
        "kernel/protocol.py",
        "attempt + 1 >= columns.attempts[channel]",
        "attempt >= columns.attempts[channel]",
        (f"{ACKNOWLEDGEMENT}::test_attempts_are_limited",),
    ),
    DeliberateError(
        "what is said again is what the sender would say now",
        "kernel/protocol.py",
        "letter = world.repeated_letter[channel]",
        "letter = world.said[columns.sender[channel]]",
        (f"{ACKNOWLEDGEMENT}::test_silence_is_no_newer_message",),
    ),
    DeliberateError(
        "what is said again is what garbling has made of it",
        "kernel/protocol.py",
        "world.repeated_letter[channel] = message.composed",
        "world.repeated_letter[channel] = message.letter",
        (f"{ACKNOWLEDGEMENT}::test_what_is_said_again_is_what_was_said_not_what_arrived",),
    ),
    DeliberateError(
        "a posture stated again is the present one",
        "kernel/protocol.py",
        "value = world.repeated_value[channel]",
        "value = world.spoken[columns.sender[channel]]",
        (f"{POSTURE}::test_a_posture_stated_again_is_the_one_that_was_stated",),
    ),
    DeliberateError(
        "what is sent again is dated anew",
        "kernel/protocol.py",
        "sent = world.repeated_sent[channel]",
        "sent = now",
        (f"{ACKNOWLEDGEMENT}::test_who_is_answered_late_says_it_again_until_then",),
    ),
    DeliberateError(
        "an acknowledgement begins its way on the last hop",
        "kernel/protocol.py",
        "which = message.which & END_TO_END_MASK",
        "which = message.which",
        (f"{ACKNOWLEDGEMENT}::test_acknowledgements_run_over_routes",),
    ),
    # step.py: what happens at each event
    DeliberateError(
        "each type pays the other's cost of war",
        "kernel/step.py",
        "columns.war_cost[2 * state + state_type]",
        "columns.war_cost[2 * state + 1 - state_type]",
        (f"{SPIRAL}::test_a_whole_run_is_the_texts",),
    ),
    DeliberateError(
        "the ceiling of a state is ignored",
        "kernel/step.py",
        "if action.move == RAISE and rung < columns.ceiling[state]:",
        "if action.move == RAISE and rung < columns.rungs - 1:",
        (f"{STEP}::test_who_always_climbs_stops_at_the_ceiling",),
    ),
    DeliberateError(
        "a state steps below the ladder",
        "kernel/step.py",
        "elif action.move == LOWER and rung > columns.floor[state]:",
        "elif action.move == LOWER:",
        (f"{STEP}::test_who_always_descends_stays_at_the_bottom",),
    ),
    DeliberateError(
        "the floor of a state is ignored",
        "kernel/step.py",
        "elif action.move == LOWER and rung > columns.floor[state]:",
        "elif action.move == LOWER and rung > 0:",
        (f"{STEP}::test_who_always_descends_stops_at_its_floor_and_begins_there",),
    ),
    DeliberateError(
        "a script goes by the review after the one that is held",
        "kernel/step.py",
        "at = columns.script_at[state] + SCRIPT_WORDS * world.origin[state]",
        "at = columns.script_at[state] + SCRIPT_WORDS * world.review[state]",
        (f"{FROZEN}[dyad-process]",),
    ),
    DeliberateError(
        "who has used up its moves goes on with those of the next state",
        "kernel/step.py",
        "if at >= columns.script_at[state + 1]:",
        "if at >= len(columns.script):",
        (f"{FROZEN}[triad-process]",),
    ),
    DeliberateError(
        "whoever has moves to make says nothing of them",
        "kernel/step.py",
        "columns.script[at + 1], 0.0, columns.script[at + 2])",
        "columns.script[at + 1], 0.0, SILENT)",
        (f"{FROZEN}[dyad-process]",),
    ),
    DeliberateError(
        "a joint war is not seen",
        "kernel/step.py",
        "standing_at(columns, world, after) > 1",
        "standing_at(columns, world, after) > 2",
        (f"{JOINT}::test_war_breaks_out_as_the_second_state_reaches_the_top[process]",),
    ),
    DeliberateError(
        "one state on the top rung makes a joint war",
        "kernel/step.py",
        "standing_at(columns, world, after) > 1",
        "standing_at(columns, world, after) > 0",
        (f"{JOINT}::test_one_state_on_the_top_rung_is_no_war[process]",),
    ),
    DeliberateError(
        "the age of news is counted from its reading",
        "kernel/step.py",
        "    world.newest[rivalry] = sent\n",
        "    world.newest[rivalry] = due\n",
        (f"{LAWS_OF_A_RUN}[mean_age_follows_from_the_messages]",),
    ),
    DeliberateError(
        "the delay is counted from the departure",
        "kernel/step.py",
        "_, channel, which, composed, letter, _, _, sent, _, due, _, _, _ = message\n    counts",
        "_, channel, which, composed, letter, _, _, _, sent, due, _, _, _ = message\n    counts",
        (f"{LAWS_OF_A_RUN}[mean_delay_follows_from_the_messages]",),
    ),
    DeliberateError(
        "a triggered review does not wait for the least gap",
        "kernel/step.py",
        "return earliest if earliest > due else due",
        "return due",
        (f"{TRIGGERED}::test_it_waits_for_the_least_gap_after_the_last_review[process]",),
    ),
    DeliberateError(
        "a scheduled review does not cancel a triggered one",
        "kernel/step.py",
        "    world.trigger[state] = -1\n",
        "    if triggered == 1:\n        world.trigger[state] = -1\n",
        (f"{TRIGGERED}::test_a_scheduled_review_that_comes_first_cancels_it",),
    ),
    DeliberateError(
        "a superseded report triggers a review",
        "kernel/step.py",
        "columns.minimum_gap == 0 or not used or ",
        "columns.minimum_gap == 0 or ",
        (f"{TRIGGERED}::test_a_report_that_is_superseded_triggers_nothing[process]",),
    ),
    DeliberateError(
        "a copy triggers a review with luck of its own",
        "kernel/step.py",
        "mixed = block(luck, which & IDENTITY_MASK, ",
        "mixed = block(luck, which, ",
        (f"{TRIGGERED}::test_a_triggered_review_draws_by_the_message_that_triggered_it[process]",),
    ),
    DeliberateError(
        "a review comes late only, never early",
        "kernel/step.py",
        "return now + columns.interval - columns.jitter + int(",
        "return now + columns.interval + int(",
        (f"{LAWS_OF_A_RUN}[reviews_are_a_renewal]",),
    ),
    DeliberateError(
        "attempts are messages of their own to whoever reads them",
        "kernel/step.py",
        "IDENTITY_MASK = (1 << ATTEMPT_BIT) - 1",
        "IDENTITY_MASK = (1 << (ATTEMPT_BIT + 8)) - 1",
        (f"{ACKNOWLEDGEMENT}::test_attempts_are_one_message_to_whoever_reads_them",),
    ),
    DeliberateError(
        "a copy is a message of its own to whoever reads it",
        "kernel/step.py",
        "IDENTITY_MASK = (1 << ATTEMPT_BIT) - 1",
        "IDENTITY_MASK = ~(0xFF << ATTEMPT_BIT)",
        (f"{RELAYS}::test_copies_are_one_message_to_whoever_reads_them",),
    ),
    DeliberateError(
        "who is silent writes after a scheduled review all the same",
        "kernel/step.py",
        "if world.said[own.state] == SILENT:",
        "if world.said[own.state] == SILENT and triggered == 1:",
        (f"{UNTIL}::test_who_is_silent_moves_and_sends_nothing",),
    ),
    DeliberateError(
        "a letter that a doctrine names is not said",
        "kernel/step.py",
        "if action.move != PLAY and (action.letter >= 0 or action.letter == SILENT):",
        "if action.move != PLAY and action.letter == SILENT:",
        (f"{UNTIL}::test_a_doctrine_may_say_another_letter_than_where_it_stands",),
    ),
    DeliberateError(
        "who exaggerates believes itself",
        "kernel/step.py",
        "elif action.move == ARM:\n        world.posture[state] = action.value\n",
        "elif action.move == ARM:\n"
        "        world.posture[state] = action.value * columns.exaggeration[state]\n",
        (f"{POSTURE}::test_who_exaggerates_states_so_much_more",),
    ),
    DeliberateError(
        "arming is stated and not done",
        "kernel/step.py",
        "elif action.move == ARM:\n        world.posture[state] = action.value\n",
        "elif action.move == ARM:\n",
        (f"{POSTURE}::test_messages_state_the_posture_and_have_one_letter",),
    ),
    DeliberateError(
        "nobody can state another posture than its own",
        "kernel/step.py",
        "world.spoken[state] = action.value * columns",
        "world.spoken[state] = world.posture[state] * columns",
        (f"{POSTURE}::test_a_doctrine_may_state_another_posture_than_its_own",),
    ),
    DeliberateError(
        "a race runs away upwards only",
        "kernel/step.py",
        " or action.value <= -columns.limit[0]:",
        ":",
        (f"{POSTURE}::test_a_race_downwards_runs_away_too",),
    ),
    DeliberateError(
        "two of a kind are unanimous",
        "kernel/step.py",
        "standing_at(columns, world, rung) == len(columns.state_who):",
        "standing_at(columns, world, rung) > 1:",
        (f"{UNTIL}::test_two_of_three_are_not_all",),
    ),
    DeliberateError(
        "unanimity is seen only as somebody moves",
        "kernel/step.py",
        "    if columns.until != RUNNING:\n",
        "    if columns.until != RUNNING and after != rung:\n",
        (f"{UNTIL}::test_a_run_that_begins_in_unanimity_ends_with_its_first_review",),
    ),
    DeliberateError(
        "the end at the top is seen a rung too early",
        "kernel/step.py",
        "if columns.until == TOP and rung == columns.rungs - 1:",
        "if columns.until == TOP and rung >= columns.rungs - 2:",
        (f"{UNTIL}::test_a_run_ends_where_somebody_stands_on_the_top",),
    ),
    DeliberateError(
        "where a state begins is not its peak",
        "kernel/step.py",
        "    world.peak[state] = columns.start_rung[state]\n",
        "",
        (f"{UNTIL}::test_a_state_begins_on_its_rung_and_says_so",),
    ),
    # channel_columns.py: channels, routes and lines as the kernel reads them
    DeliberateError(
        "a broadcast is another event for each who hears it",
        "channel_columns.py",
        "who(hop.sender if channel.public else hop.name)",
        "who(hop.name)",
        (f"{SHARED}::test_a_broadcast_is_one_event_for_all_who_hear_it",),
    ),
    DeliberateError(
        "public channels have outages of their own",
        "channel_columns.py",
        'who(line.split("->")[0] if channel.public else line)',
        "who(line)",
        (f"{SHARED}::test_public_channels_share_their_outages_and_servers_their_pace",),
    ),
    DeliberateError(
        "who is routed over a line has the luck of the line's own messages",
        "channel_columns.py",
        "who(hop.sender if channel.public else hop.name)",
        "who(hop.sender if channel.public else hop.line)",
        (f"{RELAYS}::test_who_is_routed_over_a_line_has_other_luck_than_who_is_not",),
    ),
    DeliberateError(
        "a relay deciphers what passes",
        "channel_columns.py",
        "(channel.reading or receiver.reading) if hop.is_last else None",
        "channel.reading or receiver.reading",
        (f"{RELAYS}::test_the_delays_of_hops_add_up_and_only_the_addressee_deciphers",),
    ),
    DeliberateError(
        "of a route only the last hop is believed to err",
        "channel_columns.py",
        "believed[ends] @ matrix if hop.number > 0 else matrix",
        "matrix",
        (f"{RELAYS}::test_what_is_assumed_of_a_route_is_the_product_of_its_hops",),
    ),
    DeliberateError(
        "of one tick what comes off a relay is read last",
        "channel_columns.py",
        "ranks[hop.name], 0, MessageKind.RUNG",
        "len(rows), 0, MessageKind.RUNG",
        (f"{RELAYS}::test_arrivals_of_one_tick_are_read_in_the_order_of_names",),
    ),
)
