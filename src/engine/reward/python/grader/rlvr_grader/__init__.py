"""What the grader process is made of: a package, so that no module of a project is hidden by one of these."""
