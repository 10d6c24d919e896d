import { render } from "preact";
import { signedIn } from "../lib/session";
import { applySettings } from "../lib/theme";
import { Pair } from "./pair";
import { RefusedScreen } from "./refused";
import { SignIn } from "./sign-in";
import { Start } from "./start";
import { reasonIn, returnPath, viewAt } from "./state";
import { Unreached } from "./unreached";

applySettings();
const screen = document.getElementById("screen");
if (screen) open(screen);

async function open(screen: HTMLElement): Promise<void> {
  switch (viewAt(location.pathname)) {
    case "sign-in":
      return render(
        <SignIn returnTo={returnPath(location.search, location.origin)} why={reasonIn(location.search)} />,
        screen,
      );
    case "pair":
      return render(<Pair />, screen);
    case "start":
      return withSession((session) => render(<Start session={session} />, screen), screen);
    case "refused":
      return withSession(() => render(<RefusedScreen path={location.pathname} />, screen), screen);
  }
}

async function withSession(show: (session: Awaited<ReturnType<typeof signedIn>>) => void, screen: HTMLElement) {
  try {
    show(await signedIn());
  } catch (failure) {
    render(<Unreached failure={failure} retry={() => location.reload()} />, screen);
  }
}
