"""What is said of the counts: who wins, what is quoted, and sentences whose every number has its place."""
