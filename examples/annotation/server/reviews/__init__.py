"""What people say about the work: issues on a job and the comments on them."""
