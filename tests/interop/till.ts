// Places an order, is refused, and cancels with the client that openapi-typescript and openapi-fetch generate.
import createClient from 'openapi-fetch';
import type { components, paths } from './schema.js';

type Order = components['schemas']['OrderView'];

export async function run(baseUrl: string, key: string): Promise<string> {
  const api = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${key}` } });

  const place = (quantity: number) =>
    api.POST('/v1/orders', {
      params: { header: { 'Idempotency-Key': crypto.randomUUID() } },
      body: {
        kitchenId: 'k1',
        brandId: 'dosa',
        channel: 'app',
        customer: { name: 'Asha' },
        fulfilment: { type: 'delivery', address: {
          line1: '12 MG Road', locality: 'Ashok Nagar', city: 'Bengaluru', postcode: '560001', country: 'IN',
          latitude: 12.9716, longitude: 77.5946,
        } },
        lines: [{ itemId: 'masala', quantity }],
      },
    });
  const move = (order: Order, status: Order['status']) =>
    api.PUT('/v1/orders/{id}/status', { params: { path: { id: order.id } }, body: { status } });

  const placed = (await place(1)).data;
  if (!placed) throw new Error('no order');
  if (placed.fulfilment.address?.city !== 'Bengaluru') throw new Error('no address');
  const amount: number = placed.totals.total.amount;

  const refusal = (await place(999)).error;
  if (!refusal || !('lines' in refusal)) throw new Error(`not refused with lines: ${JSON.stringify(refusal)}`);
  const code: string = refusal.code;
  const line = refusal.lines?.[0];

  const illegal = (await move(placed, 'placed')).error;
  if (!illegal || !('allowedStatuses' in illegal)) throw new Error(`not refused: ${JSON.stringify(illegal)}`);
  const allowed: Order['status'] | undefined = illegal.allowedStatuses[0];

  const cancelled = (await move(placed, 'cancelled')).data;
  return `typescript ${amount} ${code} ${line?.itemId} ${line?.portions} ${illegal.code} ${allowed} `
    + `${cancelled?.status}`;
}
