import { Refused } from "../lib/api";
import { translator } from "../lib/i18n";
import { why } from "../lib/why";
import type { Role, Screen } from "./state";

export const t = translator({
  en: {
    sign_in: "Sign in",
    sign_in_what: "Opens the screens of your kitchens.",
    key: "Access key",
    key_what: "It starts with tk_. Your administrator gives you one.",
    sign_in_with_company: "Sign in with your company account",
    or: "or",
    pair_this: "Set up this device as a kitchen screen",
    bad_key: "This key does not work. It may be mistyped, revoked or expired: ask your administrator for a new one.",
    too_many: "Too many attempts. Wait {seconds} seconds, then try again.",
    session_ended: "Your session has ended. Reload this page to sign in again.",
    unreachable: "The server does not respond. Check the network, then try again.",

    why_ended: "Your session has ended. Sign in to continue.",
    why_account: "Your company account has no role that can sign in here. Ask your administrator for one.",
    why_again: "You are not signed in: the sign-in with your company account was not completed. Try again.",
    why_wait: "Too many attempts. Wait a minute, then try again.",
    why_away: "Your company's sign-in does not respond. Try again in a minute, or sign in with a key.",

    pair: "Pair this screen",
    pair_what: "A manager opens {address} on their own phone or computer and enters this code:",
    pair_waiting: "Waiting for the manager. A new code appears when this one expires.",
    pair_asking: "Requesting a code …",
    paired: "Paired. Opening the kitchen board …",
    no_code: "There is no code yet. This screen keeps trying.",
    sign_in_instead: "Sign in with a key instead",

    start: "Screens",
    signed_in: "Signed in as {role}",
    board: "Kitchen board",
    stock: "Stock",
    operations: "Operations",
    operations_what: "What needs attention now, in all your kitchens",
    analytics: "Analytics",
    analytics_what: "Today compared with the same weekday of the last four weeks",
    kitchens: "Kitchens",
    no_kitchens: "You have no kitchen yet. Your administrator adds kitchens to your key.",
    no_screens: "There is no screen for your role. Ask your administrator if you need one. Programs use the API.",
    api_reference: "API reference",
    loading: "Loading …",
    retry: "Try again",

    devices: "Kitchen screens",
    devices_what: "Wall tablets that show a kitchen's board. They stay signed in for months.",
    device_add: "Pair a screen",
    device_add_what: "On the tablet, open {address}. Enter the code that it shows.",
    code: "Code",
    kitchen: "Kitchen",
    device_name: "Name",
    device_name_what: "For example: Tandoor, left",
    device_pair: "Pair",
    device_paired: "{name} is paired. Its screen opens within five seconds.",
    code_unknown: "No screen is waiting with this code. Enter the code that the tablet shows now.",
    no_devices: "No screen is paired.",
    last_seen: "Last seen {when}",
    never_seen: "Not seen yet",
    revoke: "Revoke",
    revoke_name: "Revoke {name}",
    revoke_what: "{name} is signed out within five seconds and must be paired again.",
    keep: "Keep",

    refused: "You may not open this screen",
    refused_kitchen: "{screen} of {kitchen} requires the role {roles} in that kitchen.",
    refused_chain: "{screen} requires the role {roles}.",
    refused_you: "You are signed in as {role}.",
    refused_you_in: "You are signed in as {role}, in {kitchens}.",
    to_start: "Your screens",
    sign_in_again: "Sign in as someone else",

    sign_out: "Sign out",
    sign_out_device: "This screen is paired. If you sign out, a manager has to pair it again.",
    language: "Language",
    theme: "Theme",
    auto: "Device theme",
    light: "Light theme",
    dark: "Dark theme",

    admin: "administrator",
    manager: "manager",
    role_kitchen: "kitchen",
    courier: "courier",
    channel: "channel",
    customer: "customer",
    system: "system",
    role_or: "{first} or {last}",
  },
  hi: {
    sign_in: "साइन इन करें",
    sign_in_what: "अपनी किचन की स्क्रीन के लिए।",
    key: "एक्सेस की",
    key_what: "यह tk_ से शुरू होती है। यह आपको एडमिनिस्ट्रेटर से मिलती है।",
    sign_in_with_company: "कंपनी खाते से साइन इन करें",
    or: "या",
    pair_this: "इस डिवाइस को किचन स्क्रीन बनाएँ",
    bad_key: "यह की काम नहीं करती। यह ग़लत लिखी, रद्द या समाप्त हो सकती है: एडमिनिस्ट्रेटर से नई की लें।",
    too_many: "बहुत बार कोशिश हुई। {seconds} सेकंड रुकें, फिर कोशिश करें।",
    session_ended: "आपका सत्र समाप्त हो गया है। फिर साइन इन करने के लिए यह पेज रीलोड करें।",
    unreachable: "सर्वर से जवाब नहीं मिला। नेटवर्क जाँचें, फिर कोशिश करें।",

    why_ended: "आपका सत्र समाप्त हो गया है। आगे बढ़ने के लिए साइन इन करें।",
    why_account: "आपके कंपनी खाते की ऐसी कोई भूमिका नहीं है जो यहाँ साइन इन कर सके। एडमिनिस्ट्रेटर से भूमिका माँगें।",
    why_again: "आप साइन इन नहीं हैं: कंपनी खाते से साइन इन पूरा नहीं हुआ। फिर कोशिश करें।",
    why_wait: "बहुत बार कोशिश हुई। एक मिनट रुकें, फिर कोशिश करें।",
    why_away: "आपकी कंपनी के साइन-इन से जवाब नहीं मिला। एक मिनट बाद फिर कोशिश करें, या की से साइन इन करें।",

    pair: "इस स्क्रीन को जोड़ें",
    pair_what: "मैनेजर अपने फ़ोन या कंप्यूटर पर {address} खोलें और यह कोड डालें:",
    pair_waiting: "मैनेजर का इंतज़ार है। कोड समाप्त होने पर नया कोड दिखेगा।",
    pair_asking: "कोड माँगा जा रहा है …",
    paired: "स्क्रीन जुड़ गई। किचन बोर्ड खुल रहा है …",
    no_code: "अभी कोड नहीं मिला। यह स्क्रीन कोशिश करती रहेगी।",
    sign_in_instead: "इसके बजाय की से साइन इन करें",

    start: "स्क्रीन",
    signed_in: "{role} के रूप में साइन इन",
    board: "किचन बोर्ड",
    stock: "स्टॉक",
    operations: "संचालन",
    operations_what: "आपकी सभी किचन में अभी किस पर ध्यान देना है",
    analytics: "विश्लेषण",
    analytics_what: "आज की तुलना पिछले चार हफ़्तों के इसी दिन से",
    kitchens: "किचन",
    no_kitchens: "आपकी अभी कोई किचन नहीं है। एडमिनिस्ट्रेटर आपकी की में किचन जोड़ते हैं।",
    no_screens: "आपकी भूमिका के लिए कोई स्क्रीन नहीं है। ज़रूरत हो तो एडमिनिस्ट्रेटर से कहें। प्रोग्राम API का उपयोग करते हैं।",
    api_reference: "API संदर्भ",
    loading: "लोड हो रहा है …",
    retry: "फिर कोशिश करें",

    devices: "किचन स्क्रीन",
    devices_what: "दीवार के टैबलेट, जिन पर किचन बोर्ड दिखता है। ये महीनों साइन इन रहते हैं।",
    device_add: "स्क्रीन जोड़ें",
    device_add_what: "टैबलेट पर {address} खोलें। उस पर दिखने वाला कोड डालें।",
    code: "कोड",
    kitchen: "किचन",
    device_name: "नाम",
    device_name_what: "जैसे: तंदूर, बायाँ",
    device_pair: "जोड़ें",
    device_paired: "{name} जुड़ गई। स्क्रीन पाँच सेकंड में खुलेगी।",
    code_unknown: "इस कोड के साथ कोई स्क्रीन इंतज़ार नहीं कर रही। टैबलेट पर अभी दिख रहा कोड डालें।",
    no_devices: "कोई स्क्रीन नहीं जुड़ी है।",
    last_seen: "पिछली बार {when}",
    never_seen: "अभी तक नहीं दिखी",
    revoke: "हटाएँ",
    revoke_name: "{name} को हटाएँ",
    revoke_what: "{name} पाँच सेकंड में साइन आउट होगी और उसे फिर जोड़ना होगा।",
    keep: "रहने दें",

    refused: "यह स्क्रीन आप नहीं खोल सकते",
    refused_kitchen: "{kitchen} की {screen} के लिए उसी किचन में {roles} की भूमिका चाहिए।",
    refused_chain: "{screen} के लिए {roles} की भूमिका चाहिए।",
    refused_you: "आप {role} के रूप में साइन इन हैं।",
    refused_you_in: "आप {kitchens} में {role} के रूप में साइन इन हैं।",
    to_start: "आपकी स्क्रीन",
    sign_in_again: "किसी और के रूप में साइन इन करें",

    sign_out: "साइन आउट",
    sign_out_device: "यह स्क्रीन जुड़ी हुई है। साइन आउट करने पर मैनेजर को इसे फिर जोड़ना होगा।",
    language: "भाषा",
    theme: "थीम",
    auto: "डिवाइस की थीम",
    light: "हल्की थीम",
    dark: "गहरी थीम",

    admin: "एडमिनिस्ट्रेटर",
    manager: "मैनेजर",
    role_kitchen: "किचन",
    courier: "कूरियर",
    channel: "चैनल",
    customer: "ग्राहक",
    system: "सिस्टम",
    role_or: "{first} या {last}",
  },
});

export function nameOf(role: Role): string {
  return t(role === "kitchen" ? "role_kitchen" : role);
}

export function screenName(screen: Screen): string {
  return t(screen);
}

export function oneOf(roles: readonly Role[]): string {
  const names = roles.map(nameOf);
  const last = names.pop() ?? "";
  return names.length === 0 ? last : t("role_or", { first: names.join(", "), last });
}

/** What happened and what to do, in the reader's language if the door knows the cause. */
export function explain(failure: unknown): string {
  if (!(failure instanceof Refused)) return t("unreachable");
  if (failure.problem.status === 429) return t("too_many", { seconds: failure.retryAfterSeconds ?? 60 });
  if (failure.problem.status === 401) return t("session_ended");
  return why(failure.problem) ?? failure.message;
}
