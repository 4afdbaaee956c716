"""The engine: ranks offers for one need. Pure: it knows profiles, no database and no Flask."""
