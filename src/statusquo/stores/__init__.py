"""The places where state lives and can go back, one room each, strangers to one another."""
