"""What the archive holds, and how a passage is found."""
