"""Figures of experiments, each described by a table of its file and drawn from rows alone."""

from typing import Annotated

from pydantic import Field

from signalling.figures.paper.forest import ForestFigure
from signalling.figures.paper.heat import MapFigure
from signalling.figures.paper.lines import LinesFigure
from signalling.figures.paper.specification import SpecificationFigure

FigureSpec = Annotated[
    LinesFigure | ForestFigure | MapFigure | SpecificationFigure, Field(discriminator="kind")
]
