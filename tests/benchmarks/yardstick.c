/* The least that a message can cost: the model of `yardstick_scenario` as a loop written by hand.

   n states on a complete graph; a unit of time is a day. A state reviews after 0.8 + exponential(0.2): with
   probability 0.05, or if its mean evidence about the others exceeds 1.25, it climbs; if the mean is below
   -1.8 it steps down. Then it writes its rung to every other state. A message is lost with probability 0.1,
   else garbled into one of the four other letters with probability 0.1, and read after 0.1 +
   exponential(0.4), unless a later one was read before: evidence = clip(0.8 evidence + letter's, -6, 6).
   Two states on the top rung are at war, which ends the run.

   Only what a run needs is here: times are floating, events of equal time have no order, nothing is
   recorded. Whatever befalls the messages of a review is drawn one review ahead. It is the same luck, and
   the processor computes it while it waits for the calendar: of the arrangements tried the quickest. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { RUNGS = 5, TOP = RUNGS - 1 };
enum { TO_A_STATE = 0, OF_A_REVIEW = 1 };
/* Reviews are 0.8 days apart at least, and no delay exceeds 0.1 + 0.4 * 53 ln 2 = 14.8 days. */
enum { MOST_UNDER_WAY = 20 };
enum { LETTER_BITS = 3, LETTER_MASK = 7 };

static const double REVIEW_SHIFT = 0.8, REVIEW_MEAN = 0.2, DELAY_SHIFT = 0.1, DELAY_MEAN = 0.4;
static const double LOSS = 0.1, GARBLE = 0.1;
static const double PERSISTENCE = 0.8, BOUND = 6.0, CLIMB_ABOVE = 1.25, DESCEND_BELOW = -1.8, TREMBLE = 0.05;

typedef struct {
    double when;
    uint32_t place;  /* of a review the state, of a message where its addressee keeps evidence of its sender */
    uint32_t report; /* of a message its sender's review and the letter; 0 of a review */
} Event;

/* What is drawn for the message from one state to another; from a state to itself, for its review. */
typedef struct {
    double wait;
    int8_t lost;
    int8_t substitute; /* which of the other letters arrives instead, -1 for none */
    int8_t tremble;
} Luck;

typedef struct {
    int states;
    double horizon;
    const double *evidence_of; /* by letter */
    uint64_t seed, run;
    Event *calendar; /* a binary heap */
    int events;
    int on_top;
    int *rung;
    uint32_t *review; /* number of each state's last review, from 1 */
    /* Rows of n: by state, then by the other state. */
    double *evidence;
    uint32_t *newest;
    Luck *luck;
} World;

/* One block of Philox4x64-10 (Salmon et al. 2011). */
static inline void draw(const World *world, uint64_t which, uint64_t who, uint64_t purpose, uint64_t block[4])
{
    uint64_t key = world->seed, other_key = world->run;
    uint64_t fourth = 0;
    for (int round = 0; round < 10; round++) {
        const unsigned __int128 first_product = (unsigned __int128)0xD2E7470EE14C6C93u * which;
        const unsigned __int128 third_product = (unsigned __int128)0xCA5A826395121157u * purpose;
        which = (uint64_t)(third_product >> 64) ^ who ^ key;
        who = (uint64_t)third_product;
        purpose = (uint64_t)(first_product >> 64) ^ fourth ^ other_key;
        fourth = (uint64_t)first_product;
        key += 0x9E3779B97F4A7C15u;
        other_key += 0xBB67AE8584CAA73Bu;
    }
    block[0] = which;
    block[1] = who;
    block[2] = purpose;
    block[3] = fourth;
}

static inline double uniform(uint64_t word)
{
    return (double)(int64_t)(word >> 11) * 0x1p-53;
}

static inline double shifted_exponential(double shift, double mean, uint64_t word)
{
    return shift - mean * log(1.0 - uniform(word));
}

/* All that chance has to say about a state's next review and the messages that it will send. */
static inline void draw_ahead(World *world, int state)
{
    const int states = world->states;
    const uint64_t review = world->review[state] + 1;
    Luck *luck = world->luck + (size_t)state * states;
    uint64_t block[4];
    for (int other = 0; other < states; other++) {
        const int own = other == state;
        draw(world, review, (uint64_t)state * states + other, own ? OF_A_REVIEW : TO_A_STATE, block);
        luck[other].lost = uniform(block[0]) < LOSS;
        luck[other].tremble = uniform(block[1]) < TREMBLE;
        luck[other].substitute = uniform(block[1]) < GARBLE ? (int8_t)(uniform(block[2]) * TOP) : -1;
        luck[other].wait = own ? shifted_exponential(REVIEW_SHIFT, REVIEW_MEAN, block[3])
                               : shifted_exponential(DELAY_SHIFT, DELAY_MEAN, block[3]);
    }
}

/* Put an event at a free place of the calendar, or above it. */
static inline void rise(Event *calendar, int place, Event event)
{
    while (place > 0) {
        const int above = (place - 1) / 2;
        if (calendar[above].when <= event.when)
            break;
        calendar[place] = calendar[above];
        place = above;
    }
    calendar[place] = event;
}

/* Put an event in the place of the first, or below it. */
static inline void replace_first(Event *calendar, int events, Event event)
{
    int place = 0;
    for (int below = 1; below < events; below = 2 * place + 1) {
        if (below + 1 < events)
            below += calendar[below + 1].when < calendar[below].when;
        if (calendar[below].when >= event.when)
            break;
        calendar[place] = calendar[below];
        place = below;
    }
    calendar[place] = event;
}

static inline void read_report(World *world, Event message)
{
    const uint32_t review = message.report >> LETTER_BITS;
    if (review <= world->newest[message.place])
        return;
    world->newest[message.place] = review;
    double evidence = PERSISTENCE * world->evidence[message.place];
    evidence += world->evidence_of[message.report & LETTER_MASK];
    evidence = evidence > BOUND ? BOUND : evidence;
    world->evidence[message.place] = evidence < -BOUND ? -BOUND : evidence;
}

/* Move a state; returns its rung. */
static inline int decide(World *world, int state, int tremble)
{
    const double *evidence = world->evidence + (size_t)state * world->states;
    double sum = 0.0;
    for (int other = 0; other < world->states; other++)
        sum += evidence[other]; /* a state has none about itself: its own entry stays 0 */
    const double mean = sum / (world->states - 1);
    const int before = world->rung[state];
    int after = before;
    if (tremble || mean > CLIMB_ABOVE)
        after += before < TOP;
    else if (mean < DESCEND_BELOW)
        after -= before > 0;
    world->rung[state] = after;
    world->on_top += (after == TOP) - (before == TOP);
    return after;
}

static inline void write_to_all(World *world, int state, int rung, double now)
{
    const int states = world->states;
    const Luck *luck = world->luck + (size_t)state * states;
    for (int other = 0; other < states; other++) {
        if (other == state || luck[other].lost)
            continue;
        const int substitute = luck[other].substitute;
        const int letter = substitute < 0 ? rung : substitute + (substitute >= rung);
        const Event message = {now + luck[other].wait, (uint32_t)(other * states + state),
                               world->review[state] << LETTER_BITS | (uint32_t)letter};
        rise(world->calendar, world->events++, message);
    }
}

static void begin(World *world, uint64_t run)
{
    const size_t states = (size_t)world->states, pairs = states * states;
    memset(world->rung, 0, states * sizeof *world->rung);
    memset(world->review, 0, states * sizeof *world->review);
    memset(world->evidence, 0, pairs * sizeof *world->evidence);
    memset(world->newest, 0, pairs * sizeof *world->newest);
    world->run = run;
    world->events = 0;
    world->on_top = 0;
    for (int state = 0; state < world->states; state++) {
        uint64_t block[4];
        draw(world, 0, (uint64_t)state * states + (uint64_t)state, OF_A_REVIEW, block);
        const Event review = {shifted_exponential(REVIEW_SHIFT, REVIEW_MEAN, block[3]), (uint32_t)state, 0};
        rise(world->calendar, world->events++, review);
        draw_ahead(world, state);
    }
}

/* One run: how many messages were sent. Whether it ended in war is told by `on_top`. */
static int64_t play(World *world, uint64_t run)
{
    int64_t sent = 0;
    begin(world, run);
    for (;;) {
        const Event event = world->calendar[0];
        if (event.when >= world->horizon)
            return sent;
        if (event.report) {
            world->events--;
            replace_first(world->calendar, world->events, world->calendar[world->events]);
            read_report(world, event);
            continue;
        }
        const int state = (int)event.place;
        const Luck own = world->luck[(size_t)state * world->states + state];
        world->review[state]++;
        const int rung = decide(world, state, own.tremble);
        if (world->on_top > 1)
            return sent;
        const Event next = {event.when + own.wait, event.place, 0};
        replace_first(world->calendar, world->events, next);
        write_to_all(world, state, rung, event.when);
        sent += world->states - 1;
        draw_ahead(world, state);
    }
}

/* Runs `first` to `first + runs - 1`: messages sent and 1 for war, by run. Returns 0, or -1 without memory. */
int yardstick(int states, double horizon, const double *evidence_of, uint64_t seed, uint64_t first, int runs,
              int64_t *sent, int8_t *war)
{
    const size_t pairs = (size_t)states * states;
    World world = {.states = states, .horizon = horizon, .evidence_of = evidence_of, .seed = seed};
    world.calendar = malloc(pairs * MOST_UNDER_WAY * sizeof *world.calendar);
    world.rung = malloc(states * sizeof *world.rung);
    world.review = malloc(states * sizeof *world.review);
    world.evidence = malloc(pairs * sizeof *world.evidence);
    world.newest = malloc(pairs * sizeof *world.newest);
    world.luck = malloc(pairs * sizeof *world.luck);
    const int held = world.calendar && world.rung && world.review && world.evidence && world.newest && world.luck;
    for (int run = 0; held && run < runs; run++) {
        sent[run] = play(&world, first + (uint64_t)run);
        war[run] = world.on_top > 1;
    }
    free(world.calendar);
    free(world.rung);
    free(world.review);
    free(world.evidence);
    free(world.newest);
    free(world.luck);
    return held ? 0 : -1;
}
