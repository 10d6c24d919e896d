-- expand
-- Where to call the kitchen, in E.164; unknown for kitchens that were set before.
ALTER TABLE kitchens ADD phone text CONSTRAINT kitchen_phone_is_e164 CHECK (phone ~ '^[+][1-9][0-9]{6,14}$');
