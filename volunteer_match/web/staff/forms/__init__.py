"""Forms for caseworkers and team leaders."""
