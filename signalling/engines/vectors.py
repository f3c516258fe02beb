"""What the compiler is told of our arrays: a bare pointer and a length, or a pointer to many of them.

Kernel code only indexes, slices and takes the length, so it needs none of what a NumPy array carries. The
arrays that Numba knows are counted at every use, by an atomic instruction that two threads contend for; these
are not, because the engine's Python side owns all memory and outlives every call.

- A vector is {pointer, length}. No bounds are checked, a slice has a start and a stop within them, and an
  index counts from the front. What a user's own doctrine is handed is a checked vector instead: an index
  may count from the end, and one out of bounds is an IndexError, as it is in the process engine.
- A matrix is {pointer, length of a row}; an index gives a row as a vector.
- A structure is a pointer to the field table of a NamedTuple: two words for each field, which are its value
  and 0, or the address of its array and the length (of a row). `field_table` writes one.

What is marked constant never changes during a call, so the compiler may keep it in a register.
"""

import operator
from collections.abc import Callable
from typing import Any, NamedTuple, get_type_hints

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import config
from numba.core import cgutils
from numba.core import types as numba_types
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import (
    AbstractTemplate,
    AttributeTemplate,
    infer_getattr,
    infer_global,
    signature,
)
from numba.extending import intrinsic, lower_getattr_generic, models, overload, register_model

from signalling.engines.desk import Desk
from signalling.kernel import draws
from signalling.kernel.floats import Floats, Integers, Table
from signalling.kernel.world import Columns, World

#: Numba's annotations do not name all of its types.
types: Any = numba_types

WORD = ir.IntType(64)
WORD_BYTES = 8


class VectorType(types.Type):
    """A vector of 64-bit integers or floats."""

    def __init__(self, dtype: Any, *, constant: bool, checked: bool = False) -> None:
        self.dtype = dtype
        self.constant = constant
        self.checked = checked
        super().__init__(name=f"Vector({dtype}, {constant}, {checked})")


class MatrixType(types.Type):
    """Rows of a constant table of floats."""

    def __init__(self) -> None:
        super().__init__(name="Matrix")


class StructureType(types.Type):
    """A pointer to the field table of a NamedTuple."""

    def __init__(self, kind: type, *, constant: bool) -> None:
        self.kind = kind
        self.fields = _fields(kind, constant=constant)
        super().__init__(name=f"Structure({kind.__name__}, {constant})")


class _Field(NamedTuple):
    place: int
    type: Any


def _fields(kind: type, *, constant: bool) -> dict[str, _Field]:
    known = {
        int: types.int64,
        Integers: VectorType(types.int64, constant=constant),
        Floats: VectorType(types.float64, constant=constant),
        Table: MatrixType(),
    }
    hints = get_type_hints(kind)
    return {name: _Field(place, known[hints[name]]) for place, name in enumerate(kind._fields)}  # type: ignore[attr-defined]


def field_table(fields: Any) -> npt.NDArray[np.int64]:
    """The field table of a NamedTuple of whole numbers and C-contiguous arrays, which must outlive it."""
    table = []
    for field in fields:
        if isinstance(field, np.ndarray):
            assert field.flags.c_contiguous  # noqa: S101 - the engine makes them so
            assert field.itemsize == WORD_BYTES  # noqa: S101
            table += [field.ctypes.data, field.shape[-1]]
        else:
            table += [int(field), 0]
    return np.array(table, dtype=np.int64)


@register_model(VectorType)
class _VectorModel(models.StructModel):
    def __init__(self, manager: Any, kind: VectorType) -> None:
        super().__init__(manager, kind, [("data", types.CPointer(kind.dtype)), ("length", types.int64)])


@register_model(MatrixType)
class _MatrixModel(models.StructModel):
    def __init__(self, manager: Any, kind: MatrixType) -> None:
        super().__init__(manager, kind, [("data", types.CPointer(types.float64)), ("length", types.int64)])


@register_model(StructureType)
class _StructureModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: StructureType) -> None:
        super().__init__(manager, kind, WORD.as_pointer())


# Typing


@infer_global(operator.getitem)
class _GetItem(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:  # noqa: ARG002 - as Numba calls it
        held, index = args
        if isinstance(held, VectorType):
            if isinstance(index, types.SliceType):
                return signature(held, held, types.slice2_type)
            if isinstance(index, types.Integer):
                return signature(held.dtype, held, types.int64)
        if isinstance(held, MatrixType) and isinstance(index, types.Integer):
            return signature(VectorType(types.float64, constant=True), held, types.int64)
        return None


@infer_global(operator.setitem)
class _SetItem(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:  # noqa: ARG002
        held, index, _ = args
        if isinstance(held, VectorType) and not held.constant and isinstance(index, types.Integer):
            return signature(types.none, held, types.int64, held.dtype)
        return None


@infer_global(len)
class _Length(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:  # noqa: ARG002
        return signature(types.int64, *args) if isinstance(args[0], VectorType) else None


@infer_getattr
class _Attribute(AttributeTemplate):
    key = StructureType

    def generic_resolve(self, kind: StructureType, name: str) -> Any:
        return kind.fields[name].type if name in kind.fields else None


# Lowering


def _load(builder: Any, pointer: Any, *, constant: bool) -> Any:
    loaded = builder.load(pointer)
    if constant:
        loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
    return loaded


def _refuse(context: Any, builder: Any, wrong: Any, told: str) -> None:
    """Raise an IndexError if a condition holds."""
    with builder.if_then(wrong, likely=False):
        context.call_conv.return_user_exc(builder, IndexError, (told,))


def _place(context: Any, builder: Any, kind: VectorType, vector: Any, index: Any) -> Any:
    """Where an element stands, of a checked vector only if it is there."""
    if kind.checked:
        behind = builder.icmp_signed("<", index, WORD(0))
        index = builder.select(behind, builder.add(index, vector.length), index)
        outside = builder.icmp_unsigned(">=", index, vector.length)
        _refuse(context, builder, outside, "a doctrine's index is out of bounds")
    return builder.gep(vector.data, [index])


@lower_builtin(operator.getitem, VectorType, types.Integer)
def _get(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    kind = signature.args[0]
    vector = cgutils.create_struct_proxy(kind)(context, builder, args[0])
    return _load(builder, _place(context, builder, kind, vector, args[1]), constant=kind.constant)


@lower_builtin(operator.setitem, VectorType, types.Integer, types.Any)
def _set(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    kind = signature.args[0]
    vector = cgutils.create_struct_proxy(kind)(context, builder, args[0])
    builder.store(args[2], _place(context, builder, kind, vector, args[1]))
    return context.get_dummy_value()


@lower_builtin(operator.getitem, VectorType, types.SliceType)
def _slice(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    kind, slice_kind = signature.args
    vector = cgutils.create_struct_proxy(kind)(context, builder, args[0])
    bounds = context.make_helper(builder, slice_kind, args[1])
    if kind.checked:
        backwards = builder.icmp_unsigned(">", bounds.start, bounds.stop)
        outside = builder.icmp_unsigned(">", bounds.stop, vector.length)
        _refuse(context, builder, builder.or_(backwards, outside), "a doctrine's slice is out of bounds")
    part = cgutils.create_struct_proxy(kind)(context, builder)
    part.data = builder.gep(vector.data, [bounds.start])
    part.length = builder.sub(bounds.stop, bounds.start)
    return part._getvalue()


@lower_builtin(operator.getitem, MatrixType, types.Integer)
def _row(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    matrix = cgutils.create_struct_proxy(signature.args[0])(context, builder, args[0])
    row = cgutils.create_struct_proxy(signature.return_type)(context, builder)
    row.data = builder.gep(matrix.data, [builder.mul(args[1], matrix.length)])
    row.length = matrix.length
    return row._getvalue()


@lower_builtin(len, VectorType)
def _len(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    return cgutils.create_struct_proxy(signature.args[0])(context, builder, args[0]).length


@lower_getattr_generic(StructureType)
def _field(context: Any, builder: Any, kind: StructureType, pointer: Any, name: str) -> Any:
    place, of_field = kind.fields[name]
    word = _load(builder, builder.gep(pointer, [WORD(2 * place)]), constant=True)
    if of_field is types.int64:
        return word
    value = cgutils.create_struct_proxy(of_field)(context, builder)
    value.data = builder.inttoptr(word, value.data.type)
    value.length = _load(builder, builder.gep(pointer, [WORD(2 * place + 1)]), constant=True)
    return value._getvalue()


# What compiled code calls


def _structure(kind: type, *, constant: bool) -> Any:
    made = StructureType(kind, constant=constant)

    def at(typing_context: Any, address: Any) -> Any:  # noqa: ARG001

        def lower(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ARG001
            return builder.inttoptr(args[0], WORD.as_pointer())

        return made(types.int64), lower

    return intrinsic(at)


#: From the address of a field table to a structure.
columns_at = _structure(Columns, constant=True)
world_at = _structure(World, constant=False)
desk_at = _structure(Desk, constant=False)


def _vector(dtype: Any) -> Any:
    made = VectorType(dtype, constant=False)

    def at(typing_context: Any, address: Any, length: Any) -> Any:  # noqa: ARG001

        def lower(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            value = cgutils.create_struct_proxy(signature.return_type)(context, builder)
            value.data = builder.inttoptr(args[0], value.data.type)
            value.length = args[1]
            return value._getvalue()

        return made(types.int64, types.int64), lower

    return intrinsic(at)


#: From the address and the length of an array to a vector.
integers_at = _vector(types.int64)
floats_at = _vector(types.float64)


@intrinsic
def checked(typing_context: Any, vector: Any) -> Any:  # noqa: ARG001
    """The same vector with its bounds checked; in compiled code only."""
    made = VectorType(vector.dtype, constant=vector.constant, checked=True)

    def lower(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        plain = cgutils.create_struct_proxy(signature.args[0])(context, builder, args[0])
        value = cgutils.create_struct_proxy(made)(context, builder)
        value.data = plain.data
        value.length = plain.length
        return value._getvalue()

    return made(vector), lower


def as_words(names: dict[str, Any], *constants: str) -> None:
    """Make 64-bit words of some constants of a copied file."""
    if not config.DISABLE_JIT:
        names.update({name: np.uint64(names[name]) for name in constants})


def as_integers(names: dict[str, Any]) -> None:
    """Make 64-bit integers of the other whole constants of a copied file.

    Numba compiles a function anew for every Python integer that it is called with by name.
    """
    if not config.DISABLE_JIT:
        names.update({name: np.int64(value) for name, value in names.items() if type(value) is int})


def word(number: int) -> int:
    """A number as the 64-bit word that draws are made of."""
    return int(number) & draws.WORD_MASK


@overload(word)
def _word(number: Any) -> Callable[[Any], Any]:  # noqa: ARG001
    def compiled(number: Any) -> Any:
        return np.uint64(number)

    return compiled


@intrinsic
def _wide_product(typing_context: Any, a: Any, b: Any) -> Any:  # noqa: ARG001
    """The one instruction that Python has no operator for: 64 times 64 bits are 128."""
    pair = types.UniTuple(types.uint64, 2)

    def lower(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        wide = ir.IntType(128)
        whole = builder.mul(builder.zext(args[0], wide), builder.zext(args[1], wide))
        high = builder.trunc(builder.lshr(whole, wide(64)), WORD)
        return context.make_tuple(builder, signature.return_type, [high, builder.trunc(whole, WORD)])

    return pair(types.uint64, types.uint64), lower


@overload(draws.product)
def _product(a: Any, b: Any) -> Callable[[Any, Any], Any]:  # noqa: ARG001
    def compiled(a: Any, b: Any) -> Any:
        return _wide_product(a, b)

    return compiled
