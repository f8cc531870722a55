"""When things run and in which order: stages, worker processes, Prefect flows, command line."""
