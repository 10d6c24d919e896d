// Reads diagrams as JSON, { place: text }; prints a line for each that Mermaid cannot parse.
import { JSDOM } from 'jsdom';

const { window } = new JSDOM('');
Object.assign(globalThis, { window, document: window.document });
const { default: mermaid } = await import('mermaid');

for (const [place, text] of Object.entries(JSON.parse(await new Response(process.stdin).text()))) {
  try {
    await mermaid.parse(text);
  } catch (error) {
    console.log(`${place}: ${error.message.replaceAll('\n', ' ')}`);
  }
}
