// What the page knows: nodes, their devices, and metrics by name. Each connection tells everything again; what it leaves out is gone.

const key = (...ids) => ids.join("/"); // ids hold no slash

export class Fleet {
  nodes = new Map();
  servers = [];
  hostId = "";
  isComplete = false;
  #clockAhead = 0;
  #round = 0;

  /** The host application's time, so that a wrong clock in a phone does not make values old. */
  now() {
    return Date.now() + this.#clockAhead;
  }

  begin({ hostId, time, servers }) {
    this.#round++;
    this.hostId = hostId;
    this.servers = servers;
    this.#clockAhead = Date.parse(time) - Date.now();
  }

  complete() {
    for (const [id, node] of this.nodes) {
      if (node.round !== this.#round) this.nodes.delete(id);
      for (const [deviceId, device] of node.devices) if (device.round !== this.#round) node.devices.delete(deviceId);
    }
    this.isComplete = true;
  }

  setServer(server) {
    this.servers[server.index] = server;
  }

  setNode(model) {
    const node = this.#node(model);
    Object.assign(node, { model, round: this.#round, version: node.version + 1, metrics: byName(model.metrics) });
  }

  setDevice(model) {
    const device = this.#device(model);
    Object.assign(device, { model, round: this.#round, version: device.version + 1, metrics: byName(model.metrics) });
  }

  setMetric({ metric, ...ids }) {
    const owner = ids.deviceId == null ? this.#node(ids) : this.#device(ids);
    owner.metrics.set(metric.name, metric);
    owner.version++;
  }

  #node({ groupId, edgeNodeId }) {
    const id = key(groupId, edgeNodeId);
    if (!this.nodes.has(id)) this.nodes.set(id, { id, ids: { groupId, edgeNodeId }, devices: new Map(), metrics: new Map(), version: 0 });
    return this.nodes.get(id);
  }

  #device({ groupId, edgeNodeId, deviceId }) {
    const { devices } = this.#node({ groupId, edgeNodeId });
    const id = key(groupId, edgeNodeId, deviceId);
    if (!devices.has(deviceId)) devices.set(deviceId, { id, ids: { groupId, edgeNodeId, deviceId }, metrics: new Map(), version: 0 });
    return devices.get(deviceId);
  }

  /** Counts for the overview. */
  count() {
    const counts = { nodes: 0, nodesOnline: 0, devices: 0, devicesOnline: 0, metrics: 0, notGood: 0 };
    for (const node of this.nodes.values()) {
      counts.nodes++;
      if (node.model?.online) counts.nodesOnline++;
      countMetrics(node, counts);
      for (const device of node.devices.values()) {
        counts.devices++;
        if (device.model?.online) counts.devicesOnline++;
        countMetrics(device, counts);
      }
    }
    return counts;
  }
}

const byName = metrics => new Map(metrics.map(metric => [metric.name, metric]));

function countMetrics(owner, counts) {
  counts.metrics += owner.metrics.size;
  for (const metric of owner.metrics.values()) if (metric.quality !== "Good") counts.notGood++;
}
