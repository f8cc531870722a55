"""When things run and in which order: stages, worker processes, Prefect flows, command line."""

import os

# Arrow's own allocator keeps what it had, beside what the C library keeps: with it the parent of a build (see
# `benchmarks.build --part pages`) needs a sixth more memory. Arrow looks for this variable when it is loaded.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
