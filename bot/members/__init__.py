"""What members create: settings, votes, misses, posted answers. Knows no Discord object."""
