-- Where kitchens keep an ingredient, and what suppliers usually deliver: a quantity in its unit, and the price of that.
ALTER TABLE ingredients
    ADD storage_area  text,
    ADD pack_quantity bigint CONSTRAINT ingredient_pack_holds_something CHECK (pack_quantity > 0),
    ADD pack_price    bigint CONSTRAINT ingredient_pack_price_is_amount CHECK (pack_price >= 0),
    ADD pack_currency text CONSTRAINT ingredient_pack_currency_is_code CHECK (pack_currency ~ '^[A-Z]{3}$'),
    ADD CONSTRAINT ingredient_pack_price_is_whole CHECK ((pack_price IS NULL) = (pack_currency IS NULL)),
    ADD CONSTRAINT ingredient_price_is_of_a_pack CHECK (pack_quantity IS NOT NULL OR pack_price IS NULL);
