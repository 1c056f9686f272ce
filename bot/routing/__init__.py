"""From an utterance to a `Reply`. Pure: reads no file, clock or environment once it is made."""
