"""Users, organizations and who belongs to what."""
