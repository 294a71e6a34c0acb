"""Facts in, facts out: no clock, no database, no words, no platform."""
