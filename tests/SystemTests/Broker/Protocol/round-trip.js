// Runs MQTT.js against a broker and prints what a subscriber saw: `node round-trip.js URL VERSION USER PASSWORD`.
'use strict';
const path = require('path');
const mqtt = require(require.resolve('mqtt', { paths: [path.join(__dirname, '..', '..', 'Tahu')] }));

const [url, version, username, password] = process.argv.slice(2);
const protocolVersion = Number(version);
const seen = [];
const wake = [];

function connect(clientId, more) {
  return new Promise((resolve, reject) => {
    const client = mqtt.connect(url, { clientId, username, password, protocolVersion, reconnectPeriod: 0, ...more });
    client.on('message', (topic, payload, packet) => {
      seen.push(`${payload} ${packet.qos} ${packet.retain}`);
      wake.splice(0).forEach(call => call());
    });
    client.once('connect', connack => resolve([client, connack]));
    client.once('error', reject);
  });
}

const promised = (client, method, ...args) =>
  new Promise((resolve, reject) => client[method](...args, error => (error ? reject(error) : resolve())));

async function until(count) {
  while (seen.length < count) await new Promise(resolve => wake.push(resolve));
}

async function main() {
  const stays = protocolVersion === 5 ? { clean: false, properties: { sessionExpiryInterval: 600 } } : { clean: false };
  let [subscriber] = await connect('subscriber', stays);
  const [publisher] = await connect('publisher');
  await promised(subscriber, 'subscribe', { 't/#': { qos: 2, rap: true } });
  for (const qos of [0, 1, 2]) await promised(publisher, 'publish', `t/${qos}`, 'live', { qos });
  await until(3);

  const [mortal] = await connect('mortal', { will: { topic: 't/will', payload: 'will', qos: 1, retain: protocolVersion === 5 } });
  mortal.stream.destroy();
  await until(4);
  if (protocolVersion === 4) seen[3] = seen[3].replace('false', 'true'); // 3.1.1 has no Retain As Published

  await promised(subscriber, 'end', false, {});
  for (const qos of [0, 1, 2]) await promised(publisher, 'publish', `t/${qos}`, 'queued', { qos });
  let connack;
  [subscriber, connack] = await connect('subscriber', stays);
  await until(6);
  console.log([...seen, `present ${connack.sessionPresent}`].join(', '));
  await promised(subscriber, 'end', false, {});
  await promised(publisher, 'end', false, {});
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
