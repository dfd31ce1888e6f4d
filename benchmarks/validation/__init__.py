"""One module for each topic of docs/validation.md: TITLE, WORDS and rows()."""
