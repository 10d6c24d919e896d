// Reads webhook calls as JSON Lines ({ secrets, headers, body }), and prints how the libraries read each.
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
