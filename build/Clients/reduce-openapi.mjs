// Prepares the OpenAPI document for the generator of the TypeScript client. Errors are thrown by the hand-written part, in one class for both families:
// without them the generated code has half of its size. Parameters stand in the order of the path. Objects have the members that are described: the
// generator would let every name pass for a member otherwise.
import { readFileSync, writeFileSync } from 'node:fs';

const [input, output] = process.argv.slice(2);
const document = JSON.parse(readFileSync(input, 'utf8'));

for (const [path, operations] of Object.entries(document.paths)) {
  for (const operation of Object.values(operations)) {
    if (!operation.responses) continue;
    operation.responses = Object.fromEntries(Object.entries(operation.responses).filter(([status]) => status.startsWith('2')));
    operation.parameters?.sort((left, right) => position(path, left) - position(path, right));
  }
}

const schemas = document.components.schemas;
close(schemas);
const reached = new Set();
reach(document.paths);
document.components.schemas = Object.fromEntries(Object.entries(schemas).filter(([name]) => reached.has(name)));
writeFileSync(output, JSON.stringify(document));

function position(path, parameter) {
  return parameter.in === 'path' ? path.indexOf(`{${parameter.name}}`) : path.length;
}

function close(node) {
  if (typeof node !== 'object' || node === null) return;
  if (node.type === 'object') node.additionalProperties ??= false;
  Object.values(node).forEach(close);
}

function reach(node) {
  if (Array.isArray(node)) {
    node.forEach(reach);
  } else if (typeof node === 'object' && node !== null) {
    const name = typeof node.$ref === 'string' ? node.$ref.replace('#/components/schemas/', '') : undefined;
    if (name !== undefined && !reached.has(name)) {
      reached.add(name);
      reach(schemas[name]);
    }
    Object.values(node).forEach(reach);
  }
}
