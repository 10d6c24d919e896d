-- When the mode of the kitchen began; unknown for what was set before.
ALTER TABLE kitchens ADD mode_since timestamptz;
