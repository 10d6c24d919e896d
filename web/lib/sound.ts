/** Sounds of a screen. They are synthesized, so nothing has to be loaded when the network is down. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { read, store } from "./stored";

/** arrival: a new order. reminder, alarm: an order that is not accepted yet. */
export type Sound = "arrival" | "reminder" | "alarm";

type Note = { readonly hz: number; readonly at: number; readonly seconds: number };

const notes: Record<Sound, readonly Note[]> = {
  arrival: [
    { hz: 880, at: 0, seconds: 0.35 },
    { hz: 1175, at: 0.18, seconds: 0.6 },
  ],
  reminder: [
    { hz: 1175, at: 0, seconds: 0.3 },
    { hz: 1175, at: 0.35, seconds: 0.5 },
  ],
  alarm: [
    { hz: 988, at: 0, seconds: 0.22 },
    { hz: 1319, at: 0.24, seconds: 0.22 },
    { hz: 988, at: 0.48, seconds: 0.22 },
    { hz: 1319, at: 0.72, seconds: 0.4 },
  ],
};

export type Sounds = {
  /** True while the browser allows no sound: it requires a tap first. */
  readonly isBlocked: ReadonlySignal<boolean>;
  /** From 0, muted, to 1. */
  readonly volume: ReadonlySignal<number>;
  setVolume(volume: number): void;
  play(sound: Sound): void;
  /** Call this in the handler of a tap. */
  unblock(): void;
};

export function createSounds(): Sounds {
  const volume = signal(storedVolume());
  const isBlocked = signal(false);
  const context = createContext();

  function watch(): void {
    isBlocked.value = context !== undefined && context.state !== "running" && volume.value > 0;
  }
  context?.addEventListener("statechange", watch);
  watch();

  return {
    isBlocked,
    volume,
    setVolume: (value) => {
      volume.value = value;
      store("volume", String(value));
      watch();
    },
    play: (sound) => {
      if (context?.state === "running" && volume.value > 0)
        for (const note of notes[sound]) ring(context, note, volume.value);
    },
    unblock: () => void context?.resume().then(watch),
  };
}

function ring(context: AudioContext, { hz, at, seconds }: Note, volume: number): void {
  const [tone, loudness] = [context.createOscillator(), context.createGain()];
  const start = context.currentTime + at;
  tone.type = "triangle";
  tone.frequency.value = hz;
  loudness.gain.setValueAtTime(0, start);
  loudness.gain.linearRampToValueAtTime(volume, start + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.001, start + seconds);
  tone.connect(loudness).connect(context.destination);
  tone.start(start);
  tone.stop(start + seconds);
}

function createContext(): AudioContext | undefined {
  try {
    return new AudioContext();
  } catch {
    return undefined;
  }
}

function storedVolume(): number {
  const value = Number(read("volume") ?? "0.8");
  return value >= 0 && value <= 1 ? value : 0.8;
}

const alarmEveryMs = 10_000;

/**
 * The sound due for an order that is not accepted, in the time after `from` up to `to`: a reminder, then an alarm every
 * 10 s.
 */
export function acceptanceSound(remindAt: number, alarmAt: number, from: number, to: number): Sound | undefined {
  const alarms = (at: number) => Math.floor((at - alarmAt) / alarmEveryMs);
  if (to >= alarmAt && (from < alarmAt || alarms(to) > alarms(from))) return "alarm";
  return from < remindAt && to >= remindAt ? "reminder" : undefined;
}
