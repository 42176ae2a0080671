"""What is annotated and how: projects, labels, tasks with images, jobs, shapes."""
