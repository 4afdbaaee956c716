"""Pages for caseworkers and team leaders."""
