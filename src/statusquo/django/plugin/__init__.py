"""The part of the door that knows pytest."""
