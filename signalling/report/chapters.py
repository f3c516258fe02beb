"""What the page of verified theory says around its entries: how it begins, and what each group is about."""

INTRODUCTION = """# Verified against theory

Does better information prevent war? Theory has no single answer. It has models in which a true word in
time averts everything, models in which no word does anything, and models in which the truth is what does
the harm. This chapter goes through them, one published result at a time, and shows that the simulator
gives each of them back. Who has read it knows when to expect help from a better channel, when not to
bother, and when to be afraid of one.

It begins with what needs no strategy: what a channel does to a message, and what a reader may make of
what arrives. Then two states answer each other, then arm against each other. At last they know that they
are watched: trust is put to the test, fear and hope are shared, threats and offers are made, and words
are chosen by those who may gain from being misread.

## How to read it

Each entry asks a question, tells the game in three lines and what comes out of it, shows it, names its
source, and ends with what it says about the claim that better information prevents war. That last line
begins alike everywhere: the claim *holds*, or *fails by irrelevance*, or *is reversed*. The table at the
end has them all side by side.

In the figures lines are theory and points are simulation, with 95 % intervals. The closed forms behind
the lines stand in `signalling/theory/` and know nothing of the simulation; the simulation knows nothing
of them. Under each entry its numbers unfold. Rows tagged S are simulated through the public face: a
scenario, a doctrine, an engine, its outcomes. Rows tagged E are exact algebra, with nothing to simulate.
Rows tagged Q are of statements that come without numbers: what is predicted and found is a sign.
z is the distance between prediction and simulation in standard errors; rows without one are
deterministic, and held to a tolerance that the ledger states.

The page is written by `signalling verify`: `make theory` writes it anew, and
`signalling verify --entry T01` plays one entry.
"""

#: What a group teaches, by its name, in the order of the page; a group without a text comes after these.
GROUPS = {
    "Channels, queues, age": """Before anybody decides anything, a message has to arrive: in time, unharmed,
    and not behind a hundred others. Nothing here is strategic. These are the laws that every later game
    inherits from its channel, and they say already that *more* communication and *better* communication
    are two things.""",
    "Information about type": """Now somebody reads. What arrives is evidence, and Bayes's rule says what it
    is worth. As long as the reader knows how good the channel is, and nobody chooses words against it,
    information cannot hurt. Keep this in mind as the standard: whatever goes wrong further on needs a
    second player, or a reader who is mistaken about the channel.""",
    "Repeated play under noise": """Two states meet again and again, and answer what they saw. One mistake
    may begin a long feud. Whether fewer mistakes bring peace depends on the rule by which they answer more
    than on the channel by which they hear.""",
    "Arms dynamics and networks": """Here states do not decide so much as react: they arm in proportion to
    what they hear, or take over the stance of those around them. Reports are the fuel of such a process
    as well as news of it, and so losing some of them may calm.""",
    "Trust and reassurance": """A state that only wants to be safe may still strike out of fear. What can it
    do to be believed, and what does it take for the other to dare? Talk is cheap; deeds are not, and their
    price is what makes them speak.""",
    "Coordination and common knowledge": """Everybody would rather keep the peace if the others do. Then what
    matters is not what a state knows but what all know that all know. Public news is shared, and what is
    shared is what hopes and fears gather around: publicity is a second quality of a channel, beside
    accuracy, and often of another sign.""",
    "Bargaining and crisis signalling": """War is costly, so there is a bargain that both prefer. It is missed
    because each hides how much it would bear. Here information works through what a state dares to
    demand, to threaten and to inspect, and whoever is known to know is treated accordingly.""",
    "Talk": """Words cost nothing and are chosen. How much can be said between states whose interests differ?
    The less they agree, the coarser the language; and, against first intuition, a little noise may make
    it finer.""",
}

CLOSING = """## All of it side by side

Read the third column downwards. The claim holds where the obstacle to peace is a belief that is wrong,
and the channel is good enough to carry it over the threshold of a decision. It fails by irrelevance
where the decision does not depend on what is believed. It is reversed where information frees a fear or
a demand that ignorance had kept down, where it is shared by all and gathers their fears, where there is
more of it than the channel bears, and where noise was doing useful work.
"""
