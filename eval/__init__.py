"""The last word: measures of the language core, of mixing, of labels."""
