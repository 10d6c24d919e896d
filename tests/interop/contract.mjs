// Calls all operations as every role, with valid and invalid requests, through a validating proxy, and prints the
// violations that the proxy finds in the responses:
//   ./run --port 5080
//   curl -s http://127.0.0.1:5080/openapi/v1.json > openapi.json
//   npx @stoplight/prism-cli@5.14.2 proxy openapi.json http://127.0.0.1:5080 --errors --port 4010
//   node contract.mjs http://127.0.0.1:5080 http://127.0.0.1:4010
const [server, proxy] = process.argv.slice(2);
const document = await (await fetch(`${server}/openapi/v1.json`)).json();
const keys = { ...(await (await fetch(`${server}/dev/keys`)).json()), none: undefined };
const roles = Object.keys(keys);
const statuses = {};
const violations = [];
let calls = 0;

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })))
  .filter((operation) => Object.values(operation.responses).every(({ content }) => !content
    || Object.keys(content).length === 0 || Object.keys(content).some((type) => type.endsWith('json'))));
const byId = Object.fromEntries(operations.map((operation) => [operation.operationId, operation]));

async function call({ method, path, operationId }, role, { ids = {}, query = '', body, headers = {} } = {}) {
  const url = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(ids[name] ?? known[name] ?? 'nothing')) + query;
  const answer = await fetch(proxy + url, {
    method,
    redirect: 'manual',
    headers: {
      ...(keys[role] && { authorization: `Bearer ${keys[role]}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(method === 'POST' && { 'idempotency-key': crypto.randomUUID() }),
      ...headers,
    },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  });
  calls++;
  const text = await answer.text();
  const json = text.startsWith('{') ? JSON.parse(text) : undefined;
  const isProxy = json?.type?.startsWith('https://stoplight.io/prism');
  const key = isProxy ? `${answer.status} by the proxy` : answer.status;
  statuses[key] = (statuses[key] ?? 0) + 1;
  if (isProxy && answer.status === 500)
    violations.push(`${role} ${method} ${url}: ${JSON.stringify(json.validation ?? json.detail).slice(0, 600)}`);
  return json;
}

const example = ({ requestBody }) => requestBody?.content['application/json']?.example;
const known = {
  kitchenId: 'blr-01', brandId: 'biryani-house', itemId: 'chicken-biryani', sku: 'chicken',
  id: crypto.randomUUID(), webhookId: crypto.randomUUID(), eventId: crypto.randomUUID(), customerId: 'c-1',
};
const order = await call(byId.placeOrder, 'admin', { body: {
  kitchenId: 'blr-01', brandId: 'biryani-house', channel: 'web', externalReference: `R-${Date.now()}`,
  customer: { id: 'c-1', name: 'Ananya Rao', phone: '+919000012345', email: 'ananya@example.com', consent: true },
  fulfilment: { type: 'delivery', address: {
    line1: '12, 4th Main', line2: 'Flat 3', landmark: 'Opposite the water tank', locality: 'Indiranagar',
    city: 'Bengaluru', postcode: '560038', country: 'IN', latitude: 12.9719, longitude: 77.6412,
    instructions: 'Ring twice',
  } },
  lines: [{ itemId: 'chicken-biryani', quantity: 1, note: 'mild', modifiers: [{ itemId: 'extra-raita', quantity: 1 }] }],
  payment: { method: 'upi', status: 'paid', reference: 'p-1' }, metadata: { campaign: 'monsoon' },
} });
known.id = order.id;
known.token = order.trackingUrl.split('/').at(-1);
const webhook = await call(byId.createWebhook, 'admin', { body: { url: 'http://127.0.0.1:9/', types: ['order.*'] } });
known.webhookId = webhook.id;

// Operations that delete something come last.
const last = (operation) => operation.method === 'DELETE' || operation.operationId === 'erasePersonalData';
operations.sort((one, other) => last(one) - last(other));
for (const operation of operations) {
  for (const role of roles) {
    await call(operation, role, { body: example(operation) });
    if (operation.path.includes('{')) await call(operation, role, {
      body: example(operation),
      ids: { kitchenId: 'nowhere', brandId: 'unknown', itemId: 'nothing', sku: 'nothing', token: 'nothing',
        id: crypto.randomUUID(), webhookId: crypto.randomUUID(), eventId: crypto.randomUUID(), customerId: 'x' },
    });
  }
  const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  for (const name of [...query.filter((one) => one !== 'wait'), 'nonsense'])
    for (const value of ['', '0', 'x', '200', '2026-01-31T18:30:00Z', 'placed', 'blr-01', 'x'.repeat(300)])
      await call(operation, 'admin', { query: `?${name}=${value}`, body: example(operation) });
  for (const body of bad(example(operation))) await call(operation, 'admin', { body });
}

function* bad(body) {
  if (body === undefined) return;
  yield '{';
  yield '[]';
  yield { ...body, nonsense: 1 };
  for (const name of Object.keys(body)) {
    const { [name]: _, ...without } = body;
    yield without;
    for (const value of [null, '', 'x', 'x'.repeat(3000), -1, 0, 1.5, 1e15, true, [], {}, [null]])
      yield { ...body, [name]: value };
  }
}

console.log(`${calls} calls to ${operations.length} operations: ${JSON.stringify(statuses)}`);
for (const violation of violations) console.log(violation);
console.log(`${violations.length} violations`);
process.exitCode = violations.length > 0 ? 1 : 0;
