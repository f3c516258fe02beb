"""The command line. Commands import what they need when they run, so that --help answers at once."""

# The order of these imports is the order of the commands in --help.
from signalling.cli import runs as runs  # isort: skip
from signalling.cli import studies as studies  # isort: skip
from signalling.cli import looks as looks  # isort: skip
from signalling.cli import attribute as attribute  # isort: skip
from signalling.cli import pivotal as pivotal  # isort: skip
from signalling.cli import dilemma as dilemma  # isort: skip
from signalling.cli import verdict as verdict  # isort: skip
from signalling.cli import information as information  # isort: skip
from signalling.cli import reproduce as reproduce  # isort: skip
from signalling.cli import verify as verify  # isort: skip
from signalling.cli import doctrines as doctrines  # isort: skip
from signalling.cli.app import app as app
from signalling.cli.app import main as main
