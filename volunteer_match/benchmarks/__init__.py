"""The engine's speed beside its peers', on a made-up Denmark of any size."""
