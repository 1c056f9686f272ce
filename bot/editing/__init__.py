"""New articles; edits, drafts and warnings for the files of one."""
