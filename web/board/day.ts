/** The next midnight of the kitchen, in ms since 1970. */
export function endOfDay(now: number, timeZone: string | undefined): number {
  const format = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    ...(timeZone && { timeZone }),
  });
  const [hours = 0, minutes = 0, seconds = 0] = format.format(now).split(":").map(Number);
  const sinceMidnight = ((hours * 60 + minutes) * 60 + seconds) * 1_000 + (now % 1_000);
  return now - sinceMidnight + 24 * 3_600_000;
}
