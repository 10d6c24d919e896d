import { effect } from "@preact/signals";
import { render } from "preact";
import { Failed } from "../lib/screen";
import { api, signedIn } from "../lib/session";
import { applySettings } from "../lib/theme";
import { createStockModel, tabs } from "./model";
import { Empty } from "./parts";
import { t } from "./texts";
import { StockScreen } from "./view";

const screen = document.getElementById("screen") ?? document.body;

applySettings();
signedIn().then(start, (failure) => render(<Failed failure={failure} retry={() => location.reload()} />, screen));

function start({ role }: { role: string }): void {
  const kitchenId = /^\/stock\/([a-z0-9-]+)/.exec(location.pathname)?.[1];
  if (!kitchenId) {
    render(<Empty title={t("opened_without")} text={t("opened_without_what")} />, screen);
    return;
  }
  const model = createStockModel(api, kitchenId, role === "admin" || role === "manager");
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
  render(<StockScreen model={model} />, screen);
  void model.load();
}
