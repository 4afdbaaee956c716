"""Staff: users, roles, sessions and the rules of signing in."""
