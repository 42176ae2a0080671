"""Loading through Django: its connections as what is written, its models as what is known beyond their facts."""
