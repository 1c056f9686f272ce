"""The Discord face.

`client` holds what all share and knows no feature; `feature` is what one adds to it; `bot` binds
them. The features (`asking`, `reading`, `editing`) do not import each other: what two of them need
is in `ui` or in the client.
"""
