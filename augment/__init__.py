"""The same meaning said otherwise: augmenters keep the label, relabellers change it by a named rule. There is no third kind."""
