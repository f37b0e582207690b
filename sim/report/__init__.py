"""What people read: charts, tables, sentences, and the briefing they make up."""
