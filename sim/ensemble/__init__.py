"""Many runs: design, keyed seeds, executors, and a store that resumes."""
