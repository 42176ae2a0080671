"""The steps of ``labels``: numbers for labels, keys in place of labels, labels in place of keys."""
