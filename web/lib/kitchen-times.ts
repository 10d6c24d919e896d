/** Rules about times that a kitchen's board and the operations screen share, so that they agree. */
const minuteMs = 60_000;

/** A shorter preparation was recorded only when it had ended: it does not show how long cooking takes. */
export const preparedMinMs = minuteMs;

/** How long after its placement an order without a promise is due. */
export const dueDefaultMs = 20 * minuteMs;
