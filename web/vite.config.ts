import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync, constants as zlib } from "node:zlib";
import { defineConfig, type Plugin, type UserConfig } from "vite";

// One HTML file per screen: each screen is a separate page that loads only its own code. The customer's page has only
// a script and styles here: the server writes its HTML.
const screens = ["operations", "stock", "analytics", "door"];
const server = process.env.TIFFIN_SERVER ?? "http://127.0.0.1:5080";
const outDir = "../src/Tiffin/wwwroot";

/** The server does not compress files itself. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    closeBundle() {
      for (const name of readdirSync(outDir, { recursive: true, encoding: "utf8" })) {
        const path = join(outDir, name);
        if (!/\.(css|html|js|svg|webmanifest)$/.test(name) || !statSync(path).isFile()) continue;
        const plain = readFileSync(path);
        const brotli = brotliCompressSync(plain, { params: { [zlib.BROTLI_PARAM_QUALITY]: 11 } });
        const gzip = gzipSync(plain, { level: 9 });
        if (brotli.length < plain.length) writeFileSync(`${path}.br`, brotli);
        if (gzip.length < plain.length) writeFileSync(`${path}.gz`, gzip);
      }
    },
  };
}

/** The URLs that the server gives the screens, for `npm run dev`. */
function addresses(): Plugin {
  const pages: [RegExp, string][] = [
    [/^\/kitchen\/[a-z0-9-]+(\?.*)?$/, "/board.html"],
    [/^\/operations(\?.*)?$/, "/operations.html"],
    [/^\/stock\/[a-z0-9-]+(\?.*)?$/, "/stock.html"],
    [/^\/analytics(\?.*)?$/, "/analytics.html"],
    [/^\/(sign-in|start|pair)(\?.*)?$/, "/door.html"],
  ];
  return {
    name: "addresses",
    configureServer: ({ middlewares }) => {
      middlewares.use((request, _, next) => {
        const page = pages.find(([address]) => address.test(request.url ?? ""))?.[1];
        if (page) request.url = page;
        next();
      });
    },
  };
}

export default defineConfig(({ mode }) => {
  // The board is built separately, for slow tablets: as one file, which is smaller than chunks shared with other
  // screens, because those are compressed one by one and contain code that the board does not use.
  const isBoard = mode === "board";
  return {
    plugins: [addresses(), compressed()],
    build: {
      outDir,
      emptyOutDir: !isBoard,
      manifest: !isBoard,
      // Wall tablets are old: Android System WebView 90 and iPadOS 14.
      target: ["chrome90", "safari14"],
      modulePreload: { polyfill: false },
      // The content security policy forbids data: URLs of scripts and styles.
      assetsInlineLimit: 0,
      rollupOptions: {
        input: isBoard
          ? "board.html"
          : { ...Object.fromEntries(screens.map((name) => [name, `${name}.html`])), track: "track/main.ts" },
      },
    },
    // Keeps the origin of this server: otherwise the API would refuse changes as coming from another site.
    server: { proxy: { "/v1": { target: server, changeOrigin: false } } },
    test: { include: ["**/*.test.ts", "**/*.test.tsx"] },
  } as UserConfig;
});
