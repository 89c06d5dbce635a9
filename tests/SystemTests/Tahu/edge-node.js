// An edge node made of Eclipse Tahu's JavaScript client, for the system tests.
//   node edge-node.js mqtt://127.0.0.1:1883 GROUP NODE [USER PASSWORD CAFILE]
// Commands on standard input, a line each: `data VALUE` (DDATA of dev1's temperature), `lose` (DDEATH), `find` (DBIRTH), `stop`.
// It says on standard output, a line each: `birth`, `ncmd {…}`, `dcmd DEVICE {…}`.
"use strict";
const fs = require("fs");
const readline = require("readline");
const sparkplug = require("sparkplug-client");

const [serverUrl, groupId, edgeNode, username = "", password = "", caFile] = process.argv.slice(2);
const state = { temperature: 20.5, output: false, counter: -7 };

const client = sparkplug.newClient({
  serverUrl, groupId, edgeNode, username, password,
  clientId: `tahu-${groupId}-${edgeNode}`,
  publishDeath: true,
  version: "spBv1.0",
  mqttOptions: { reconnectPeriod: 500, ...(caFile ? { ca: fs.readFileSync(caFile) } : {}) },
});

const now = () => Date.now();
const json = (value) => JSON.stringify(value, (_, v) => (typeof v === "bigint" || (v && v.low !== undefined) ? String(v) : v));

const deviceMetrics = () => [
  { name: "temperature", type: "Double", value: state.temperature, timestamp: now(),
    properties: { engUnit: { type: "String", value: "°C" } } },
  { name: "output", type: "Boolean", value: state.output, timestamp: now() },
  { name: "counter", type: "Int32", value: state.counter, timestamp: now() },
];

const findDevice = () => client.publishDeviceBirth("dev1", { timestamp: now(), metrics: deviceMetrics() });

client.on("birth", () => {
  client.publishNodeBirth({
    timestamp: now(),
    metrics: [
      { name: "Node Control/Rebirth", type: "Boolean", value: false, timestamp: now() },
      { name: "Properties/Client", type: "String", value: "sparkplug-client", timestamp: now() },
      { name: "uptime", type: "UInt64", value: 4294967296, timestamp: now() },
      { name: "table", type: "DataSet", timestamp: now(), value: { numOfColumns: 2, columns: ["name", "value"], types: ["String", "Double"], rows: [["a", 1.5], ["b", 2.5]] } },
    ],
  });
  findDevice();
  console.log("birth");
});

client.on("ncmd", (payload) => {
  console.log(`ncmd ${json(payload.metrics)}`);
  if (payload.metrics.some((m) => m.name === "Node Control/Rebirth" && m.value === true)) client.emit("birth");
});

client.on("dcmd", (deviceId, payload) => {
  console.log(`dcmd ${deviceId} ${json(payload.metrics)}`);
  for (const metric of payload.metrics) {
    if (metric.name !== "output") continue;
    state.output = metric.value;
    client.publishDeviceData(deviceId, { timestamp: now(), metrics: [{ name: "output", type: "Boolean", value: state.output, timestamp: now() }] });
  }
});

client.on("error", (error) => console.error(`error ${error.message}`));

const commands = {
  data: (value) => {
    state.temperature = Number(value);
    client.publishDeviceData("dev1", { timestamp: now(), metrics: [{ name: "temperature", type: "Double", value: state.temperature, timestamp: now() }] });
  },
  count: (value) => {
    state.counter = Number(value);
    client.publishDeviceData("dev1", { timestamp: now(), metrics: [{ name: "counter", type: "Int32", value: state.counter, timestamp: now() }] });
  },
  lose: () => client.publishDeviceDeath("dev1", { timestamp: now() }),
  find: findDevice,
  stop: () => { client.stop(); process.exitCode = 0; input.close(); },
};

const input = readline.createInterface({ input: process.stdin });
input.on("line", (line) => {
  const [verb, ...rest] = line.trim().split(" ");
  if (commands[verb]) commands[verb](...rest);
  else console.error(`unknown command '${line}'`);
});
