-- Why stock was wasted, parallel to the other arrays; null for the lines of other kinds and of the previous build.
ALTER TABLE movements ADD reasons smallint[];
ALTER TABLE movements ALTER reasons SET STATISTICS 0;
