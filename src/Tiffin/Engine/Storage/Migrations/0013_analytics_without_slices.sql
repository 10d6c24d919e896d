-- Increments are merged all at once. The previous build still writes the column.
COMMENT ON COLUMN analytics_recent.slice IS 'Unused: to be dropped once no node of the previous build is left.';
