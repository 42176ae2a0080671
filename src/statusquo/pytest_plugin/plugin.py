"""The hooks, three lines each; everything else is in session."""
