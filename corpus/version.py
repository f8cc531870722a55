"""The version of limpide, also written into every snapshot."""

VERSION = "0.1.0"
