import { effect } from "@preact/signals";
import { render } from "preact";
import { createClock } from "../lib/clock";
import { live } from "../lib/live";
import { followReleases } from "../lib/release";
import { Failed } from "../lib/screen";
import { api, signedIn, toSignIn } from "../lib/session";
import { applySettings } from "../lib/theme";
import { createOperationsModel, type Selection } from "./model";
import { t } from "./texts";
import { OperationsScreen } from "./view";

const screen = document.getElementById("screen") ?? document.body;

applySettings();
signedIn().then(start, (failure) => render(<Failed failure={failure} retry={() => location.reload()} />, screen));

function start(): void {
  const clock = createClock();
  const model = createOperationsModel(api, clock, toSignIn);
  const { status } = live({
    clock,
    streamPath: "/v1/events?types=order.*,inventory.*,catalogue.*,kitchen.*,webhook.*",
    snapshot: model.read,
    onSnapshot: model.take,
    onEvent: model.apply,
    onRefused: (refusal) => {
      if (refusal.problem.status === 401) toSignIn();
      else model.failure.value = refusal;
    },
  });
  model.select(selected());
  effect(() => show(model.selection.value));
  window.addEventListener("popstate", () => model.select(selected()));
  window.addEventListener("keydown", (event) => {
    const { kitchen, order, version } = model.selection.peek();
    if (event.key !== "Escape" || !(kitchen || order)) return;
    if (version !== undefined) model.showVersion(undefined);
    else model.select(order && kitchen ? { kitchen } : {});
  });
  effect(() => {
    document.title = `${t("operations")} · Tiffin`;
  });
  render(<OperationsScreen model={model} status={status} />, screen);
  const isQuiet = () => Object.values(model.selection.peek()).every((one) => one === undefined);
  followReleases({ status, isQuiet });
}

function selected(): Selection {
  const query = new URLSearchParams(location.search);
  const [kitchen, order] = [query.get("kitchen") ?? undefined, query.get("order") ?? undefined];
  return { kitchen, order, version: order ? Number(query.get("version")) || undefined : undefined };
}

/** The selection has a URL, which can be sent to a colleague; the back button returns to the previous selection. */
function show({ kitchen, order, version }: Selection): void {
  const selected = { ...(kitchen && { kitchen }), ...(order && { order }), ...(version && { version: `${version}` }) };
  const query = new URLSearchParams(selected).toString();
  const search = query && `?${query}`;
  if (search !== location.search) history.pushState(null, "", `${location.pathname}${search}`);
}
