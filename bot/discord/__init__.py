"""The Discord face. Its features (`asking`, `reading`, `curating`) do not import each other."""
