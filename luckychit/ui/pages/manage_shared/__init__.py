"""What several of the manager's pages share: receiving money, handing over, first passwords."""
