"""The headless verbs, without Qt: inspect, train, predict."""

VERBS = ("inspect", "train", "predict", "parts")
