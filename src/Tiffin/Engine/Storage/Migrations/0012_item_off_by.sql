-- Who made the item unavailable in the kitchen; unknown for what was set before.
ALTER TABLE item_offs ADD off_by text;
