import type { ReadonlySignal } from "@preact/signals";
import { clockTime } from "../lib/format";
import type { LiveStatus } from "../lib/live";
import { NoticeBar } from "../lib/notice";
import { Failed, LinkState, Loading, ScreenHead, Stale } from "../lib/screen";
import { CountTab } from "./counting";
import { LedgerTab } from "./ledger";
import { type StockModel, type Tab, tabs } from "./model";
import { NowTab } from "./now";
import { OffTab } from "./off";
import { ReceiveTab } from "./receive";
import { takeBack, workOf } from "./refused";
import { t } from "./texts";
import { WasteTab } from "./waste";

const views = {
  now: NowTab,
  receive: ReceiveTab,
  count: CountTab,
  waste: WasteTab,
  off: OffTab,
  ledger: LedgerTab,
} as const;

type ScreenProps = { readonly model: StockModel; readonly status: ReadonlySignal<LiveStatus> };

export function StockScreen({ model, status }: ScreenProps) {
  const { kitchen, stock, failure, tab } = model;
  const View = views[tab.value];
  return (
    <div class="stock">
      <ScreenHead title={kitchen.value?.name ?? t("stock")} subtitle={t("stock")} kitchenId={model.kitchenId}>
        {failure.value === undefined && <LinkState status={status} />}
      </ScreenHead>
      <Stale status={status} zone={kitchen.value?.timeZone} />
      <Unsent model={model} />
      <StuckList model={model} status={status} />
      <RefusedList model={model} />
      {failure.value === undefined && <Tabs model={model} />}
      <section
        class="stock-body"
        role="tabpanel"
        id="panel"
        aria-labelledby={`tab-${tab.value}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the panel of a tab takes the focus after its tab
        tabIndex={0}
      >
        {!stock.value && !failure.value && <Loading />}
        {failure.value !== undefined && <Failed failure={failure.value} retry={() => location.reload()} />}
        {stock.value && failure.value === undefined && <View key={tab.value} model={model} />}
      </section>
      <NoticeBar notices={model.notices} />
    </div>
  );
}

const icons: Record<Tab, string> = {
  now: "M4 20V10m6 10V4m6 16v-7m4 7H2",
  receive: "M12 3v11m-5-5 5 5 5-5M4 17v3h16v-3",
  count: "M9 5h11M9 12h11M9 19h11M3 5l1.5 1.5L7 4M3 12l1.5 1.5L7 11M3 19l1.5 1.5L7 18",
  waste: "M4 7h16M9 7V4h6v3m-8 0 1 13h8l1-13",
  off: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M6 6l12 12",
  ledger: "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6",
};

function Tabs({ model }: { model: StockModel }) {
  const shown = tabs.filter((one) => model.allowed.includes(one));
  const move = (event: KeyboardEvent, index: number) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = shown[(index + step + shown.length) % shown.length];
    if (step === 0 || !next) return;
    model.open(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={t("stock")}>
      {shown.map((one, index) => (
        <button
          key={one}
          id={`tab-${one}`}
          type="button"
          role="tab"
          aria-selected={model.tab.value === one}
          aria-controls="panel"
          tabIndex={model.tab.value === one ? 0 : -1}
          onClick={() => model.open(one)}
          onKeyDown={(event) => move(event, index)}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d={icons[one]} />
          </svg>
          {t(`tab_${one}`)}
        </button>
      ))}
    </div>
  );
}

/** Changes that wait for the connection, and whether they would survive if the page is closed. */
function Unsent({ model }: { model: StockModel }) {
  const { entries, isDurable } = model.outbox;
  const waiting = entries.value.length;
  return (
    <div role="status" class="no-print">
      {waiting > 0 && (
        <p class="unsent">
          {waiting === 1 ? t("pending_one") : t("pending", { n: waiting })}
          {!isDurable.value && ` ${t("not_durable")}`}
        </p>
      )}
    </div>
  );
}

/** Entries that keep failing. Without a connection all of them do, and another line says so. */
function StuckList({ model, status }: ScreenProps) {
  const { kitchen, outbox } = model;
  if (outbox.stuck.value.length === 0 || status.value.link === "lost") return null;
  const zone = kitchen.value?.timeZone;
  // The entries contain the device's time.
  const ahead = model.now() - Date.now();
  return (
    <ul class="refused no-print" aria-label={t("stuck_entries")}>
      {outbox.stuck.value.map(({ entry, isTrying, problem }) => (
        <li key={entry.id} class="notice bad">
          <div>
            <b>{workOf(entry.intent) ?? entry.intent.done}</b>
            <p>
              {t("stuck", { time: clockTime(entry.holdUntil + ahead, zone), problem: problem ? ` (${problem})` : "" })}
            </p>
          </div>
          <div class="choices">
            <button type="button" disabled={isTrying} onClick={() => outbox.retry(entry.id)}>
              {t("try_again")}
            </button>
            <button type="button" onClick={() => takeBack(model, entry)}>
              {workOf(entry.intent) ? t("open_again") : t("drop")}
            </button>
          </div>
        </li>
      ))}
    </ul>
  );
}

/** Refused entries with typed input, to be reopened or given up. */
function RefusedList({ model }: { model: StockModel }) {
  const { refused } = model;
  if (refused.value.length === 0) return null;
  return (
    <ul class="refused no-print" aria-label={t("refused_entries")}>
      {refused.value.map((entry) => (
        <li key={entry.id} class="notice bad">
          <div>
            <b>{workOf(entry.intent)}</b>
            <p>
              {entry.title}. {entry.detail}
            </p>
          </div>
          <div class="choices">
            <button type="button" onClick={() => model.reopen(entry)}>
              {t("open_again")}
            </button>
            <button type="button" onClick={() => model.dismiss(entry)}>
              {t("give_up")}
            </button>
          </div>
        </li>
      ))}
    </ul>
  );
}
