"""Pure metrics: no engine, no files, no clock."""
