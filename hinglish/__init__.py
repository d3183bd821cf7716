"""What khichdi knows of Hinglish: scripts, words, spellings, numbers, mixing. Imports nothing of ours."""
