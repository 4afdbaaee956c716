"""The ground: database, state machines, encryption, links sent by mail and the clock."""
