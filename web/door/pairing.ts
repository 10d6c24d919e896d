/** The loop of a screen that waits to be paired. */
import { type Api, Refused, type Schemas } from "../lib/api";
import { evolve, type Pairing, type PairingEvent } from "./state";

const intervalSeconds = 5;

export async function pair(
  api: Api,
  wait: (seconds: number) => Promise<void>,
  show: (state: Pairing) => void,
): Promise<string> {
  let state: Pairing = { step: "asking" };
  while (state.step !== "paired") {
    const event = await next(api, state);
    state = evolve(state, event);
    show(state);
    if (state.step === "waiting" || event.type === "failed") await wait(pauseAfter(event));
  }
  return state.kitchenId;
}

async function next(api: Api, state: Pairing): Promise<PairingEvent> {
  try {
    if (state.step !== "waiting")
      return { type: "code", pairing: await api.send({ method: "POST", path: "/v1/devices/pairings" }) };
    const session = await api.send<Schemas["DeviceSessionView"] | undefined>({
      method: "POST",
      path: "/v1/devices/pairings/claim",
      body: { deviceSecret: state.secret },
    });
    return session ? { type: "paired", kitchenId: session.kitchenId } : { type: "not-yet" };
  } catch (failure) {
    return { type: "failed", failure };
  }
}

function pauseAfter(event: PairingEvent): number {
  if (event.type === "code") return event.pairing.interval;
  const asked = event.type === "failed" && event.failure instanceof Refused ? event.failure.retryAfterSeconds : 0;
  return Math.max(intervalSeconds, asked ?? 0);
}
