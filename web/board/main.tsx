import { effect } from "@preact/signals";
import { render } from "preact";
import { createClock } from "../lib/clock";
import { followReleases } from "../lib/release";
import { resume } from "../lib/remembered";
import { patientApi, signedIn, toSignIn } from "../lib/session";
import { createSounds } from "../lib/sound";
import { applySettings } from "../lib/theme";
import { keepAwake } from "../lib/wake";
import { listenToKeys } from "./keyboard";
import { createBoard } from "./model";
import { recall } from "./remembered";
import { t } from "./texts";
import { guardTouches } from "./touch";
import { applyUiSettings, panel } from "./ui";
import { BoardView } from "./view";

applySettings();
applyUiSettings();
keepAwake();
start();

function start(): void {
  const screen = document.getElementById("screen");
  const kitchenId = decodeURIComponent(location.pathname.split("/")[2] ?? "");
  if (!screen) return;
  const remembered = recall(kitchenId, Date.now());
  const clock = createClock();
  if (remembered) resume(clock, remembered);
  const sounds = createSounds();
  // After any tap, the browser allows sound.
  document.addEventListener("click", sounds.unblock);
  const board = createBoard({
    kitchenId,
    station: new URLSearchParams(location.search).get("station") ?? undefined,
    api: patientApi,
    clock,
    sounds,
    remembered,
    onSignedOut: toSignIn,
  });
  // The session, which taps need, is read while the board loads. If that fails, the next tap reads it again.
  signedIn().catch(() => {});
  guardTouches(document.documentElement, board.touched);
  listenToKeys(board);
  document.addEventListener("keydown", board.touched);
  effect(() => {
    document.title = t("title", { kitchen: board.catalogue.value.kitchen?.name ?? kitchenId });
  });
  render(<BoardView board={board} />, screen);
  followReleases({ status: board.link, isQuiet: () => panel.peek() === undefined && board.isQuiet() });
}
