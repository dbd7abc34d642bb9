"""The public start: what LuckyChit is, what it promises, the latest draws."""
