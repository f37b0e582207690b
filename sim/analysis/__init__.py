"""What the runs mean: attainment of targets, comparison of scenarios, explanation of each number."""
