// Reports each test on a line of its own, as JSON. What tests write themselves goes to standard error.

export default async function* lines(source) {
  for await (const { type, data } of source) {
    if (type === 'test:stderr' || type === 'test:stdout') process.stderr.write(data.message);
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    // A file whose tests all ran is no test.
    if (data.details.type === 'suite' || /\.test\.js$/.test(data.name)) {
      if (type === 'test:fail') process.stderr.write(`${data.name}: ${text(data.details.error)}\n`);
      continue;
    }
    yield `${JSON.stringify({ name: data.name, passed: type === 'test:pass' && !data.skip && !data.todo, error: text(data.details.error), ms: data.details.duration_ms })}\n`;
  }
}

function text(error) {
  if (error === undefined) return undefined;
  const cause = error.cause ?? error;
  return cause instanceof Error ? `${cause.stack}${cause.cause ? `\n${cause.cause.stack ?? cause.cause}` : ''}` : String(cause);
}
