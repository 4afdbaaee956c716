"""The ground: databases, links, keys and moments."""
