"""The headless verbs, without Qt: inspect, train, predict."""
