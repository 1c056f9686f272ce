"""Running the program: logs, health, counters, pace, locks, the doctor."""
