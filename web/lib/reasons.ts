/** Reason codes as words: for a cancellation, a later promise, a pause. */
import { language } from "./i18n";

/** English only if the code without its underscores is not clear enough; Hindi always. */
const texts: Readonly<Record<string, readonly [en: string | undefined, hi: string]>> = {
  busy: [undefined, "किचन व्यस्त"],
  changed_mind: ["no longer wanted", "अब नहीं चाहिए"],
  closed: ["kitchen closed", "किचन बंद"],
  code_unknown: ["code not known", "कोड पता नहीं"],
  delivery_failed_damaged: ["damaged on the way", "रास्ते में ख़राब"],
  delivery_failed_not_reachable: ["customer not reachable", "ग्राहक से संपर्क नहीं"],
  delivery_failed_refused: ["refused at the door", "दरवाज़े पर मना किया"],
  delivery_failed_wrong_address: ["wrong address", "पता ग़लत"],
  equipment: ["equipment broken", "उपकरण ख़राब"],
  not_accepted_in_time: [undefined, "समय पर स्वीकार नहीं हुआ"],
  not_answering: ["paused by the system: orders were not accepted", "सिस्टम ने रोका: ऑर्डर स्वीकार नहीं हुए"],
  other: ["other reason", "दूसरा कारण"],
  out_of_stock: [undefined, "स्टॉक ख़त्म"],
  phone_broken: [undefined, "फ़ोन ख़राब"],
  remake: ["a dish is made again", "व्यंजन फिर से बन रहा"],
  short_staffed: ["short of staff", "लोग कम"],
  too_busy: [undefined, "बहुत व्यस्त"],
  unspecified: ["no reason given", "कारण नहीं बताया"],
};

/** Channels and other programs may use their own codes, which are shown without translation. */
export function reasonText(code: string): string {
  const text = Object.hasOwn(texts, code) ? texts[code]?.[language.value === "hi" ? 1 : 0] : undefined;
  return text ?? code.replaceAll("_", " ");
}
