"""The headless verbs, without Qt: inspect, train, validate, predict, parts."""

VERBS = ("inspect", "train", "validate", "predict", "parts")
