// Reads a stream of manifests, as kubectl renders them, and prints a line for each violation of Kubernetes' schemas.
// The validators ignore unknown fields, so fields that they did not read are reported as well.
import { readFileSync } from 'node:fs';
import yaml from 'js-yaml';

const libraries = { 'monitoring.coreos.com/v1': '@kubernetes-models/prometheus-operator' };

async function modelOf({ apiVersion, kind }) {
  const library = libraries[apiVersion] ?? 'kubernetes-models';
  return (await import(`${library}/${apiVersion}/${kind}`))[kind];
}

/** Returns the value unchanged, and records the path of each field that is read from it. */
function watched(value, path, looked) {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, name) {
      if (typeof name === 'symbol' || !Object.hasOwn(target, name)) return target[name];
      looked.add(`${path}/${name}`);
      return watched(target[name], `${path}/${name}`, looked);
    },
  });
}

function* fields(value, path = '') {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    yield `${path}/${name}`;
    yield* fields(inner, `${path}/${name}`);
  }
}

for (const manifest of yaml.loadAll(readFileSync(0, 'utf8'))) {
  const model = await modelOf(manifest);
  const looked = new Set();
  const say = (fault) => console.log(`${manifest.kind}: ${fault}`);
  try {
    model.prototype.validate.call(watched(manifest, '', looked));
  } catch (invalid) {
    if (!invalid.errors) throw invalid;
    for (const { instancePath, message } of invalid.errors) say(`${instancePath} ${message}`);
  }
  for (const path of fields(manifest)) if (!looked.has(path)) say(`${path} is no field`);
}
