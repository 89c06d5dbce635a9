// Draws the fleet: groups, nodes, devices. Draws at most once a frame, and only what changed; ages once a second.
import { el, reconcile, setAttribute, setText } from "./dom.js";
import { NodeView } from "./node-view.js";

const byId = id => document.getElementById(id);
const byText = new Intl.Collator("en", { numeric: true }).compare;

export class FleetView {
  #fleet;
  #groups = new Map();
  #isScheduled = false;
  #filter = "";

  constructor(fleet) {
    this.#fleet = fleet;
    byId("filter").addEventListener("input", event => {
      this.#filter = event.target.value.trim().toLowerCase();
      this.schedule();
    });
    setInterval(() => this.#eachNode(view => view.showAges(this.#fleet.now())), 1000);
  }

  schedule() {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => {
      this.#isScheduled = false;
      this.#draw();
    });
  }

  commandEnded(command) {
    this.#eachNode(view => view.commandEnded(command));
  }

  #draw() {
    this.#drawHead();
    if (!this.#fleet.isComplete) return;
    const groups = Map.groupBy([...this.#fleet.nodes.values()].filter(node => node.model), node => node.ids.groupId);
    reconcile(byId("groups"), this.#groups, [...groups.keys()].sort(byText), id => id, id => new GroupView(id));
    for (const [id, nodes] of groups) this.#groups.get(id).update(nodes, this.#filter, this.#fleet.now());
    byId("empty").hidden = this.#fleet.nodes.size > 0;
    byId("no-match").hidden = !this.#filter || [...this.#groups.values()].some(group => !group.element.hidden);
  }

  #drawHead() {
    setText(byId("host-id"), this.#fleet.hostId);
    const servers = this.#fleet.servers.map(server => el("li", { "data-server": server.url, "data-online": String(server.online) },
      el("span", { class: "server-name" }, server.url), " ",
      el("span", { class: "state" }, server.online ? "Connected" : server.reason ?? "Connecting")));
    if (servers.map(item => item.textContent).join() !== [...byId("servers").children].map(item => item.textContent).join())
      byId("servers").replaceChildren(...servers);
    const counts = this.#fleet.count();
    setText(byId("count-nodes"), `${counts.nodesOnline} of ${counts.nodes}`);
    setText(byId("count-devices"), `${counts.devicesOnline} of ${counts.devices}`);
    setText(byId("count-metrics"), String(counts.metrics));
    setText(byId("count-stale"), String(counts.notGood));
    setAttribute(byId("tile-stale"), "class", counts.notGood ? "attention" : null);
  }

  #eachNode(act) {
    for (const group of this.#groups.values()) for (const view of group.nodes.values()) act(view);
  }
}

class GroupView {
  nodes = new Map();
  #list = el("div", { class: "nodes" });

  constructor(groupId) {
    this.element = el("section", { class: "group", "data-group": groupId, "aria-label": `Group ${groupId}` },
      el("h2", {}, el("span", { class: "kind" }, "Group "), groupId), this.#list);
  }

  update(nodes, filter, now) {
    const sorted = nodes.sort((a, b) => byText(a.ids.edgeNodeId, b.ids.edgeNodeId));
    reconcile(this.#list, this.nodes, sorted, node => node.id, node => new NodeView(node));
    let isShown = false;
    for (const node of sorted) isShown = this.nodes.get(node.id).update(node, filter, now) || isShown;
    setAttribute(this.element, "hidden", !isShown);
  }
}
