// Plays SendGrid: signs what it reports.

import { createPrivateKey, sign } from 'node:crypto';
import { now, servers, type World } from './world.js';

const key = () => createPrivateKey({ key: Buffer.from(servers.webhookKey, 'base64'), format: 'der', type: 'pkcs8' });

/** The headers' values for a body: signature and timestamp. */
export async function signed(body: string, server = servers.main): Promise<[string, string]> {
  const timestamp = String(Math.floor((await now(server)).getTime() / 1000));
  return [sign('sha256', Buffer.from(timestamp + body), key()).toString('base64'), timestamp];
}

let reports = 0;

/** Reports that the newest mail to a user came back for good. */
export async function bounce(world: World): Promise<void> {
  const { items } = (await world.reader().listDeliveries(world.user)).results;
  const timestamp = Math.floor((await now()).getTime() / 1000);
  const report = [{ email: world.email, timestamp, event: 'bounce', type: 'bounce', sg_event_id: `${world.user} ${++reports}`, delivery_id: items[0]!.deliveryId }];
  const [signature, signedAt] = await signed(JSON.stringify(report));
  await world.client({ token: null }).receiveSendGridEvents(report, signature, signedAt);
}
