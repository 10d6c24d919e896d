import { existsSync } from "node:fs";
import { defineConfig } from "vite";

// One HTML file a screen. A screen is a page of its own: it loads only its own code.
const screens = ["board", "operations", "stock", "analytics", "door"].filter((name) => existsSync(`${name}.html`));
const server = process.env.TIFFIN_SERVER ?? "http://127.0.0.1:5080";

export default defineConfig({
  build: {
    outDir: "../src/Tiffin/wwwroot",
    emptyOutDir: true,
    manifest: true,
    // Wall tablets are old: Android System WebView 90 and iPadOS 14.
    target: ["chrome90", "safari14"],
    modulePreload: { polyfill: false },
    // The policy of pages forbids data: URLs of scripts and styles.
    assetsInlineLimit: 0,
    rollupOptions: { input: Object.fromEntries(screens.map((name) => [name, `${name}.html`])) },
  },
  server: { proxy: { "/v1": server } },
  test: { include: ["**/*.test.ts", "**/*.test.tsx"] },
} as Parameters<typeof defineConfig>[0]);
