"""What several member pages say: dues, circles, prizes."""
