"""Results as a reader meets them: tables on a terminal, files in a folder."""
