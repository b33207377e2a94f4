// Writes the API's description as the C# generator gets it: node prepare-csharp.mjs FROM TO
import { readFileSync, writeFileSync } from "node:fs";

const [from, to] = process.argv.slice(2);
const api = JSON.parse(readFileSync(from, "utf8"));

for (const operations of Object.values(api.paths)) {
  for (const operation of Object.values(operations)) {
    // Without the errors: what is not described becomes an OtpException with the body's text, which reads both families of errors, and a proxy's pages too.
    // With them each operation gets some 10 lines of code a status.
    for (const status of Object.keys(operation.responses)) {
      if (status >= "400") {
        delete operation.responses[status];
      }
    }

    // X-Twilio-Email-Event-Webhook-Signature: signature
    for (const parameter of operation.parameters ?? []) {
      if (parameter.in === "header") {
        parameter["x-originalName"] = parameter.name.split("-").at(-1).toLowerCase();
      }
    }
  }
}

for (const [name, schema] of Object.entries(api.components.schemas)) {
  // A member that a newer service adds is ignored: nothing to keep it in.
  if (schema.type === "object") {
    schema.additionalProperties = false;
  }

  // AUTH_FACTOR_STATE_NOT_READY of AuthFactorState: NotReady
  if (schema.enum?.every((value) => /^[A-Z][A-Z0-9_]*$/.test(value))) {
    const pascal = (text) => text.toLowerCase().replace(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase());
    schema["x-enumNames"] = schema.enum.map((value) => {
      const member = pascal(value);
      return member.startsWith(name) ? member.slice(name.length) : member;
    });
  }
}

writeFileSync(to, JSON.stringify(api));
