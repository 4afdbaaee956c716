"""The words the whole house shares: offers, needs, ladder, places, languages, times."""
