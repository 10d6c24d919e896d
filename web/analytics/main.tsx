import { effect } from "@preact/signals";
import { render } from "preact";
import { createClock } from "../lib/clock";
import { Failed } from "../lib/screen";
import { api, signedIn, toSignIn } from "../lib/session";
import { applySettings } from "../lib/theme";
import { createAnalyticsModel } from "./model";
import { queryOf } from "./range";
import { t } from "./texts";
import { AnalyticsScreen } from "./view";

const screen = document.getElementById("screen") ?? document.body;

applySettings();
signedIn().then(start, (failure) => render(<Failed failure={failure} retry={() => location.reload()} />, screen));

function start(): void {
  const model = createAnalyticsModel(api, createClock(), new URLSearchParams(location.search), toSignIn);
  effect(() => {
    if (model.range.value) history.replaceState(null, "", `${location.pathname}?${queryOf(model.range.value)}`);
  });
  effect(() => {
    document.title = `${t("analytics")} · Tiffin`;
  });
  render(<AnalyticsScreen model={model} />, screen);
  void model.start();
}
