"""What comes in and goes out in other forms than the log's own, a module per form."""
