/** Rules about times that a kitchen's board and the operations screen must share: two screens, one truth. */
const minuteMs = 60_000;

/** A shorter preparation was recorded when it had ended: it says nothing about how long cooking takes. */
export const preparedMinMs = minuteMs;

/** When an order that has no promise is due, after it was placed. */
export const dueDefaultMs = 20 * minuteMs;
