// Follows a stream from its start as a browser does, and prints the id of each event until stopped.
import { EventSource } from 'eventsource';

const { url } = JSON.parse(await new Response(process.stdin).text());
const source = new EventSource(url);
source.addEventListener('message', (event) => console.log(event.lastEventId));
source.addEventListener('error', (error) => console.error(error.message));
