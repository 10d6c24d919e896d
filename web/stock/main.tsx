import { effect } from "@preact/signals";
import { render } from "preact";
import { Refused, Unreachable } from "../lib/api";
import { createClock } from "../lib/clock";
import { live } from "../lib/live";
import { followReleases } from "../lib/release";
import { resume } from "../lib/remembered";
import { Failed } from "../lib/screen";
import { patientApi as api, signedIn, toSignIn } from "../lib/session";
import { applySettings } from "../lib/theme";
import { createStockModel, tabs } from "./model";
import { Empty } from "./parts";
import { type Remembered, recall } from "./remembered";
import { t } from "./texts";
import { StockScreen } from "./view";

const screen = document.getElementById("screen") ?? document.body;

applySettings();
const kitchenId = /^\/stock\/([a-z0-9-]+)/.exec(location.pathname)?.[1];
if (kitchenId) signedIn().then(({ role }) => start(kitchenId, role === "admin" || role === "manager"), unreached);
else render(<Empty title={t("opened_without")} text={t("opened_without_what")} />, screen);

function unreached(failure: unknown): void {
  const remembered = kitchenId && recall(kitchenId, Date.now());
  // A proxy answers for a server that is gone.
  const isAway = failure instanceof Unreachable || (failure instanceof Refused && failure.isTransient);
  if (remembered && isAway) start(kitchenId, remembered.isManager, remembered);
  else render(<Failed failure={failure} retry={() => location.reload()} />, screen);
}

function start(kitchenId: string, isManager: boolean, remembered?: Remembered): void {
  const clock = createClock();
  if (remembered) resume(clock, remembered);
  const model = createStockModel(api, clock, kitchenId, isManager, toSignIn, remembered);
  const query = new URLSearchParams(location.search);
  const asked = tabs.find((one) => one === query.get("tab"));
  if (asked) model.open(asked, query.get("sku") ?? undefined);
  effect(() => {
    const sku = model.chosen.value;
    const shown = new URLSearchParams({ tab: model.tab.value, ...(sku && { sku }) });
    history.replaceState(null, "", `${location.pathname}?${shown}`);
  });
  effect(() => {
    document.title = `${model.kitchen.value?.name ?? kitchenId} · ${t("stock")} · Tiffin`;
  });
  const { status } = live({
    clock,
    heardAt: remembered?.heardAt,
    streamPath: `/v1/events?kitchenId=${kitchenId}`,
    snapshot: async (signal) => {
      const { nextCursor } = await api.get<{ nextCursor: string }>("/v1/events?after=latest&limit=1", signal);
      await model.load();
      // The first heartbeat, which is sent at once, contains the server's time.
      return { asOf: nextCursor, now: new Date(clock.now()).toISOString() };
    },
    onSnapshot: () => model.outbox.retryNow(),
    onEvent: model.changed,
    onRefused: (refusal) => {
      if (refusal.problem.status === 401) toSignIn();
      else model.failure.value = refusal;
    },
  });
  effect(() => model.follow(status.value.link));
  render(<StockScreen model={model} status={status} />, screen);
  followReleases({ status, isQuiet: () => document.visibilityState === "hidden" && model.isQuiet() });
}
