"""Experiments as folders: what is run, drawn and said of it, all of which one command makes again."""
