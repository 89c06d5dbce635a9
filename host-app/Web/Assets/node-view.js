// One edge node and its devices.
import { el, reconcile, setAttribute, setText } from "./dom.js";
import { path, post } from "./api.js";
import { formatAge, formatTime, plural } from "./format.js";
import { MetricTable } from "./metric-view.js";
import { showState, stateBadge } from "./badge.js";

const byText = new Intl.Collator("en", { numeric: true }).compare;

export class NodeView {
  #badge = stateBadge();
  #since = el("span", { class: "since" });
  #seen = el("span", { class: "seen" });
  #facts = el("p", { class: "facts" });
  #rebirth = el("button", { type: "button", class: "quiet", "data-testid": "rebirth" }, "Request births");
  #said = el("span", { class: "outcome", role: "status" });
  #devices = new Map();
  #deviceList = el("div", { class: "devices" });
  #node;

  constructor(node) {
    const { groupId, edgeNodeId } = node.ids;
    this.#node = node;
    this.table = new MetricTable(node.ids, `Metrics of edge node ${groupId}/${edgeNodeId}`, [this.#facts, el("p", { class: "actions" }, this.#rebirth, this.#said)]);
    this.element = el("article", { class: "node", "data-node": `${groupId}/${edgeNodeId}`, "aria-label": `Edge node ${groupId}/${edgeNodeId}` },
      el("header", {}, el("h3", {}, el("span", { class: "kind" }, "Edge node "), edgeNodeId), this.#badge, this.#since, this.#seen),
      this.table.element, this.#deviceList);
    this.#rebirth.addEventListener("click", () => this.#requestRebirth());
  }

  /** Returns true when something of the node is shown. */
  update(node, filter, now) {
    this.#node = node;
    const { model, ids } = node;
    setAttribute(this.element, "data-online", String(model.online));
    showState(this.#badge, model);
    setText(this.#since, model.since ? `since ${formatTime(model.since)}` : "");
    setText(this.#facts, facts(model));
    const isMatch = `${ids.groupId}/${ids.edgeNodeId}`.toLowerCase().includes(filter);
    let isShown = this.table.update(node, isMatch ? "" : filter, now) || isMatch;
    const devices = [...node.devices.values()].filter(device => device.model).sort((a, b) => byText(a.ids.deviceId, b.ids.deviceId));
    reconcile(this.#deviceList, this.#devices, devices, device => device.id, device => new DeviceView(device));
    for (const device of devices) isShown = this.#devices.get(device.id).update(device, isMatch ? "" : filter, now) || isShown;
    setAttribute(this.element, "hidden", !isShown);
    return isShown;
  }

  showAges(now) {
    setText(this.#seen, this.#node.model?.lastSeen ? `last message ${ago(this.#node.model.lastSeen, now)}` : "");
    this.table.showAges(now);
    for (const device of this.#devices.values()) device.table.showAges(now);
  }

  commandEnded(command) {
    if (command.groupId !== this.#node.ids.groupId || command.edgeNodeId !== this.#node.ids.edgeNodeId) return;
    const table = command.deviceId == null ? this.table : this.#devices.get(`${this.#node.id}/${command.deviceId}`)?.table;
    table?.commandEnded(command);
  }

  async #requestRebirth() {
    try {
      await post(`${path(this.#node.ids)}/rebirth`, {});
      setText(this.#said, "Asked.");
    } catch (error) {
      setText(this.#said, error.message);
    }
  }
}

class DeviceView {
  #badge = stateBadge();
  #since = el("span", { class: "since" });

  constructor(device) {
    const { groupId, edgeNodeId, deviceId } = device.ids;
    this.table = new MetricTable(device.ids, `Metrics of device ${groupId}/${edgeNodeId}/${deviceId}`, []);
    this.element = el("section", { class: "device", "data-device": `${groupId}/${edgeNodeId}/${deviceId}`, "aria-label": `Device ${groupId}/${edgeNodeId}/${deviceId}` },
      el("header", {}, el("h4", {}, el("span", { class: "kind" }, "Device "), deviceId), this.#badge, this.#since), this.table.element);
  }

  update(device, filter, now) {
    setAttribute(this.element, "data-online", String(device.model.online));
    showState(this.#badge, device.model);
    setText(this.#since, device.model.since ? `since ${formatTime(device.model.since)}` : "");
    const isMatch = device.ids.deviceId.toLowerCase().includes(filter);
    const isShown = this.table.update(device, isMatch ? "" : filter, now) || isMatch;
    setAttribute(this.element, "hidden", !isShown);
    return isShown;
  }
}

const ago = (iso, now) => {
  const age = formatAge(iso, now);
  return age === "now" ? "just now" : `${age} ago`;
};

function facts(model) {
  const rebirths = Object.entries(model.rebirths).map(([reason, count]) => `${count} × ${reason}`);
  const faults = Object.entries(model.faults).map(([fault, count]) => `${count} × ${fault}`);
  return [
    model.server && `MQTT server ${model.server}`,
    model.bdSeq !== null && `bdSeq ${model.bdSeq}`,
    plural(model.births, "birth"),
    rebirths.length > 0 && `births requested: ${rebirths.join(", ")}`,
    faults.length > 0 && `faults: ${faults.join(", ")}`,
  ].filter(Boolean).join(" · ");
}
