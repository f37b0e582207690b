"""The briefing on paper, made from the executed notebook: PDF for printing, Word in the layout of official papers."""
