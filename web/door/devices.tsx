/** Wall screens: a manager confirms the code that a screen shows, and revokes screens that are gone. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Refused } from "../lib/api";
import { dayTime } from "../lib/format";
import { all } from "../lib/pages";
import { api } from "../lib/session";
import { Confirm } from "./confirm";
import { Fault, Field } from "./frame";
import { codeOf, type Device, isWhole, type Kitchen } from "./state";
import { explain, t } from "./texts";

// A screen asks every five seconds whether it was confirmed.
const claimedAfterMs = 6000;

export function Devices({ kitchens }: { kitchens: readonly Kitchen[] }) {
  const devices = useSignal<readonly Device[] | undefined>(undefined);
  const fault = useSignal<string | undefined>(undefined);
  const load = async () => {
    try {
      devices.value = await all<Device>(api, "/v1/devices");
      fault.value = undefined;
    } catch (failure) {
      fault.value = explain(failure);
    }
  };
  useEffect(() => void load(), []);
  const revoke = async (device: Device) => {
    try {
      await api.send({ method: "DELETE", path: `/v1/devices/${device.id}` });
      await load();
    } catch (failure) {
      fault.value = explain(failure);
    }
  };
  return (
    <section class="card">
      <h2>{t("devices")}</h2>
      <p class="muted">{t("devices_what")}</p>
      <Fault text={fault.value} />
      {devices.value?.length === 0 && <p>{t("no_devices")}</p>}
      <ul class="rows">
        {devices.value?.map((device) => (
          <DeviceRow
            key={device.id}
            device={device}
            kitchen={kitchens.find((kitchen) => kitchen.id === device.kitchenId)?.name ?? device.kitchenId}
            revoke={() => revoke(device)}
          />
        ))}
      </ul>
      {kitchens.length > 0 && <PairForm kitchens={kitchens} onPaired={() => setTimeout(load, claimedAfterMs)} />}
    </section>
  );
}

function DeviceRow({ device, kitchen, revoke }: { device: Device; kitchen: string; revoke: () => Promise<void> }) {
  const seen = device.lastSeenAt ? t("last_seen", { when: dayTime(device.lastSeenAt) }) : t("never_seen");
  return (
    <li>
      <span class="row-name">
        <strong>{device.name}</strong>
        <span>
          {kitchen} · {seen}
        </span>
      </span>
      <Confirm
        label={t("revoke")}
        name={t("revoke_name", { name: device.name })}
        question={t("revoke_what", { name: device.name })}
        action={t("revoke")}
        isDanger
        onConfirm={revoke}
      />
    </li>
  );
}

function PairForm({ kitchens, onPaired }: { kitchens: readonly Kitchen[]; onPaired: () => void }) {
  const code = useSignal("");
  const name = useSignal("");
  const kitchenId = useSignal(kitchens[0]?.id ?? "");
  const fault = useSignal<string | undefined>(undefined);
  const paired = useSignal<string | undefined>(undefined);
  const submit = async (event: Event) => {
    event.preventDefault();
    fault.value = undefined;
    paired.value = undefined;
    try {
      const body = { kitchenId: kitchenId.value, name: name.value.trim() };
      await api.send({ method: "PUT", path: `/v1/devices/pairings/${encodeURIComponent(code.value)}`, body });
      paired.value = t("device_paired", { name: body.name });
      code.value = "";
      name.value = "";
      onPaired();
    } catch (failure) {
      fault.value = failure instanceof Refused && failure.problem.status === 404 ? t("code_unknown") : explain(failure);
    }
  };
  return (
    <form class="pair-form" onSubmit={submit}>
      <h3>{t("device_add")}</h3>
      <p class="muted">{t("device_add_what", { address: `${location.host}/pair` })}</p>
      <div class="fields">
        <Field id="code" label={t("code")}>
          <input
            id="code"
            class="code"
            required
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            placeholder="XXXX-XXXX"
            value={code.value}
            onInput={({ currentTarget }) => {
              code.value = currentTarget.value = codeOf(currentTarget.value);
            }}
          />
        </Field>
        <Field id="kitchen" label={t("kitchen")}>
          <select
            id="kitchen"
            value={kitchenId.value}
            onChange={({ currentTarget }) => {
              kitchenId.value = currentTarget.value;
            }}
          >
            {kitchens.map((kitchen) => (
              <option key={kitchen.id} value={kitchen.id}>
                {kitchen.name}
              </option>
            ))}
          </select>
        </Field>
        <Field id="name" label={t("device_name")} hint={t("device_name_what")}>
          <input
            id="name"
            aria-describedby="name-hint"
            required
            maxLength={100}
            autocomplete="off"
            value={name.value}
            onInput={({ currentTarget }) => {
              name.value = currentTarget.value;
            }}
          />
        </Field>
      </div>
      <Fault text={fault.value} />
      <p role="status">{paired.value}</p>
      <button type="submit" class="primary" disabled={!isWhole(code.value) || name.value.trim() === ""}>
        {t("device_pair")}
      </button>
    </form>
  );
}
