import { signal } from "@preact/signals";
import { type Api, createApi, Refused, type Schemas } from "./api";

export type Session = Schemas["SessionView"];

/** Who is signed in; undefined until {@link signedIn} has resolved. */
export const session = signal<Session | undefined>(undefined);

export const api: Api = createApi((refused) => tokenOf(refused === undefined ? session.value : signedIn()));

/** For a screen that starts without a network: its changes wait for the session, its reads do not. */
export const patientApi: Api = createApi((refused) => tokenOf((refused === undefined && session.value) || signedIn()));

async function tokenOf(of: Session | undefined | Promise<Session>): Promise<string | undefined> {
  return (await of)?.antiforgeryToken;
}

let loading: Promise<Session> | undefined;

/** Loads the session. Without one the browser goes to the sign-in page, and the promise stays pending. */
export function signedIn(): Promise<Session> {
  loading ??= load().finally(() => {
    loading = undefined;
  });
  return loading;
}

async function load(): Promise<Session> {
  try {
    session.value = await api.get<Session>("/v1/session");
    return session.value;
  } catch (failure) {
    if (failure instanceof Refused && failure.problem.status === 401 && !failure.isTransient) {
      toSignIn();
      return new Promise(() => {});
    }
    throw failure;
  }
}

let isLeaving = false;

/** The server opened this page for a session, so the session has ended since. */
export function toSignIn(): void {
  // Every refused call comes here, and would restart the navigation.
  if (isLeaving) return;
  isLeaving = true;
  location.assign(`/sign-in?why=ended&returnTo=${encodeURIComponent(location.pathname + location.search)}`);
}
