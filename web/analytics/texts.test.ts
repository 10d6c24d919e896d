import { expect, it } from "vitest";
import { asOfText } from "./texts";

it("the header shows the time of the data, or that it is unknown", () => {
  expect(asOfText("2026-01-31T13:00:00Z", "Asia/Kolkata")).toBe("Data up to 31 Jan, 18:30");
  expect(asOfText(undefined, "Asia/Kolkata")).toBe("Time of the data unknown: its last event is no longer retained");
});
