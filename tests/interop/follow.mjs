// Follows a stream as a browser does, across interruptions, and prints the ids of a number of events.
import { EventSource } from 'eventsource';

const { url, headers, count } = JSON.parse(await new Response(process.stdin).text());
const source = new EventSource(url, {
  fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, ...headers } }),
});
let seen = 0;
source.onmessage = (event) => {
  console.log(event.lastEventId);
  if (++seen === count) source.close();
};
source.onerror = (error) => console.error(error.code, error.message);
