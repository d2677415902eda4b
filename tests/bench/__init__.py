"""The goals of speed and size, each measured beside what people would otherwise use."""
