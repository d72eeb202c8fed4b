"""From a button to a run, and what came of it: confirming, two people, output, ways back, what would ship."""
