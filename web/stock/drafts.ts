/** Drafts of a delivery and of a count: kept on the device, and shared by all its tabs. */
import { batch, effect, signal } from "@preact/signals";
import { newIdempotencyKey } from "../lib/api";
import { read, store } from "../lib/stored";
import { type Count, readCount } from "./count";
import { type Receipt, readDelivery } from "./receipt";

export type Drafts = ReturnType<typeof createDrafts>;

export function createDrafts(kitchenId: string) {
  const [receiptName, countName] = [`stock.receipt.${kitchenId}`, `stock.count.${kitchenId}`];
  const begun = readDelivery(read(receiptName));
  const receipt = signal<Receipt>(begun.lines);
  const note = signal(begun.note);
  const receiptIsStored = signal(true);
  const receiptKey = signal(keyOf(read(receiptName)));
  const count = signal<Count>(countOf(read(countName)));
  const countIsStored = signal(true);
  let countKey = keyOf(read(countName));

  effect(() => {
    const draft = { lines: receipt.value, note: note.value, key: receiptKey.value };
    receiptIsStored.value = store(receiptName, JSON.stringify(draft));
  });

  function setCount({ lines }: Count): void {
    count.value = { lines };
    countIsStored.value = store(countName, JSON.stringify({ lines, key: countKey }));
  }

  window.addEventListener("storage", ({ key, newValue }) => {
    const text = newValue ?? undefined;
    if (key === `tiffin.${receiptName}`) {
      const { lines, note: typed } = readDelivery(text);
      batch(() => {
        receipt.value = lines;
        note.value = typed;
        receiptKey.value = keyOf(text);
      });
    } else if (key === `tiffin.${countName}`) {
      count.value = countOf(text);
      countKey = keyOf(text);
    }
  });

  return {
    receipt,
    note,
    receiptIsStored,
    count,
    countIsStored,
    setCount,
    /** Begins the next delivery. Returns the previous one's key: even if several tabs book it, it is booked once. */
    takeReceipt(): string {
      const key = receiptKey.peek();
      batch(() => {
        receipt.value = [];
        note.value = "";
        receiptKey.value = newIdempotencyKey();
      });
      return key;
    },
    /** Begins the next count with the remaining lines of the previous one, and returns the key of that one. */
    takeCount(left: Count): string {
      const key = countKey;
      countKey = newIdempotencyKey();
      setCount(left);
      return key;
    },
  };
}

function countOf(text: string | undefined): Count {
  return { lines: readCount(text).lines };
}

function keyOf(text: string | undefined): string {
  try {
    const { key } = JSON.parse(text ?? "") as { key?: unknown };
    if (typeof key === "string") return key;
  } catch {}
  return newIdempotencyKey();
}
