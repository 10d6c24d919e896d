export const waitMaxMs = 15_000;

/**
 * Runs a task one at a time: calls during a run cause one more run after it. A task that returns false has failed, and
 * is retried after a while, because the stream that requested it does not repeat its event.
 */
export function serially(task: () => Promise<boolean>, random: () => number = Math.random): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  let failures = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;

  async function run() {
    clearTimeout(retry);
    let isDone = false;
    do {
      again = false;
      isDone = await task();
    } while (again);
    running = undefined;
    if (isDone) failures = 0;
    // Spread, so that customers do not all return to a restarted server at once.
    else retry = setTimeout(start, Math.min(waitMaxMs, 1_000 * 2 ** failures++) * (0.5 + random() / 2));
  }

  function start() {
    again = true;
    running ??= run();
    return running;
  }

  return start;
}
