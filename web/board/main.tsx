import { effect } from "@preact/signals";
import { render } from "preact";
import { createClock } from "../lib/clock";
import { backOffMs } from "../lib/live-policy";
import { api, signedIn, toSignIn } from "../lib/session";
import { createSounds } from "../lib/sound";
import { applySettings } from "../lib/theme";
import { keepAwake } from "../lib/wake";
import { listenToKeys } from "./keyboard";
import { createBoard } from "./model";
import { t } from "./texts";
import { guardTouches } from "./touch";
import { applyUiSettings } from "./ui";
import { BoardView, Unreached } from "./view";

applySettings();
applyUiSettings();
keepAwake();
void start();

async function start(): Promise<void> {
  const screen = document.getElementById("screen");
  const kitchenId = decodeURIComponent(location.pathname.split("/")[2] ?? "");
  if (!screen) return;
  await reachable(screen);
  const sounds = createSounds();
  // Any tap will do for the browser.
  document.addEventListener("click", sounds.unblock);
  const board = createBoard({
    kitchenId,
    station: new URLSearchParams(location.search).get("station") ?? undefined,
    api,
    clock: createClock(),
    sounds,
    onSignedOut: toSignIn,
  });
  guardTouches(document.documentElement, board.touched);
  listenToKeys(board);
  effect(() => {
    document.title = t("title", { kitchen: board.catalogue.value.kitchen?.name ?? kitchenId });
  });
  render(<BoardView board={board} />, screen);
}

// A tablet starts before its network does.
async function reachable(screen: HTMLElement): Promise<void> {
  for (let failures = 0; ; failures++) {
    try {
      await signedIn();
      return;
    } catch {
      render(<Unreached />, screen);
      await new Promise((resolve) => setTimeout(resolve, backOffMs(failures, Math.random())));
    }
  }
}
