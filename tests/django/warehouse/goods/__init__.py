"""What the warehouse keeps."""
