/** Names of the steps of an order. In English, the code is the name. */
import { language } from "../lib/i18n";

export const hindi: Readonly<Record<string, string>> = {
  placed: "आया",
  accepted: "स्वीकृत",
  preparing: "बन रहा",
  ready: "तैयार",
  out_for_delivery: "रास्ते में",
  delivered: "पहुँचा",
  cancelled: "रद्द",
  promise_changed: "वादा बदला",
  overdue: "समय पर नहीं",
  released: "शुरू करने को जारी",
  rescheduled: "समय बदला",
  stock_taken: "स्टॉक लिया गया",
  short: "स्टॉक कम है",
  progressed: "पंक्तियों पर काम",
  courier_assigned: "कूरियर तय",
  courier_unassigned: "कूरियर हटा",
  courier_arrived: "कूरियर पहुँचा",
  delivery_failed: "डिलीवरी विफल",
  delivery_decided: "फिर डिलीवरी",
};

/** @param code a status, or an event that does not change the status */
export function stepText(code: string): string {
  return (language.value === "hi" && hindi[code]) || code.replaceAll("_", " ");
}
