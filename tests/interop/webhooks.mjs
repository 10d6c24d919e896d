// Reads calls as JSON Lines ({ secrets, headers, body }), and says of each what the libraries make of it.
import { createInterface } from 'node:readline';
import { HTTP } from 'cloudevents';
import { Webhook } from 'standardwebhooks';

for await (const line of createInterface({ input: process.stdin })) {
  const { secrets, headers, body } = JSON.parse(line);
  const verified = secrets.map((secret) => {
    try {
      new Webhook(secret).verify(body, headers);
      return true;
    } catch {
      return false;
    }
  });
  const event = HTTP.toEvent({ headers, body });
  event.validate();
  console.log(JSON.stringify({ verified, event: { ...event, data: event.data } }));
}
