"""When things run and in which order: stages, worker processes, Prefect flows, command line."""

import os

# Arrow's own allocator keeps what it had, beside what the C library keeps: 350 MB at the end of a build of 20,000
# pages, 300 MB without it, in the same time. It asks for this when it is loaded.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
