// Builds ../src/suhui/static: hashed scripts and styles, manifest.json (name → file) and icons.json (name → inner SVG).
// Rooms add islands as src/ROOM/NAME_controller.ts and styles as src/ROOM/*.css; nothing has to be listed anywhere.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "src");
const sources = join(here, "..", "src", "suhui");
const out = join(sources, "static");
const iconSet = join(here, "node_modules", "@tabler", "icons", "icons");

function filesUnder(folder, wanted) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "static" || entry.name === "locale" ? [] : filesUnder(path, wanted);
    return wanted.test(entry.name) ? [path] : [];
  });
}

/** `import "islands"`: every *_controller.ts, registered under its file's name; `styles`: every room's own CSS. */
const gathered = {
  name: "gathered",
  setup(build) {
    build.onResolve({ filter: /^(islands|room-styles)$/ }, ({ path }) => ({ path, namespace: "gathered" }));
    build.onLoad({ filter: /^islands$/, namespace: "gathered" }, () => {
      const controllers = filesUnder(source, /_controller\.ts$/).sort();
      const imports = controllers.map((file, n) => `import C${n} from "./${relative(source, file)}";`);
      const names = controllers.map((file, n) => {
        const name = basename(file, "_controller.ts").replaceAll("_", "-");
        return `[${JSON.stringify(name)}, C${n}]`;
      });
      return {
        contents: `${imports.join("\n")}\nexport default [${names.join(", ")}];`,
        resolveDir: source,
        watchDirs: [source],
      };
    });
    build.onLoad({ filter: /^room-styles$/, namespace: "gathered" }, () => {
      const styles = filesUnder(source, /\.css$/).filter(
        (file) => dirname(file) !== source && !file.includes("/desk/"),
      );
      const imports = styles.sort().map((file) => `@import "./${relative(source, file)}";`);
      return { contents: imports.join("\n"), loader: "css", resolveDir: source };
    });
  },
};

/** `@dark { … }` in tokens.css becomes the dark theme twice: chosen by the person, or by the device under "auto". */
const darkTheme = {
  name: "dark-theme",
  setup(build) {
    build.onLoad({ filter: /tokens\.css$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const contents = text.replace(/@dark \{([^}]*)\}/g, (_, tokens) =>
        [
          `:root[data-theme="dark"] {${tokens}}`,
          `@media screen and (prefers-color-scheme: dark) { :root[data-theme="auto"] {${tokens}} }`,
        ].join("\n"),
      );
      return { contents, loader: "css" };
    });
  },
};

/** The inner SVG of every icon that the sources name as a literal near the word "icon". */
function icons() {
  const available = new Set(readdirSync(join(iconSet, "outline")).map((file) => basename(file, ".svg")));
  const named = new Set();
  for (const file of [...filesUnder(sources, /\.(py|html)$/), ...filesUnder(source, /\.ts$/)]) {
    const text = readFileSync(file, "utf8");
    if (!/icon/i.test(text)) continue;
    for (const [, name] of text.matchAll(/["']([a-z0-9]+(?:-[a-z0-9]+)*)["']/g))
      if (available.has(name)) named.add(name);
  }
  const found = {};
  for (const name of [...named].sort()) {
    const svg = readFileSync(join(iconSet, "outline", `${name}.svg`), "utf8");
    found[name] = svg
      .replace(/^[\s\S]*?<svg[^>]*>/, "")
      .replace(/<\/svg>\s*$/, "")
      .replace(/\s*\n\s*/g, "");
  }
  return found;
}

function writeManifest(metafile) {
  const manifest = {};
  for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint) manifest[basename(entryPoint).replace(/\.ts$/, ".js")] = basename(file);
  }
  const logo = readFileSync(join(source, "logo.svg"));
  manifest["logo.svg"] = `logo-${createHash("sha256").update(logo).digest("hex").slice(0, 8)}.svg`;
  writeFileSync(join(out, manifest["logo.svg"]), logo);
  writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest));
  writeFileSync(join(out, "icons.json"), JSON.stringify(icons()));
}

const options = {
  absWorkingDir: here,
  entryPoints: ["src/app.ts", "src/app.css"],
  bundle: true,
  minify: true,
  format: "esm",
  splitting: true,
  target: ["chrome100", "safari15.4", "firefox102"],
  entryNames: "[name]-[hash]",
  chunkNames: "chunk-[name]-[hash]",
  assetNames: "[name]-[hash]",
  outdir: out,
  metafile: true,
  legalComments: "none",
  logLevel: "warning",
  preserveSymlinks: true,
  plugins: [
    gathered,
    darkTheme,
    { name: "manifest", setup: (build) => build.onEnd(({ metafile }) => metafile && writeManifest(metafile)) },
  ],
};

if (process.argv.includes("--watch")) {
  const context = await esbuild.context(options);
  await context.watch();
} else {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await esbuild.build(options);
}
