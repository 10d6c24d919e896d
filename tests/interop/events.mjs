// Reads { document, events }: an AsyncAPI document and CloudEvents. Prints a line for each event that ajv or the
// CloudEvents SDK rejects, and finally the number of events of each type.
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { CloudEvent, HTTP } from 'cloudevents';

const { document, events } = JSON.parse(await new Response(process.stdin).text());
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(document, 'doc');
const validators = new Map();
for (const [name, message] of Object.entries(document.components.messages))
  validators.set(message.name, ajv.compile({ $ref: `doc#/components/messages/${name}/payload` }));

const counts = {};
for (const event of events) {
  counts[event.type] = (counts[event.type] ?? 0) + 1;
  const validate = validators.get(event.type);
  if (!validate) console.log(`${event.type}: is in no message of the document`);
  else if (!validate(event)) for (const { instancePath, message } of validate.errors)
    console.log(`${event.type} ${instancePath} ${message}`);
  try {
    const strict = new CloudEvent(event, true);
    strict.validate();
    const structured = HTTP.toEvent(HTTP.structured(strict));
    const binary = HTTP.toEvent(HTTP.binary(strict));
    if (structured.id !== event.id || binary.id !== event.id) 
      console.log(`${event.type}: another id after a round trip`);
  } catch (error) {
    console.log(`${event.type}: ${error.message}`);
  }
}
console.log(JSON.stringify(counts));
