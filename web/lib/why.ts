/** Why the server refused, in Hindi. Its own explanations are in English and contain the values. */
import type { Problem } from "./api";
import { language } from "./i18n";

export const hindi: Readonly<Record<string, string>> = {
  already_decided: "इसका फ़ैसला हो चुका है।",
  already_released: "ऑर्डर किचन को मिल चुका है।",
  code_locked: "बहुत बार ग़लत कोड डाला गया: थोड़ी देर बाद फिर कोशिश करें।",
  courier_taken: "इस ऑर्डर के लिए कूरियर तय है।",
  decision_pending: "पिछली कोशिश का फ़ैसला बाक़ी है।",
  forbidden: "आपको इसकी अनुमति नहीं है।",
  illegal_move: "ऑर्डर की स्थिति बदल चुकी है।",
  item_unavailable: "यह व्यंजन अभी बंद है।",
  kitchen_paused: "किचन रुका हुआ है।",
  no_courier: "इस ऑर्डर के लिए कूरियर तय नहीं है।",
  not_enough_stock: "स्टॉक में इतना नहीं है।",
  not_found: "यह नहीं मिला।",
  not_released: "ऑर्डर तय समय पर किचन को मिलेगा।",
  order_finished: "ऑर्डर तैयार है या पूरा हो चुका है।",
  promise_moved_too_often: "समय इतनी बार ही बढ़ाया जा सकता है। ग्राहक को फ़ोन करें।",
  stale_version: "ऑर्डर इस बीच बदल चुका है।",
  too_many_changes: "इस ऑर्डर में बहुत बदलाव हो चुके हैं।",
  too_many_requests: "बहुत अनुरोध आए: थोड़ी देर बाद फिर कोशिश करें।",
  validation_failed: "यह मान नहीं लिया जा सकता।",
  wrong_code: "यह कोड सही नहीं है।",
  wrong_status: "ऑर्डर की स्थिति बदल चुकी है।",
};

/** Undefined if the server's own words are to be shown. */
export function why({ code }: Problem): string | undefined {
  return language.value === "hi" ? hindi[code] : undefined;
}
