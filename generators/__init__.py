"""Templates + lexicon → examples whose labels are right by construction."""
