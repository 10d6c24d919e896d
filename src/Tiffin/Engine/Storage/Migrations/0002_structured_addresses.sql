-- contacts.address is a JSON object, the schema Address of the API, with the instructions for the courier. The text of
-- an older order fills the lines; members that it does not name are 'unknown', 00000, and ZZ, which ISO 3166-1 leaves
-- to its users and CLDR gives to the unknown country. Instructions without an address belonged to a pickup, which has
-- none.
UPDATE contacts SET address = jsonb_strip_nulls(jsonb_build_object(
    'line1', substr(btrim(address), 1, 200),
    'line2', nullif(btrim(substr(btrim(address), 201, 200)), ''),
    'landmark', nullif(btrim(substr(btrim(address), 401)), ''),
    'locality', 'unknown', 'city', 'unknown', 'postcode', '00000', 'country', 'ZZ',
    'instructions', instructions))::text
WHERE address IS NOT NULL;

ALTER TABLE contacts DROP COLUMN instructions;
