/** Runs a task one at a time: calls during a run are answered by one more run after it. */
export function serially(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;

  async function run() {
    do {
      again = false;
      await task();
    } while (again);
    running = undefined;
  }

  return () => {
    again = true;
    running ??= run();
    return running;
  };
}
