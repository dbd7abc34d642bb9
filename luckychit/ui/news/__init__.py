"""One sentence for each kind of news; what the feeds and the notices say."""
