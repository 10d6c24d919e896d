// Parses an AsyncAPI document; prints the number of its messages, or a line for each error.
import { Parser } from '@asyncapi/parser';

const { document, diagnostics } = await new Parser().parse(await new Response(process.stdin).text());
const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 0);
for (const { message, path } of errors) console.log(`${path.join('/')}: ${message}`);
if (errors.length === 0) console.log(document.allMessages().all().length);
