"""The way into a compiled copy: addresses in, runs out. Imported as a copy only, where Numba is."""

from signalling.engines import loop
from signalling.engines.desk import RUNNING
from signalling.engines.vectors import columns_at, desk_at, floats_at, integers_at, word, world_at


def play(
    columns: int,
    world: int,
    desk: int,
    seed: int,
    first: int,
    step: int,
    count: int,
    wholes: tuple[int, int],
    reals: tuple[int, int],
    state_wholes: tuple[int, int],
    state_reals: tuple[int, int],
) -> int:
    """Make runs at equal distances and write their summaries one after the other.

    Args:
        columns: address of the field table of the Columns.
        world: likewise of the World.
        desk: likewise of the Desk.
        seed: of the runs, as a signed word.
        first: index of the first run.
        step: from one index to the next.
        count: how many.
        wholes: address and length of the array (count * len(Whole),).
        reals: likewise (count * len(Real),).
        state_wholes: likewise (count * n_states * len(StateWhole),).
        state_reals: likewise (count * n_states * len(StateReal),).

    Returns:
        How many runs were made; if not all, the desk's status says why.
    """
    the_columns = columns_at(columns)
    the_world = world_at(world)
    the_desk = desk_at(desk)
    for place in range(count):
        luck = (word(seed), word(first + step * place), word(0))
        if loop.crisis(the_columns, the_world, the_desk, luck) != RUNNING:  # type: ignore[arg-type] # three words
            return place
        loop.sum_up(
            the_columns,
            the_world,
            the_desk,
            place,
            integers_at(wholes[0], wholes[1]),
            floats_at(reals[0], reals[1]),
            integers_at(state_wholes[0], state_wholes[1]),
            floats_at(state_reals[0], state_reals[1]),
        )
    return count
