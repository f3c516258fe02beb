"""Compiled functions that are parts of their callers: linked into them, and made machine code of there alone.

Numba optimises every function when it is compiled, together with all that it calls, and makes machine code
of it; its callers then do the same with a copy. Of kernel and doctrines only the entry is called from
Python, so what stands ten calls below it would be optimised ten times over for nothing. Here the optimiser
sees all of it once, in the entry: machine code as quick as before, in half the time.
"""

from typing import Any

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler


class _NoMachineCode:
    """Stands for the code generator, which writes a function's environment beside its machine code."""

    @staticmethod
    def set_env(name: str, environment: object) -> None:
        """Leave it: there is no machine code for it to stand beside."""


class _Part(JITCodeLibrary):
    """The code of one function and of what it calls, for its callers to link."""

    @property
    def codegen(self) -> Any:
        """What writes its environment."""
        return _NoMachineCode

    def finalize(self) -> None:
        """Link what it calls, and leave the rest to its callers."""
        self._raise_if_finalized()
        for library in dict.fromkeys(self._linking_libraries):
            self._reload_init.update(library._reload_init)
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:  # noqa: ARG002 - as Numba calls it
        """None: Python does not call a part."""
        return 0


class PartCompiler(Compiler):
    """Numba's steps for a function that is a part of its callers: `njit(pipeline_class=PartCompiler)`."""

    def compile_extra(self, func: Any) -> Any:
        """Compile a function into a library that its callers link."""
        self.state.library = _Part(self.state.targetctx.codegen(), func.__qualname__)
        return super().compile_extra(func)
