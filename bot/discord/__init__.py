"""The Discord face: `bot` is the client, the others a feature each."""
